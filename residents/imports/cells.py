"""What people type into the cells, made into values; or the reason why it cannot be one.

Each reader takes a cell and returns its value, "" or None for a blank one, or raises BadCell. The
sentences never repeat what was typed: they are kept with the job, and it may be personal.
"""

import datetime
import re
from collections.abc import Callable

import phonenumbers
from django.utils.translation import gettext as _

from haina.lib.text import compact, tidy
from haina.sheets.cells import TOO_LONG
from haina.sheets.names import CLEAR, DASHES, ERRORS, TEXT_OF_NUMBER
from haina.sheets.reader import Cell, CellError
from residents.id_numbers import ID_NUMBER, MALFORMED, SCIENTIFIC
from residents.imports.columns import GENDERS, IDENTITIES
from residents.leases import is_lease_end
from residents.models import ID_NUMBER_LENGTH, NAME_LENGTH

MOST_REMEMBERED = 20_000
UNKNOWN = object()
REMEMBERED = (str, int, datetime.date, type(None))  # types of which no two values are equal
PLAIN_NAME = re.compile(rf"[\u4e00-\u9fa5]{{1,{NAME_LENGTH}}}")
PLAIN_MOBILE = re.compile(r"1[3-9][0-9]{9}")
PLAIN_ID_NUMBER = re.compile(rf"[0-9A-Z]{{1,{ID_NUMBER_LENGTH}}}")
MOST_EXACT = 10**15  # Excel keeps 15 digits of a number; what follows is already lost
MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
PHONE_MARKS = re.compile(
    r"[\s\-()./\u2010-\u2015\u2066-\u2069]"
)  # also those that phones copy along
PHONE = re.compile(r"\+?[0-9]+")  # phonenumbers would take letters and extensions as well
DATE = re.compile(
    r"([0-9]{4}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2}) ?[日号]?"
    r"(?: [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
)
DATE_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
# Excel's count of days at 1970-01-01 and 2199-12-31. Below it people mean a year, above a month.
FIRST_SERIAL, LAST_SERIAL = 25569, 109574
SERIAL_ZERO = datetime.date(1899, 12, 30)


