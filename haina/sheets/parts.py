"""The parts of an Open XML workbook: found under any spelling, streamed, never trusted.

No part may declare a document type, so there are no entities to expand or to fetch.
"""

from collections.abc import Callable, Iterator
from functools import cache
from xml.parsers import expat
from zipfile import ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils import column_index_from_string
from openpyxl.utils.escape import unescape

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
CHINESE_DATES = {*range(27, 37), *range(50, 59)}  # built in where Excel is Chinese, never declared


@cache
def column_of(letters: str) -> int:
    return column_index_from_string(letters) - 1


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


class Stream:
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


class Strings(Stream):
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


class Styles(Stream):
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
