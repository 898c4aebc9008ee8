"""Merged cells: only the first of them holds what the sheet shows for all. Whatever a cell merged
with others below it holds is handed down to them, column by column. A cell that has something of
its own keeps it, and a row that has nothing of its own stays empty, however far a range goes.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from haina.sheets.cells import Cell
from haina.sheets.gate import Stop

MOST_RANGES = 200_000  # as many as 60,000 rows have whose three levels are merged two by two


class Range(NamedTuple):
    """Its left column, from 0, and its rows, as Excel shows them."""

    column: int
    first: int
    last: int


class Merged:
    """The merged ranges of one sheet, and what is handed down in each column at the moment."""

    def __init__(self, ranges: Iterable[Range], width: int):
        self.lasts: dict[int, dict[int, int]] = {}
        self.current: dict[int, tuple[int, int, Cell]] = {}
        for column, first, last in bounded(ranges):
            if column < width and last > first:
                lasts = self.lasts.setdefault(column, {})
                lasts[first] = max(last, lasts.get(first, 0))

    def fill(self, number: int, cells: list[Cell]) -> None:
        """Hand down to one row what is above it. Every row is shown here, also an empty one."""
        is_empty = not cells
        for column, lasts in self.lasts.items():
            value = cells[column] if column < len(cells) else None
            if last := lasts.get(number):
                self.current[column] = (number, last, value)
            elif value is None and not is_empty and column in self.current:
                first, last, value = self.current[column]
                if first < number <= last and value is not None:
                    cells.extend([None] * (column + 1 - len(cells)))
                    cells[column] = value


def bounded(ranges: Iterable[Range]) -> Iterator[Range]:
    for count, merged in enumerate(ranges, 1):
        if count > MOST_RANGES:
            raise Stop("too_many_merged")
        yield merged
