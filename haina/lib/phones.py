"""Searching by phone, where a model has `phone` and `phone_last4`."""

import re

from django.db.models import Q
from phonenumber_field.phonenumber import to_python

from haina.lib.text import compact

LAST_FOUR = re.compile(r"[0-9]{4}")
NOBODY = Q(pk=None)


def with_phone(text: str) -> Q:
    """Exactly the last four digits, or all of the number; anything else finds nobody."""
    text = compact(text)
    if LAST_FOUR.fullmatch(text):
        return Q(phone_last4=text)
    phone = to_python(text)
    if phone and phone.is_valid():
        return Q(phone_last4=str(phone)[-4:], phone=phone)
    return NOBODY


def is_phone_search(text: str) -> bool:
    return with_phone(text) != NOBODY
