"""What a row of an uploaded workbook comes to: an entry, or what is wrong with it. Pure.

Many thousand of them are held at once, so they are tuples, and only of rows that fail the cells are
kept as they were typed.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

from haina.sheets.reader import Cell

Key = Hashable  # the same key is the same person: of residents room and phone, of staff the phone
Person = tuple  # the columns of a person, as the model holds them; "" or None is blank


class Entry(NamedTuple):
    """A row that can be imported. Without a person it is there for its place only."""

    sheet: str
    row: int
    key: Key
    person: Person | None


class OnFile(NamedTuple):
    """Somebody on file, as the columns stand."""

    pk: int
    key: Key
    person: Person


class Fault(NamedTuple):
    """What is wrong with a cell: a stable code, and a sentence that says what to do."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do. `column` is Excel's letter, "" for the whole row."""

    sheet: str
    row: int
    column: str
    code: str
    message: str


class BadRow(NamedTuple):
    """A row that fails, as it was typed. The fault of the whole row has the index -1."""

    sheet: str
    row: int
    cells: tuple[Cell, ...]
    faults: dict[int, Fault]
