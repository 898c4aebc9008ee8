"""How written workbooks look: text format, headings, colours, drop-downs, comments."""

import re
from collections.abc import Sequence

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.numbers import FORMAT_DATE_YYYYMMDD2, FORMAT_TEXT
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

RED = "FFC7CE"
GREEN = "C6E9D0"
GREY = "EDEDED"
LAST_ROW = 1_048_576
LONGEST_LIST = 255  # what Excel takes in a drop-down's own list
AUTHOR = "海纳"

LINE = Side(style="thin", color="BFBFBF")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
FORBIDDEN_IN_TITLES = re.compile(r"[\x00-\x1f\[\]:*?/\\\ud800-\udfff\ufffe\uffff]")


def sheet_title(text: str) -> str:
    """A name that Excel takes for a sheet: at most 31 characters and none of []:*?/\\ ."""
    return FORBIDDEN_IN_TITLES.sub("_", text)[:31].strip("'") or "Sheet1"


def heading(sheet, *, colour: str) -> Cell:
    cell = WriteOnlyCell(sheet)
    cell.font = Font(bold=True)
    cell.fill = fill(colour)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.border = BOX
    cell.number_format = FORMAT_TEXT
    return cell


def fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour)


def text(sheet, *, quoted: bool = False) -> Cell:
    """A cell of text. The quote prefix tells Excel that "=1+1" was meant as it stands."""
    cell = WriteOnlyCell(sheet)
    cell.number_format = FORMAT_TEXT
    cell._style.quotePrefix = int(quoted)  # openpyxl has no public way to set it
    return cell


def date(sheet) -> Cell:
    cell = WriteOnlyCell(sheet)
    cell.number_format = FORMAT_DATE_YYYYMMDD2
    return cell


def comment(text: str) -> Comment:
    """A note of a size in which all of it can be seen."""
    lines = sum(1 + len(line) // 18 for line in text.split("\n"))
    return Comment(text, AUTHOR, width=260, height=30 + 20 * lines)


def fits_in_a_list(choices: Sequence[str]) -> bool:
    """Excel splits a list at commas, trims it and takes no more than 255 characters."""
    simple = all(choice.isprintable() and choice == choice.strip() for choice in choices)
    splits = any("," in choice or '"' in choice for choice in choices)
    return simple and not splits and len(",".join(choices)) <= LONGEST_LIST


def dropdown(source: str, column: int, first_row: int) -> DataValidation:
    letter = get_column_letter(column)
    choice = DataValidation(
        type="list",
        formula1=source,
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="请选择",
        error="请从下拉列表中选择。",
    )
    choice.add(f"{letter}{first_row}:{letter}{LAST_ROW}")
    return choice
