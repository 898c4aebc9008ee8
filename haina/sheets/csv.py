"""Rows of a text file with separated values, as Excel and WPS write them.

Commas, semicolons or tabs, in UTF-8 or GB18030; the first line that is not plain ASCII tells which
of the two. A record is a row, as Excel numbers them. Every value stays the text that it is.
"""

import csv
import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from haina.sheets.cells import Cell, bounded
from haina.sheets.gate import BINARY, MB, UTF_8_MARK, Stop
from haina.sheets.parts import CHUNK

SHEET = "CSV"
BATCH = 200
MAX_ROWS = 1_048_576  # Excel's own limit, blank ones included
LONGEST = MB  # bytes of a line and characters of a cell; a longer one has lost its closing quote
SEPARATORS = ",;\t"
DECLARED = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # a first line that Excel does not show
QUOTED = re.compile(r'"[^"]*"?')
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def batches(path: Path, width: int) -> Iterator[tuple[str, list]]:
    """The rows in order, some at a time, with what stands for the name of a sheet."""
    with path.open("rb") as file:
        rows = iter(Rows(file, width))
        while batch := list(islice(rows, BATCH)):
            yield SHEET, batch


class Rows:
    """The filled rows as (number, cells). A Stop names the row that cannot be read."""

    def __init__(self, file: BinaryIO, width: int):
        self.file = file
        self.width = width
        self.number = 0

    def __iter__(self) -> Iterator[tuple[int, list[Cell]]]:
        csv.field_size_limit(LONGEST)
        try:
            yield from self.filled()
        except csv.Error:
            raise Stop("broken_row", self.number + 1) from None
        except UnicodeError:
            raise Stop("undecodable_row", self.number + 1) from None

    def filled(self) -> Iterator[tuple[int, list[Cell]]]:
        for record in self.records():
            self.number += 1
            if self.number > MAX_ROWS:
                raise Stop("too_many_rows")
            cells = [bounded(text) for text in record[: self.width]]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                yield self.number, cells

    def records(self) -> Iterator[list[str]]:
        lines = decoded(lines_of(self.file))
        first = next(lines, "")
        declared = DECLARED.fullmatch(first)
        begun = [] if declared else [first]
        separator = declared[1] if declared else separator_of(first)
        return csv.reader(chain(begun, lines), delimiter=separator, strict=True)


def separator_of(line: str) -> str:
    """The one that most often stands outside of quotes."""
    return max(SEPARATORS, key=QUOTED.sub("", line).count)


def decoded(lines: Iterator[bytes]) -> Iterator[str]:
    """Raises UnicodeError for a line that no text has, or that is not in the encoding of the lines
    before it."""
    encoding = ""
    for line in lines:
        if line.startswith(UTF_8_MARK) and not encoding:
            encoding, line = "utf-8", line.removeprefix(UTF_8_MARK)
        if BINARY.search(line):
            raise UnicodeError("binary")
        if line.isascii():
            yield line.decode("ascii")
            continue
        encoding = encoding or ("utf-8" if is_utf_8(line) else "gb18030")
        if encoding == "gb18030" and is_utf_8(line):
            raise UnicodeError("UTF-8 among GB18030")
        yield line.decode(encoding)


def is_utf_8(line: bytes) -> bool:
    """Chinese in GB18030 is hardly ever valid UTF-8 by chance, and then makes no Chinese there."""
    try:
        return CHINESE.search(line.decode()) is not None
    except UnicodeDecodeError:
        return False


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """With their ends, of whichever kind. Raises csv.Error for a line that is too long."""
    begun = b""
    while chunk := file.read(CHUNK):
        *whole, begun = (begun + chunk).splitlines(keepends=True)
        yield from whole
        if len(begun) > LONGEST:
            raise csv.Error("line too long")
    if begun:
        yield begun
