"""Workbooks that hold text, numbers and dates, and never a formula, whatever the text.

openpyxl makes the workbook: its styles, header, widths, comments and drop-downs. The rows are
written as text and put into the sheet that it made, which is several times faster; a long export
takes no more memory than a short one. Every text reads back as it was given: what XML cannot hold
is escaped the way Open XML does it (_x0007_), and a text that looks like such an escape is escaped
too. Text that a spreadsheet could take for a formula carries the quote prefix as well (OWASP ASVS
1.2.10); the value itself is not changed.
"""

import datetime
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import zip_longest
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments.comment_sheet import CommentRecord
from openpyxl.utils import get_column_letter

from haina.lib import faults
from haina.lib.language import in_chinese
from haina.sheets import styles
from haina.sheets.markup import LIKE_A_FORMULA, Marked, Markup, Value, checked_escape, escape
from haina.sheets.splice import splice

__all__ = ["Column", "Group", "Marked", "Value", "write_workbook"]


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    note: str = ""  # a comment on the heading
    width: float = 14
    text: bool = True  # format as text, so that Excel keeps 0101 and long numbers as typed
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Columns under one heading, which makes a header of two rows."""

    heading: str
    columns: tuple[Column, ...]


def write_workbook(
    path: Path,
    *,
    title: str,
    columns: Sequence[Column | Group],
    rows: Iterable[Sequence[Value | Marked]],
) -> int:
    """Write one sheet and return the number of rows below the header.

    In a text column numbers and dates become text. What is only now put into words is Chinese.
    ValueError for a text over 32,767 characters.
    """
    book = Workbook(write_only=True)
    sheet = Sheet(book, title, columns)
    # Without a name on the disk: whatever happens to this process, nobody finds the rows there.
    with tempfile.TemporaryFile(dir=path.parent) as markup, in_chinese():
        try:
            sheet.write_header()
            count = sheet.write_rows(rows, markup)
            sheet.write_choices()
            book.save(skeleton := BytesIO())
        except BaseException:
            drop_temporary_files(book)
            raise
        markup.seek(0)
        faults.passing("sheet.writing")
        splice(skeleton, markup, path)
    faults.passing("sheet.written")
    return count


def drop_temporary_files(book: Workbook) -> None:
    """openpyxl streams each sheet into a temporary file, which otherwise only save() removes."""
    for sheet in book.worksheets:
        if not sheet.closed:
            sheet.close()
        sheet._writer.cleanup()


class Sheet:
    def __init__(self, book: Workbook, title: str, columns: Sequence[Column | Group]):
        self.book = book
        self.sheet = book.create_sheet(styles.sheet_title(title))
        self.groups = [
            entry if isinstance(entry, Group) else Group("", (entry,)) for entry in columns
        ]
        self.columns = [column for group in self.groups for column in group.columns]
        self.header_rows = 2 if any(isinstance(entry, Group) for entry in columns) else 1
        self.plain = styles.text(self.sheet)._style
        self.quoted = styles.text(self.sheet, quoted=True)._style

    def write_header(self) -> None:
        self.sheet.freeze_panes = f"A{self.header_rows + 1}"
        for number, column in enumerate(self.columns, 1):
            dimension = self.sheet.column_dimensions[get_column_letter(number)]
            dimension.width = column.width
            if column.text:
                dimension.number_format = styles.FORMAT_TEXT  # for the cells people fill in
        if self.header_rows == 2:
            self.sheet.append(self.group_cells())
        self.sheet.append([self.heading(column) for column in self.columns])

    def group_cells(self) -> list:
        cells, first = [], 1
        for group in self.groups:
            last = first + len(group.columns) - 1
            if group.heading and last > first:
                area = f"{get_column_letter(first)}1:{get_column_letter(last)}1"
                self.sheet.merged_cells.add(area)
            cells.append(
                self.filled(styles.heading(self.sheet, colour=styles.GREEN), group.heading)
            )
            cells += [styles.heading(self.sheet, colour=styles.GREEN) for _ in group.columns[1:]]
            first = last + 1
        return cells

    def heading(self, column: Column) -> Cell:
        cell = self.filled(styles.heading(self.sheet, colour=styles.GREY), column.heading)
        if column.note:
            cell.comment = styles.comment(escape(column.note))
        return cell

    def write_rows(self, rows: Iterable[Sequence[Value | Marked]], out) -> int:
        """Write the rows below the header as XML; how many."""
        markup = Markup(self)
        count = 0
        for count, row in enumerate(rows, 1):
            out.write(markup.row(row, self.header_rows + count))
        return count

    def style_of(self, value: Value, quoted: bool, colour: str = "") -> int:
        """The number of a style in this workbook; 0 is a cell without one."""
        if isinstance(value, str):
            cell = styles.text(self.sheet, quoted=quoted)
        elif isinstance(value, datetime.date):
            cell = styles.date(self.sheet)
        else:
            cell = WriteOnlyCell(self.sheet)
        if colour:
            cell.fill = styles.fill(colour)
        return cell.style_id

    def comment(self, text: str, row: int, column: int) -> None:
        cell = WriteOnlyCell(self.sheet)
        cell.row, cell.column = row, column
        cell.comment = styles.comment(escape(text))
        self.sheet._comments.append(CommentRecord.from_cell(cell))

    def filled(self, cell: Cell, text: str) -> Cell:
        """Put a text into a cell, as text: openpyxl would make a formula of "=1+1"."""
        escaped = checked_escape(text)
        if escaped:
            cell.value = escaped
            cell.data_type = "s"
        if not cell.has_style:
            cell._style = self.quoted if text.startswith(LIKE_A_FORMULA) else self.plain
        return cell

    def write_choices(self) -> None:
        """Drop-downs; choices that do not fit into one stand in a hidden sheet."""
        hidden = HiddenChoices(self)
        for number, column in enumerate(self.columns, 1):
            if not column.choices:
                continue
            if styles.fits_in_a_list(column.choices):
                source = f'"{",".join(column.choices)}"'
            else:
                source = hidden.place_of(column.choices)
            choice = styles.dropdown(source, number, self.header_rows + 1)
            self.sheet.data_validations.append(choice)
        hidden.write()


class HiddenChoices:
    """A sheet that nobody sees, with one column for each long list."""

    def __init__(self, beside: Sheet):
        self.beside = beside
        self.title = "选项" if beside.sheet.title != "选项" else "选项表"
        self.lists: list[tuple[str, ...]] = []

    def place_of(self, choices: tuple[str, ...]) -> str:
        self.lists.append(choices)
        letter = get_column_letter(len(self.lists))
        return f"'{self.title}'!${letter}$1:${letter}${len(choices)}"

    def write(self) -> None:
        if not self.lists:
            return
        sheet = self.beside.book.create_sheet(self.title)
        sheet.sheet_state = "hidden"
        for row in zip_longest(*self.lists, fillvalue=""):
            sheet.append([self.beside.filled(WriteOnlyCell(sheet), text) for text in row])
