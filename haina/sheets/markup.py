"""The XML of rows: inline strings only, so no text can become a formula."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape as escape_markup

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from haina.sheets.cells import LONGEST_TEXT
from haina.sheets.styles import RED

LIKE_A_FORMULA = tuple("=+-@|%\t\r\n\0＝＋－＠")
ILLEGAL = r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]"  # \r too: XML turns it into \n
ESCAPED = re.compile(rf"{ILLEGAL}|_(?=x[0-9A-Fa-f]{{4}}(?:_|{ILLEGAL}))")

# In a row's texts, joined by line feeds: what cannot stand in XML as it is, and spaces at an edge.
NOT_PLAIN = re.compile(rf"[&<>\t]|{ILLEGAL}|_x|(?:^|\n)[^\S\n]|[^\S\n](?:\n|$)")

Value = str | int | float | datetime.date | None


@dataclass(frozen=True, slots=True)
class Marked:
    """A value in a coloured cell with a comment. `as_typed` keeps a number or a date what it is in
    a text column too, and reads back as such; typing over it gives text."""

    value: Value
    note: str = ""
    colour: str = RED
    as_typed: bool = False


def escape(text: str) -> str:
    if "_x" not in text and text.isprintable():
        return text
    return ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def checked_escape(text: str) -> str:
    escaped = escape(text)
    if excel_length(escaped) > LONGEST_TEXT:
        raise ValueError("a cell holds 32,767 characters at most")
    return escaped


def excel_length(text: str) -> int:
    """Excel counts an emoji as two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


class Markup:
    """Rows of one sheet as XML. `sheet` is a writer.Sheet: it numbers styles, keeps comments."""

    def __init__(self, sheet):
        self.sheet = sheet
        self.columns = sheet.columns
        self.letters = [get_column_letter(number) for number, _ in enumerate(self.columns, 1)]
        self.styles: dict[tuple, int] = {}
        self.heads = [f'<c r="{letter}' for letter in self.letters]
        self.plain_middle, self.quoted_middle = (
            f'" s="{self.style("", quoted=quoted)}" t="inlineStr"><is><t>'
            for quoted in (False, True)
        )

    def style(self, value, *, quoted: bool, colour: str = "") -> int:
        key = type(value), quoted, colour
        if key not in self.styles:
            self.styles[key] = self.sheet.style_of(value, quoted, colour)
        return self.styles[key]

    def row(self, values: Sequence, number: int) -> bytes:
        if len(values) != len(self.columns):
            raise ValueError(f"a row is longer or shorter than its {len(self.columns)} columns")
        cells = self.plain(values, number) if all_plain(values) else self.mixed(values, number)
        return f'<row r="{number}">{cells}</row>'.encode()

    def plain(self, values: Sequence[str], number: int) -> str:
        plain, quoted = f"{number}{self.plain_middle}", f"{number}{self.quoted_middle}"
        cells = [
            f"{head}{quoted if text[0] in LIKE_A_FORMULA else plain}{text}</t></is></c>"
            for head, text in zip(self.heads, values, strict=True)
            if text
        ]
        return "".join(cells)

    def mixed(self, values: Sequence, number: int) -> str:
        cells = enumerate(zip(values, self.columns, strict=True))
        return "".join(
            self.cell(value, column.text, place, number) for place, (value, column) in cells
        )

    def cell(self, value: Value | Marked, as_text: bool, place: int, number: int) -> str:
        if isinstance(value, Marked):
            if value.note:
                self.sheet.comment(value.note, number, place + 1)
            if value.as_typed and not isinstance(value.value, str | None):
                return self.kept(value, place, number)
            return self.styled(
                "" if value.value is None else value.value, as_text, place, number, value.colour
            )
        if value is None or value == "":
            return ""
        return self.styled(value, as_text, place, number)

    def kept(self, mark: Marked, place: int, number: int) -> str:
        like = mark.value if isinstance(mark.value, datetime.date) else ""
        style = self.style(like, quoted=False, colour=mark.colour)
        return f'<c r="{self.letters[place]}{number}" s="{style}"{content(mark.value)}'

    def styled(self, value, as_text: bool, place: int, number: int, colour: str = "") -> str:
        value = str(value) if as_text else value
        quoted = isinstance(value, str) and value.startswith(LIKE_A_FORMULA)
        style = self.style(value, quoted=quoted, colour=colour)
        return f'<c r="{self.letters[place]}{number}" s="{style}"{content(value)}'


def all_plain(values: Sequence) -> bool:
    try:
        joined = "\n".join(values)
    except TypeError:  # a number, a date, nothing, or a marked value
        return False
    if len(joined) > LONGEST_TEXT // 2 or joined.count("\n") >= len(values):
        return False
    return not NOT_PLAIN.search(joined)


def content(value) -> str:
    """A cell from behind its attributes."""
    if value == "":
        return "/>"
    if isinstance(value, str):
        text = escape_markup(checked_escape(value))
        return f' t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(value, bool):
        return f' t="b"><v>{value:d}</v></c>'
    number = to_excel(value) if isinstance(value, datetime.date) else value
    return f"><v>{number!r}</v></c>"
