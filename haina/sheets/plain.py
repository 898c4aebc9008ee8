"""The plain rows at the top of a sheet, read by a pattern: most sheets have no others.

A plain row holds numbers and shared strings, each with its place, and nothing else. Such rows are
taken out of the stream before expat sees it, which makes reading twice as fast; what is left is
well-formed if the whole was. From the first row that is anything else, expat reads all the rest.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from haina.sheets.cells import parsed_number
from haina.sheets.gate import MB
from haina.sheets.parts import CHUNK, column_of

if TYPE_CHECKING:
    from haina.sheets.xlsx import Rows

BEGIN, END_OF_ROW = b"<sheetData>", b"</row>"
LONGEST_ROW = MB
# Nothing here can match in two ways, and *+ never goes back: the time is linear in the text.
CELL = (
    r'<c r="([A-Z]{1,3})[0-9]{1,7}"(?: s="([0-9]{1,5})")?+(?: t="(s)")?+'
    r"(?:/>|><v>([0-9.]+)</v></c>)"
)
UNNAMED = re.sub(r"\((?!\?)", "(?:", CELL)
ATTRIBUTES = r"""(?: (?!xmlns)[A-Za-z0-9:]+="[ !#-%'-;=?-~]*+")*+"""
ROW = re.compile(
    rf'[ \t\r\n]*+<row r="([0-9]{{1,7}})"{ATTRIBUTES}>((?:{UNNAMED})*+)</row>'.encode()
)
CELLS = re.compile(CELL)


def chunks(rows: "Rows", part) -> Iterator[None]:
    """As rows.chunks(part)."""
    head, begin, data = part.read(CHUNK).partition(BEGIN)
    rows.parser.Parse(head + begin)
    if begin and rows.inside and is_bare(head):
        data = take(rows, data)
        while len(data) < LONGEST_ROW and END_OF_ROW not in data and (more := part.read(CHUNK)):
            data = take(rows, data + more)
            yield
    rows.parser.Parse(data)
    yield
    yield from rows.chunks(part)


def is_bare(head: bytes) -> bool:
    """Are there no comments and the like, in which something only looks like rows?"""
    return b"<!" not in head and head.rfind(b"<?") <= len(b"\xef\xbb\xbf")


def take(rows: "Rows", data: bytes) -> bytes:
    """Add the plain rows with which data begins; what follows them."""
    book, end = rows.book, 0
    while found := ROW.match(data, end):
        rows.begin_row({"r": found[1]})
        for letters, style, is_string, text in CELLS.findall(found[2].decode()):
            column = column_of(letters)
            if not text or column >= rows.width:
                continue
            if is_string:
                rows.put(column, book.strings[int(text)])
            else:
                rows.put(column, book.dated(parsed_number(text), style))
        rows.finish_row()
        end = found.end()
    return data[end:]
