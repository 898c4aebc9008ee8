"""What people type into the cells, made into values; or the reason why it cannot be one. Pure.

Each reader takes a cell and returns its value, "" or None for a blank one, or raises BadCell. The
sentences never repeat what was typed: they are kept with the job, and it may be personal.
"""

import datetime
import re
from collections.abc import Callable, Mapping

import phonenumbers
from django.utils.translation import gettext as _

from haina.lib.text import compact, tidy
from haina.sheets.cells import TOO_LONG
from haina.sheets.names import CLEAR, DASHES, ERRORS, TEXT_OF_NUMBER
from haina.sheets.reader import Cell, CellError

Reader = Callable[[Cell], object]

MOST_REMEMBERED = 20_000
UNKNOWN = object()
REMEMBERED = (str, int, datetime.date, type(None))  # types of which no two values are equal
PLAIN_MOBILE = re.compile(r"1[3-9][0-9]{9}")
MOST_EXACT = 10**15  # Excel keeps 15 digits of a number; what follows is already lost
MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
PHONE_MARKS = re.compile(
    r"[\s\-()./\u2010-\u2015\u2066-\u2069]"
)  # also those that phones copy along
SCIENTIFIC = re.compile(r"[0-9]\.?[0-9]*E\+?[0-9]+")  # of a phone, once its marks are gone
PHONE = re.compile(r"\+?[0-9]+")  # phonenumbers would take letters and extensions as well

# Cell values are a file format, so they are not translated.
MALE, FEMALE = "male", "female"
GENDERS = {"男": MALE, "女": FEMALE, "男性": MALE, "女性": FEMALE}
GENDER_NAMES = {MALE: "男", FEMALE: "女"}


class BadCell(Exception):
    """Why a cell cannot be read: a stable code and a sentence that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def remembering(read: Reader) -> Reader:
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


def name_reader(longest: int) -> Reader:
    """Reads names of people: of most a glance is enough."""
    plain = re.compile(rf"[\u4e00-\u9fa5]{{1,{longest}}}")

    def name_of(cell: Cell) -> str:
        if isinstance(cell, str) and plain.fullmatch(cell) and cell not in ERRORS:
            return cell
        refuse_to_clear(cell)
        return text_of(cell, longest=longest)

    return name_of


def missing() -> BadCell:
    return BadCell("missing", _("不能为空，请填写。"))


def gender_of(cell: Cell) -> str:
    if clears(cell):
        return CLEAR
    return one_of(cell, GENDERS, _("请填写男或女，或留空。"))


def one_of(cell: Cell, words: Mapping[str, str], message: str) -> str:
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
    if SCIENTIFIC.fullmatch(digits.upper()):
        message = _("号码被存成了科学计数法，末尾几位已丢失。请将单元格设为文本后重新填写。")
        raise BadCell("digits_lost", message)
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