class BadCell(Exception):
    """Why a cell cannot be read: a stable code and a sentence that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def remembering(read: "Reader") -> "Reader":
    """As `read`, which then reads the same cell once: few columns hold many different ones."""
    known = {}

    def recall(cell: Cell):
        if type(cell) not in REMEMBERED:
            return read(cell)
        value = known.get(cell, UNKNOWN)
        if value is UNKNOWN:
            value = read(cell)
            if len(known) < MOST_REMEMBERED:
                known[cell] = value
        return value

    return recall


def clears(cell: Cell) -> bool:
    return isinstance(cell, str) and tidy(cell) in DASHES


def refuse_to_clear(cell: Cell) -> None:
    if clears(cell):
        raise BadCell("cannot_clear", _("“-”表示清空，而这一项不能为空，请填写。"))


def text_of(cell: Cell, *, longest: int) -> str:
    """A name, a room: numbers as people mean them (101.0 is 101), one line, no odd characters."""
    text = tidy(raw_text(cell))
    if len(text) > longest:
        raise BadCell("too_long", _("最多 %d 个字，请缩短。") % longest)
    return text


def raw_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        cell = cell.text
    if isinstance(cell, str):
        if cell in ERRORS:
            message = _("单元格是公式错误或没有计算结果，请改为直接填写的内容。")
            raise BadCell("formula_error", message)
        if cell == TOO_LONG.text:
            raise BadCell("too_long", _("内容太长，请缩短。"))
        return cell
    if isinstance(cell, datetime.date):
        raise BadCell("not_text", _("单元格被 Excel 当成了日期，请把格式设为文本后重新填写。"))
    if isinstance(cell, bool):
        raise BadCell("not_text", _("单元格是逻辑值 TRUE/FALSE，请直接填写内容。"))
    return number_text(cell)


def digits_lost() -> BadCell:
    message = _("数字超过 15 位，Excel 已丢失末尾几位。请将单元格设为文本后重新填写完整号码。")
    return BadCell("digits_lost", message)


def number_text(number: int | float) -> str:
    if not -MOST_EXACT < number < MOST_EXACT:
        raise digits_lost()
    return str(int(number)) if number == int(number) else repr(number)


def name_of(cell: Cell) -> str:
    if isinstance(cell, str) and PLAIN_NAME.fullmatch(cell) and cell not in ERRORS:
        return cell
    refuse_to_clear(cell)
    return text_of(cell, longest=NAME_LENGTH)


def room_of(cell: Cell) -> str:
    text = text_of(cell, longest=NAME_LENGTH)
    whole = TEXT_OF_NUMBER.fullmatch(text)
    return whole[1] if whole else text


def level_of(cell: Cell) -> str:
    """A block, an entrance, a room: never blank."""
    if text := room_of(cell):
        return text
    raise blank_place()


def blank_place() -> BadCell:
    message = _("不能为空，请填写。")
    return BadCell("missing", message)


def community_reader(name: str) -> "Reader":
    """Reads the column of the community, in which each row has the same name."""
    wanted = compact(name).casefold()

    def community_of(cell: Cell) -> str:
        typed = compact(name_of(cell)).casefold()
        if not typed:
            raise blank_place()
        if typed != wanted:
            raise BadCell("wrong_community", _("应为“%s”，请检查是否选错小区。") % name)
        return name

    return community_of


def gender_of(cell: Cell) -> str:
    if clears(cell):
        return CLEAR
    return one_of(cell, GENDERS, _("请填写男或女，或留空。"))


def identity_of(cell: Cell) -> str:
    refuse_to_clear(cell)
    return one_of(cell, IDENTITIES, _("请填写业主、家属、长期租客或限期租客。"))


def one_of(cell: Cell, words: dict[str, str], message: str) -> str:
    text = compact(raw_text(cell))
    if not text:
        return ""
    if text not in words:
        raise BadCell("not_a_choice", message)
    return words[text]


def phone_of(cell: Cell) -> str:
    """E.164: +8618913112121."""
    if isinstance(cell, str) and PLAIN_MOBILE.fullmatch(cell):
        return f"+86{cell}"
    refuse_to_clear(cell)
    text = compact(raw_text(cell))
    if not text:
        return ""
    if isinstance(cell, float) and not cell.is_integer():
        raise bad_phone()  # its point is none of those that people put between digits
    whole = TEXT_OF_NUMBER.fullmatch(text)
    digits = PHONE_MARKS.sub("", whole[1] if whole else text)
    if mobile := MOBILE.fullmatch(digits):
        return f"+86{mobile[1]}"
    return other_phone(digits)


def other_phone(digits: str) -> str:
    """A landline, or a number from abroad."""
    if not PHONE.fullmatch(digits):
        raise bad_phone()
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        raise bad_phone() from None
    if not phonenumbers.is_valid_number(number):
        raise bad_phone()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def bad_phone() -> BadCell:
    message = _("手机号格式不正确，请填写 11 位手机号；境外号码请以 + 开头。")
    return BadCell("bad_phone", message)


def id_number_of(cell: Cell) -> str:
    if isinstance(cell, str) and PLAIN_ID_NUMBER.fullmatch(cell):
        return cell
    if clears(cell):
        return CLEAR
    text = compact(raw_text(cell)).upper()
    if SCIENTIFIC.fullmatch(text):
        raise digits_lost()
    if len(text) > ID_NUMBER_LENGTH or (text and not ID_NUMBER.fullmatch(text)):
        raise BadCell("bad_id_number", MALFORMED % ID_NUMBER_LENGTH)
    return text


def lease_end_of(cell: Cell) -> datetime.date | None:
    date = date_of(cell)
    if date and not is_lease_end(date):
        raise bad_date()
    return date


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


Reader = Callable[[Cell], str | datetime.date | None]
