"""Rows of a workbook in the binary format of Excel up to 2003."""

from collections.abc import Iterator
from pathlib import Path

import xlrd
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH
from xlrd.biffh import error_text_from_code

from haina.sheets.cells import Cell, CellError, bounded, moment, number
from haina.sheets.gate import Stop

BATCH = 200


def batches(path: Path, width: int) -> Iterator[tuple[str, list]]:
    """The rows of the visible sheets in order, some at a time, with the name of the sheet."""
    book = opened(path)
    epoch = MAC_EPOCH if book.datemode else WINDOWS_EPOCH
    visible = False
    for index, name in enumerate(book.sheet_names()):
        sheet = book.sheet_by_index(index)
        if sheet.visibility == 0:
            visible = True
            for start in range(0, sheet.nrows, BATCH):
                chosen = range(start, min(start + BATCH, sheet.nrows))
                yield name, list(filled(sheet, chosen, width, epoch))
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


def filled(sheet, numbers: range, width: int, epoch) -> Iterator[tuple[int, list[Cell]]]:
    for index in numbers:
        cells = [value_of(cell, epoch) for cell in sheet.row(index)[:width]]
        while cells and cells[-1] is None:
            cells.pop()
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
