"""What WeChat takes in a field of a template message. A field's name says its kind: thing1, time3.

WeChat refuses a whole message for one value that is not of its kind (47003). Lengths are counted in
units of UTF-16, the stricter way: a rare character or an emoji counts as two.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haina.lib.text import half_width, without_controls

Value = str | int | date | datetime | Promise

HAN = "\u4e00-\u9fff"
CLOCK = r"([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
DAY = r"([0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})"
TIME, DATE = rf"({DAY} )?{CLOCK}", rf"{DAY}( {CLOCK})?"
CUT = "…"
FIELD = re.compile(r"\{\{([A-Za-z_]+?)(\d*)\.DATA\}\}")


@dataclass(frozen=True)
class Kind:
    """A pattern for all of a value, its greatest length, and how a value is brought into it. Where
    nothing true could be said, `fit` gives what the pattern refuses."""

    rule: Promise
    pattern: str
    longest: int
    fit: Callable[[Value, int], str]


def length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, longest: int) -> str:
    while length(text) > longest:
        text = text[:-1]
    return text.strip()


def line(value: Value) -> str:
    """The value as one line of text; moments in the time of the installation."""
    if isinstance(value, datetime):
        return f"{day(value)} {timezone.localtime(value):%H:%M}"
    if isinstance(value, date):
        return day(value)
    return " ".join(without_controls(str(value)).split())


def day(value: date) -> str:
    on = timezone.localdate(value) if isinstance(value, datetime) else value
    return f"{on.year}年{on.month}月{on.day}日"


def shortened(value: Value, longest: int) -> str:
    text = line(value)
    return text if length(text) <= longest else cut(text, longest - 1) + CUT


def as_it_is(value: Value, longest: int) -> str:
    """Of a number, a plate or a word half would be a lie."""
    return line(value)


def ascii_only(value: Value, longest: int) -> str:
    """Digits and signs also for a moment: 2026-11-22 09:30."""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return cut(line(re.sub(r"[^\x20-\x7e]", "", half_width(line(value)))), longest)


def digits(value: Value, longest: int) -> str:
    return half_width(line(value))


def person(value: Value, longest: int) -> str:
    """The Chinese of a name, or its letters where there is none."""
    text = line(value)
    if chinese := re.sub(rf"[^{HAN}]", "", text):
        return cut(chinese, 10)
    return cut(" ".join(re.sub(r"[^A-Za-z ]", " ", half_width(text)).split()), longest)


def moment(value: Value, longest: int) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{day(value)} 00:00"
    return line(value)


def day_only(value: Value, longest: int) -> str:
    return day(value) if isinstance(value, date) else line(value)


ANYTHING = Kind(_("任意文字，最多20个字"), r".+", 20, shortened)
APPROVED = Kind(_("微信审核过的固定内容，最多20个字"), r".+", 20, as_it_is)
KINDS: dict[str, Kind] = {
    "thing": ANYTHING,
    "short_thing": Kind(_("任意文字，最多5个字"), r".+", 5, shortened),
    "character_string": Kind(
        _("数字、字母和符号，最多32个，不能有汉字"), r"[\x20-\x7e]+", 32, ascii_only
    ),
    "number": Kind(_("数字，最多32位"), r"[0-9]+(\.[0-9]+)?", 32, digits),
    "letter": Kind(_("字母，最多32个"), r"[A-Za-z]+", 32, as_it_is),
    "symbol": Kind(_("符号，最多5个"), r"[^\w\s]+", 5, as_it_is),
    "phrase": Kind(_("汉字，最多5个"), rf"[{HAN}]+", 5, as_it_is),
    "name": Kind(_("姓名，最多10个汉字或20个字母"), rf"[{HAN}]{{1,10}}|[A-Za-z ]+", 20, person),
    "time": Kind(_("时间，如2026年11月22日 09:30"), rf"{TIME}(~{TIME})?", 50, moment),
    "date": Kind(_("日期，如2026年11月22日"), rf"{DATE}(~{DATE})?", 50, day_only),
    "amount": Kind(
        _("金额，最多10位数字，可带币种"), r"[¥￥$€£]?[0-9]{1,10}(\.[0-9]{1,2})?元?", 15, as_it_is
    ),
    "phone_number": Kind(_("电话号码，最多17位"), r"[0-9+() -]+", 17, as_it_is),
    "car_number": Kind(_("车牌号，最多8位"), r"\S+", 8, as_it_is),
    "const": APPROVED,
    "enum": APPROVED,
    "enum_string": APPROVED,
    # Of templates from before 2023; what is too long WeChat cuts itself.
    "first": ANYTHING,
    "keyword": ANYTHING,
    "remark": ANYTHING,
}


def kind_of(field: str) -> str:
    """thing1 is a thing."""
    return field.rstrip("0123456789")


def problem_of(kind: str, value: str) -> str:
    """Why WeChat would refuse the value in a field of that kind, or ""."""
    if kind not in KINDS:
        return str(_("不支持这种字段"))
    if not value.strip():
        return str(_("不能为空"))
    rule = KINDS[kind]
    if length(value) > rule.longest or not re.fullmatch(rule.pattern, value):
        return str(_("应为%(rule)s") % {"rule": rule.rule})
    return ""


def fit(kind: str, value: Value) -> str:
    """The value as WeChat takes it in that kind; "" if it cannot be said there."""
    if kind not in KINDS:
        return ""
    told = KINDS[kind].fit(value, KINDS[kind].longest)
    return "" if problem_of(kind, told) else told
