"""Rows of a workbook in the Open XML format, transitional or strict.

openpyxl reads the workbook (its sheets, their state, the date system) and knows what a number
format means. Shared strings, styles and rows are streamed by expat (plain rows by a pattern), since
openpyxl builds objects for every style and every string before the first row, trusts the declared
dimension and does not tell a formula without a result from an empty cell.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import openpyxl
from openpyxl.packaging.relationship import get_dependents
from openpyxl.reader.workbook import WorkbookParser
from openpyxl.utils.escape import unescape

from haina.sheets import plain
from haina.sheets.cells import (
    UNCALCULATED,
    Cell,
    CellError,
    bounded,
    iso_moment,
    moment,
    parsed_number,
)
from haina.sheets.gate import Stop
from haina.sheets.merged import Merged, Range
from haina.sheets.parts import CHUNK, Parts, Stream, Strings, Styles, column_of

LONGEST_ERROR = 64
MAX_SHEET_ROWS = 1_048_576
MERGED_RANGE = re.compile(
    rb"<(?:[\w.-]+:)?mergeCell\s[^<>]*?\bref\s*=\s*[\"']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"
)

assert openpyxl.DEFUSEDXML is True, "openpyxl must parse through defusedxml"  # noqa: S101 - a guard


class Rows(Stream):
    """The filled rows of a sheet, as (number, cells). Cells beyond the width are left out."""

    def __init__(self, book: "Book", width: int, merged: Merged):
        super().__init__()
        self.book = book
        self.width = width
        self.merged = merged
        self.inside = False
        self.number = 0
        self.seen = 0
        self.done: list[tuple[int, list[Cell]]] = []
        self.cells: list[Cell] = []
        self.column = -1

    def at_start(self):
        return {
            "sheetData": self.begin,
            "row": self.begin_row,
            "c": self.begin_cell,
            "f": self.mark_formula,
            "v": self.listen,
            "t": self.listen,
            "rPh": self.begin_hint,
        }

    def at_end(self):
        return {
            "row": self.finish_row,
            "c": self.finish_cell,
            "v": self.stop_listening,
            "t": self.stop_listening,
            "rPh": self.finish_hint,
        }

    begin_hint = Strings.begin_hint
    finish_hint = Strings.finish_hint

    def begin(self, attributes):
        self.inside = True

    def begin_row(self, attributes):
        self.seen += 1
        if self.seen > MAX_SHEET_ROWS:
            raise Stop("too_many_rows")
        self.number = int(attributes.get("r", self.number + 1))
        if self.number < 1:
            raise Stop("damaged")
        self.cells = []
        self.column = -1

    def begin_cell(self, attributes):
        self.attributes = attributes
        place = attributes.get("r")
        self.column = column_of(place.rstrip("0123456789")) if place else self.column + 1
        self.formula = False
        self.text.clear()

    def mark_formula(self, attributes):
        self.formula = True

    def finish_cell(self):
        if not self.text and not self.formula or self.column >= self.width:
            return
        self.put(self.column, self.value("".join(self.text)))

    def put(self, column: int, value: Cell):
        cells = self.cells
        if value is None:
            return
        if column > len(cells):
            cells += [None] * (column - len(cells))
        if column == len(cells):
            cells.append(value)
        else:
            cells[column] = value

    def finish_row(self):
        if self.merged.lasts:
            self.merged.fill(self.number, self.cells)
        if self.cells:
            self.done.append((self.number, self.cells))

    def value(self, text: str) -> Cell:
        kind = self.attributes.get("t", "n")
        if not text:
            return None if kind == "str" else UNCALCULATED
        if kind == "s":
            return self.book.string(int(text))
        if kind == "n":
            return self.book.dated(parsed_number(text), self.attributes.get("s"))
        return OTHER_KINDS.get(kind, bounded)(text)


OTHER_KINDS: dict[str, Callable[[str], Cell]] = {
    "str": lambda text: bounded(unescape(text)),
    "inlineStr": lambda text: bounded(unescape(text)),
    "b": lambda text: text.strip() in ("1", "true"),
    "e": lambda text: CellError(text[:LONGEST_ERROR]),
    "d": iso_moment,
}


class Book:
    """A workbook, open: what its sheets have in common."""

    def __init__(self, archive: ZipFile):
        self.parts = Parts(archive)
        package = get_dependents(self.parts, "_rels/.rels")
        main = next(rel.target for rel in package if rel.Type.endswith("/officeDocument"))
        self.workbook = WorkbookParser(self.parts, main, keep_links=False)
        self.workbook.parse()
        self.epoch = self.workbook.wb.epoch
        self.strings = [*map(bounded, self.stream(Strings(), "sharedStrings").strings)]
        self.dates = self.stream(Styles(), "styles").dates()

    def stream(self, reader, kind: str):
        for relation in self.workbook.rels.values():
            if relation.Type.endswith(f"/{kind}"):
                with self.parts.open(relation.target) as part:
                    reader.run(part)
        return reader

    def visible_sheets(self) -> list[tuple[str, str]]:
        """Name and part of each; sheets of charts, dialogs and macros hold no rows."""
        return [
            (sheet.name, relation.target)
            for sheet, relation in self.workbook.find_sheets()
            if sheet.state == "visible" and relation.Type.endswith("/worksheet")
        ]

    def string(self, index: int) -> Cell:
        if index < 0:
            raise IndexError(index)
        return self.strings[index]

    def dated(self, value: Cell, style: str | None) -> Cell:
        duration = self.dates.get(style)
        return value if duration is None else moment(value, self.epoch, duration=duration)


def batches(path: Path, width: int) -> Iterator[tuple[str, list]]:
    """The rows of the visible sheets in order, some at a time, with the name of the sheet."""
    with ZipFile(path) as archive:
        book = Book(archive)
        sheets = book.visible_sheets()
        if not sheets:
            raise Stop("no_visible_sheet")
        for name, target in sheets:
            with book.parts.open(target) as part:
                merged = Merged(merged_ranges(part), width)
            rows = Rows(book, width, merged)
            with book.parts.open(target) as part:
                for _ in plain.chunks(rows, part):
                    yield name, rows.done
                    rows.done = []


def merged_ranges(part) -> Iterator[Range]:
    """They stand behind the rows that they are about, so they are looked for before the rows are
    read: by their letters, which takes a tenth of parsing the sheet twice."""
    begun = b""
    while data := part.read(CHUNK):
        data = data.replace(b"\x00", b"")  # written in UTF-16
        whole, mark, rest = (begun + data).rpartition(b"<")
        begun = (mark + rest)[:CHUNK]
        if b"mergeCell" in whole:
            yield from ranges_in(whole)
    yield from ranges_in(begun)


def ranges_in(markup: bytes) -> Iterator[Range]:
    for letters, first, last in MERGED_RANGE.findall(markup):
        yield Range(column_of(letters.decode()), int(first), int(last))
