"""Days in cells, in whatever form people type them or Excel keeps them. Pure."""

import datetime
import re

from django.utils.translation import gettext as _

from haina.imports.cells import BadCell, raw_text
from haina.lib.text import tidy
from haina.sheets.names import DASHES
from haina.sheets.reader import Cell

DATE = re.compile(
    r"([0-9]{4}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2}) ?[日号]?"
    r"(?: [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
)
DATE_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
# Excel's count of days at 1970-01-01 and 2199-12-31. Below it people mean a year, above a month.
FIRST_SERIAL, LAST_SERIAL = 25569, 109574
SERIAL_ZERO = datetime.date(1899, 12, 30)


def date_of(cell: Cell) -> datetime.date | None:
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return date_of_number(cell)
    text = tidy(raw_text(cell))
    return date_of_text(text) if text and text not in DASHES else None


def bad_date() -> BadCell:
    return BadCell("bad_date", _("日期不正确，请按 2018-12-31 的格式填写。"))


def date_of_number(number: int | float) -> datetime.date:
    """20181231 as it reads; any other number is Excel's count of days."""
    if number == int(number) and DATE_DIGITS.fullmatch(str(int(number))):
        return date_of_text(str(int(number)))
    if not FIRST_SERIAL <= number <= LAST_SERIAL:
        raise bad_date()
    return SERIAL_ZERO + datetime.timedelta(days=int(number))


def date_of_text(text: str) -> datetime.date:
    found = DATE.fullmatch(text) or DATE_DIGITS.fullmatch(text)
    if not found:
        raise bad_date()
    try:
        return datetime.date(*map(int, found.groups()))
    except ValueError:
        raise bad_date() from None
