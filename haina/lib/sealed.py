"""What somebody searches for, sealed wherever it would stand in an address: addresses end up in
histories, bookmarks and the logs of proxies, and a search for people holds a name or a phone."""

import base64
import binascii

from django.http import QueryDict

from haina.lib.encryption import Undecipherable, decrypt, encrypt

PLAIN, SEALED = "q", "s"


def seal(text: str) -> str:
    """Letters, digits, - and _ only; another one each time."""
    return base64.urlsafe_b64encode(encrypt(text)).decode().rstrip("=")


def unseal(token: str) -> str:
    """The text; "" for what nobody sealed here, or under a key that is gone."""
    try:
        stored = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return decrypt(stored)
    except (binascii.Error, ValueError, Undecipherable):
        return ""


def opened(query: QueryDict) -> QueryDict:
    """The query string with what is searched for in plain text, for whoever carries it out."""
    if SEALED not in query:
        return query
    query = query.copy()
    query[PLAIN] = unseal(query.pop(SEALED)[-1])
    return query
