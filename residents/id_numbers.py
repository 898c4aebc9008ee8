"""What kind of document an ID number (证件号) belongs to, and whether its check digit is right.

Pure. Numbers are told apart by their form alone, so the kind is a hint and never a rule: an H with
eight digits is taken for a travel permit, though Hong Kong passports look the same.
"""

import re
from operator import mul

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haina.lib.phones import is_phone_search
from haina.lib.text import compact

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ZEROS = ord("0") * sum(WEIGHTS)  # digits are added up as the bytes that stand for them
CHECK_DIGITS = "10X98765432"
ID_NUMBER = re.compile(r"(?=.*[0-9A-Z])[0-9A-Z()/.\-]+")  # in half width and upper case
SCIENTIFIC = re.compile(r"[0-9]\.[0-9]+E\+?[0-9]+")  # what Excel shows of a long number
MALFORMED = _("证件号只能包含数字、字母、括号和 . / - 三种符号，最多 %d 位，请检查。")
WITH_CHECK_DIGIT = re.compile(r"[0-9]{17}[0-9X]")
ONE_SHORT = re.compile(r"[0-9]{17}")


LEAST_SEARCHED = 6


class IdKind(TextChoices):
    IDENTITY_CARD = "identity_card", _("身份证")
    PASSPORT = "passport", _("护照")
    RESIDENCE_PERMIT = "residence_permit", _("港澳台居住证")
    HOME_RETURN_PERMIT = "home_return_permit", _("港澳居民来往内地通行证")
    TAIWAN_PERMIT = "taiwan_permit", _("台湾居民来往大陆通行证")
    FOREIGN_RESIDENT = "foreign_resident", _("外国人永久居留身份证")
    OTHER = "other", _("其他")


# The first that matches. GB 11643 for the cards of 18 digits; the rest by their issuers' forms.
FORMS = tuple(
    (re.compile(form), kind)
    for form, kind in (
        (r"9[0-9]{16}[0-9X]|[A-Z]{3}[0-9]{12}", IdKind.FOREIGN_RESIDENT),
        (r"8[123]0000[0-9]{11}[0-9X]", IdKind.RESIDENCE_PERMIT),
        (r"[0-9]{17}[0-9X]|[0-9]{15}", IdKind.IDENTITY_CARD),
        (r"[HM](?:[0-9]{8}|[0-9]{10})", IdKind.HOME_RETURN_PERMIT),
        (r"[0-9]{8}|[0-9]{10}", IdKind.TAIWAN_PERMIT),
        (r"[PS]\.[0-9]{7}|[A-Z0-9]*[0-9][A-Z0-9]*", IdKind.PASSPORT),
    )
)
PASSPORT_LENGTHS = range(6, 10)


def is_id_search(text: str) -> bool:
    """Is a whole number typed, and no phone? It is searched by all of it."""
    number = compact(text).upper()
    has_digit = any(sign.isdecimal() for sign in number)
    is_number = len(number) >= LEAST_SEARCHED and has_digit and ID_NUMBER.fullmatch(number)
    return bool(is_number) and not is_phone_search(text)


def kind_of(number: str) -> IdKind | None:
    """The kind of document, told by the form of its number; None for no number."""
    if not number:
        return None
    for form, kind in FORMS:
        if form.fullmatch(number):
            if kind is IdKind.PASSPORT and len(number) not in PASSPORT_LENGTHS:
                break
            return kind
    return IdKind.OTHER


def checksum_fails(number: str) -> bool:
    """Is this a number with a check digit, and a wrong one? A warning, never an error: the
    guide's own examples fail it."""
    if not WITH_CHECK_DIGIT.fullmatch(number):
        return False
    total = sum(map(mul, number[:17].encode(), WEIGHTS)) - ZEROS
    return CHECK_DIGITS[total % 11] != number[17]


def doubt(number: str) -> str:
    """What makes a number look mistyped, as a sentence; "" for nothing. It is taken as it is."""
    if ONE_SHORT.fullmatch(number):
        return gettext("证件号像是身份证号，但只有 17 位，请核对是否漏填了一位。")
    if checksum_fails(number):
        return gettext("证件号的校验位不正确，请核对是否填错。")
    return ""
