"""Rows of a workbook in the binary format of Excel up to 2003."""

import struct
from collections.abc import Iterator
from pathlib import Path

import xlrd
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH
from xlrd.biffh import error_text_from_code

from haina.sheets.cells import Cell, CellError, bounded, moment, number
from haina.sheets.gate import Stop
from haina.sheets.merged import Merged, Range

BATCH = 200
RECORD = struct.Struct("<HH")  # the kind and the length of what follows
RANGE = struct.Struct("<HHHH")  # rows and columns, first and last
BEGIN, END, MERGED_CELLS = 0x0809, 0x000A, 0x00E5


def batches(path: Path, width: int) -> Iterator[tuple[str, list]]:
    """The rows of the visible sheets in order, some at a time, with the name of the sheet."""
    book = opened(path)
    epoch = MAC_EPOCH if book.datemode else WINDOWS_EPOCH
    visible = False
    for index, name in enumerate(book.sheet_names()):
        sheet = book.sheet_by_index(index)
        if sheet.visibility == 0:
            visible = True
            merged = Merged(merged_ranges(book, index), width)
            for start in range(0, sheet.nrows, BATCH):
                chosen = range(start, min(start + BATCH, sheet.nrows))
                yield name, list(filled(sheet, chosen, width, epoch, merged))
        book.unload_sheet(index)

    if not visible:
        raise Stop("no_visible_sheet")


class Silence:
    """Takes what xlrd has to say about odd files."""

    def write(self, text: str) -> None:
        pass


def opened(path: Path) -> xlrd.Book:
    try:
        return xlrd.open_workbook(path, logfile=Silence(), on_demand=True, ragged_rows=True)
    except xlrd.XLRDError as error:
        raise Stop("encrypted" if "encrypted" in str(error) else "damaged") from None


def merged_ranges(book: xlrd.Book, index: int) -> Iterator[Range]:
    """xlrd tells them only together with all formatting, for which it keeps every empty cell."""
    data, place, depth = book.mem, book._sh_abs_posn[index], 0
    while place + RECORD.size <= len(data):
        kind, size = RECORD.unpack_from(data, place)
        place += RECORD.size
        if kind == BEGIN:  # charts inside the sheet have a beginning and an end as well
            depth += 1
        elif kind == END:
            depth -= 1
            if depth <= 0:
                return
        elif kind == MERGED_CELLS:
            yield from ranges_in(data[place + 2 : place + size])
        place += size


def ranges_in(content: bytes) -> Iterator[Range]:
    whole = len(content) // RANGE.size * RANGE.size
    for first, last, column, _right in RANGE.iter_unpack(content[:whole]):
        yield Range(column, first + 1, last + 1)


def filled(
    sheet, numbers: range, width: int, epoch, merged: Merged
) -> Iterator[tuple[int, list[Cell]]]:
    for index in numbers:
        cells = [value_of(cell, epoch) for cell in sheet.row(index)[:width]]
        while cells and cells[-1] is None:
            cells.pop()
        merged.fill(index + 1, cells)
        if cells:
            yield index + 1, cells


def value_of(cell, epoch) -> Cell:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return bounded(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return number(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return moment(number(cell.value), epoch)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return CellError(error_text_from_code.get(cell.value, "#ERROR!"))
    return None
