"""How personal values look when they are not shown in full."""

import unicodedata

from phonenumber_field.phonenumber import PhoneNumber


def mask_middle(text: str, *, head: int, tail: int) -> str:
    """Keep the ends; the middle becomes as many stars as it had characters."""
    hidden = len(text) - head - tail
    if hidden <= 0:
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[len(text) - tail :]


def mask_name(name: str) -> str:
    """张三 is 张*, and 张小三 张*三; one star, however many characters it stands for. A single
    character is all of a name, so nothing of it is shown."""
    letters = [sign for sign in name if unicodedata.category(sign)[0] in "LN"]
    if len(letters) < 2:
        return "*" if name else ""
    return f"{letters[0]}*{letters[-1] if len(letters) > 2 else ''}"


def national(phone: PhoneNumber | str) -> str:
    """The number as people in China write it: 18124768126; foreign ones stay +1…"""
    text = str(phone)
    return text.removeprefix("+86") if text.startswith("+86") else text


def mask_phone(phone: PhoneNumber | str) -> str:
    """18124768126 is shown as 181*****26, as in the guide: five stars, however long it is."""
    text = national(phone)
    return f"{text[:3]}*****{text[-2:]}"


def mask_id_number(number: str) -> str:
    return mask_middle(number, head=3, tail=2)
