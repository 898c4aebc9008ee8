"""The error workbook: the rows that failed, in the template's own layout, and why. Corrected and
uploaded as it is, it imports."""

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

from haina.imports.entries import BadRow
from haina.imports.layout import REASON
from haina.imports.sheet import Sheet
from haina.lib.text import tidy
from haina.sheets.reader import Cell, CellError
from haina.sheets.writer import Column, Group, Marked, write_workbook

MOST_COMMENTS = 3000  # each is a drawing of its own, and slow to open; the reasons stand beside
LONGEST = 500  # characters of a cell; no column takes as many


def write_errors(
    path: Path, sheet: Sheet, *, title: str, columns: Sequence[Column | Group]
) -> None:
    """Write the failing rows below the template's columns. Cells hold what was typed, as text; one
    that was wrong because it was no text stays what it was, so that it does not turn into a good
    one."""
    columns = [*columns, Column(REASON, width=70)]
    write_workbook(path, title=title, columns=columns, rows=marked_rows(sheet))


def marked_rows(sheet: Sheet) -> Iterator[list]:
    comments = 0
    for bad in sheet.bad_in_order:
        row = []
        for index, cell in enumerate(bad.cells):
            fault = bad.faults.get(index)
            if fault is None:
                row.append(typed(cell))
                continue
            comments += 1
            note = fault.message if comments <= MOST_COMMENTS else ""
            row.append(Marked(as_it_was(cell), note, as_typed=True))
        yield [*row, reason(bad)]


def reason(bad: BadRow) -> str:
    return "\n".join(fault.message for fault in bad.faults.values())


def as_it_was(cell: Cell) -> Cell:
    """Of a bad cell: dates, numbers and truth values stay such, and are refused again."""
    if isinstance(cell, int | float | datetime.date):
        return cell
    return typed(cell)


def typed(cell: Cell) -> str:
    if isinstance(cell, CellError):
        cell = cell.text
    if isinstance(cell, datetime.datetime):
        cell = cell.date()
    text = "" if cell is None else str(cell)
    return text if len(text) <= LONGEST else tidy(text)[:LONGEST]
