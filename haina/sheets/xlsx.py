"""Rows of a workbook in the Open XML format, transitional or strict.

openpyxl reads the workbook (its sheets, their state, the date system) and knows what a number
format means. Shared strings, styles and rows are streamed by expat, since openpyxl builds objects
for every style and every string before the first row, trusts the declared dimension and does not
tell a formula without a result from an empty cell. No part may declare a document type, so there
are no entities to expand or to fetch.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from xml.parsers import expat
from zipfile import ZipFile

import openpyxl
from openpyxl.packaging.relationship import get_dependents
from openpyxl.reader.workbook import WorkbookParser
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils import column_index_from_string
from openpyxl.utils.escape import unescape

from haina.sheets.cells import (
    UNCALCULATED,
    Cell,
    CellError,
    bounded,
    iso_moment,
    moment,
    parsed_number,
)
from haina.sheets.gate import MB, Stop, plain_name

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
DIALECTS = {
    STRICT.encode(): MAIN.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument": (
        b"http://schemas.openxmlformats.org/officeDocument/2006"
    ),
}
CHUNK = 64 * 1024
MAX_WHOLE_PART = 8 * MB  # workbook.xml and relationships, which openpyxl reads as a tree
MAX_SHEET_ROWS = 1_048_576
CHINESE_DATES = {*range(27, 37), *range(50, 59)}  # built in where Excel is Chinese, never declared

assert openpyxl.DEFUSEDXML is True, "openpyxl must parse through defusedxml"  # noqa: S101 - a guard


class Parts:
    """The members of the zip, under the names by which the workbook calls them."""

    def __init__(self, archive: ZipFile):
        self.archive = archive
        self.names = {plain_name(name): name for name in archive.namelist()}

    def open(self, name: str):
        return self.archive.open(self.names[plain_name(name)])

    def read(self, name: str) -> bytes:
        """A small part as a whole, in the transitional dialect, which is all openpyxl knows."""
        with self.open(name) as part:
            data = part.read(MAX_WHOLE_PART + 1)
        if len(data) > MAX_WHOLE_PART:
            raise Stop("zip_bomb")
        if b"<!DOCTYPE" in data.replace(b"\x00", b""):
            raise Stop("damaged")
        for strict, transitional in DIALECTS.items():
            data = data.replace(strict, transitional)
        return data


class Reader:
    """One part, streamed by expat: methods by the name of the element they are called for."""

    def __init__(self):
        self.text: list[str] = []
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self.refuse
        self.starts = self.spread(self.at_start())
        self.ends = self.spread(self.at_end())
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end

    def at_start(self) -> dict[str, Callable]:
        return {}

    def at_end(self) -> dict[str, Callable]:
        return {}

    @staticmethod
    def spread(methods: dict[str, Callable]) -> dict[str, Callable]:
        return {f"{space} {tag}": methods[tag] for tag in methods for space in (MAIN, STRICT)}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if method := self.starts.get(name):
            method(attributes)

    def end(self, name: str) -> None:
        if method := self.ends.get(name):
            method()

    def listen(self, attributes: dict[str, str]) -> None:
        self.parser.CharacterDataHandler = self.text.append

    def stop_listening(self) -> None:
        self.parser.CharacterDataHandler = None

    def refuse(self, *doctype) -> None:
        raise Stop("damaged")

    def chunks(self, part) -> Iterator[None]:
        while data := part.read(CHUNK):
            self.parser.Parse(data)
            yield
        self.parser.Parse(b"", True)
        yield

    def run(self, part) -> None:
        for _ in self.chunks(part):
            pass


class Strings(Reader):
    """The shared strings, without the phonetic hints (rPh) of East Asian text."""

    def __init__(self):
        super().__init__()
        self.strings: list[str] = []

    def at_start(self):
        return {"si": self.begin, "t": self.listen, "rPh": self.begin_hint}

    def at_end(self):
        return {"si": self.finish, "t": self.stop_listening, "rPh": self.finish_hint}

    def begin(self, attributes):
        self.text.clear()

    def begin_hint(self, attributes):
        self.kept = len(self.text)

    def finish_hint(self):
        del self.text[self.kept :]

    def finish(self):
        self.strings.append(unescape("".join(self.text)))


class Styles(Reader):
    """Which cell styles show a number as a date, and which as a duration."""

    def __init__(self):
        super().__init__()
        self.formats: dict[int, str] = {}
        self.style_formats: list[int] = []
        self.inside = False

    def at_start(self):
        return {"numFmt": self.declare, "cellXfs": self.enter, "xf": self.add}

    def at_end(self):
        return {"cellXfs": self.leave}

    def declare(self, attributes):
        self.formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")

    def enter(self, attributes):
        self.inside = True

    def leave(self):
        self.inside = False

    def add(self, attributes):
        if self.inside:
            self.style_formats.append(int(attributes.get("numFmtId", 0)))

    def dates(self) -> dict[str, bool]:
        """The styles that show dates, as they are written in cells; True for durations."""
        found = {}
        for style, number in enumerate(self.style_formats):
            code = self.formats.get(number) or BUILTIN_FORMATS.get(number)
            if is_date_format(code) or (code is None and number in CHINESE_DATES):
                found[str(style)] = is_timedelta_format(code)
        return found


@cache
def column_of(letters: str) -> int:
    return column_index_from_string(letters) - 1


class Rows(Reader):
    """The filled rows of a sheet, as (number, cells). Cells beyond the width are left out."""

    def __init__(self, book: "Book", width: int):
        super().__init__()
        self.book = book
        self.width = width
        self.number = 0
        self.seen = 0
        self.done: list[tuple[int, list[Cell]]] = []
        self.cells: list[Cell] = []
        self.column = -1

    def at_start(self):
        return {
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
        value = self.value("".join(self.text))
        if value is None:
            return
        self.cells += [None] * (self.column + 1 - len(self.cells))
        self.cells[self.column] = value

    def finish_row(self):
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
    "e": CellError,
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
        self.strings = self.stream(Strings(), "sharedStrings").strings
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
        return bounded(self.strings[index])

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
            rows = Rows(book, width)
            with book.parts.open(target) as part:
                for _ in rows.chunks(part):
                    yield name, rows.done
                    rows.done = []
