"""What WeChat takes in a field of a template message: its name says its kind (thing1, time3)."""

import re

HAN = "\u4e00-\u9fff"
CLOCK = r"\d{1,2}:\d{2}(:\d{2})?"
DAY = r"(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2})"
MOMENT = rf"({DAY}( {CLOCK})?|{CLOCK})"
KINDS = {
    "thing": r".{1,20}",
    "short_thing": r".{1,20}",  # its limit is documented nowhere
    "character_string": r"[\x20-\x7e]{1,32}",
    "number": r"\d{1,32}(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "phrase": rf"[{HAN}]{{1,5}}",
    "name": rf"([{HAN}]{{1,10}}|[A-Za-z ]{{1,20}})",
    "time": rf"{MOMENT}(~{MOMENT})?",
    "date": rf"{MOMENT}(~{MOMENT})?",
    "amount": r"[¥￥$€£]?\d{1,10}(\.\d{1,2})?元?",
    "phone_number": r"[\d+() -]{1,17}",
    "car_number": r"\S{1,8}",
    "const": r".{1,20}",
    "enum": r".{1,20}",
    "enum_string": r".{1,20}",
}
FIELD = re.compile(r"\{\{([a-z_]+?\d*)\.DATA\}\}")


def fields_of(content: str) -> list[str]:
    return FIELD.findall(content)


def fits(field: str, value, allowed: list[str] | None) -> bool:
    """Is this a value of the field's kind and, where only some are approved, one of those?"""
    pattern = KINDS.get(field.rstrip("0123456789"), KINDS["thing"])
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        return False
    return allowed is None or value in allowed
