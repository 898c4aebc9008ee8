"""Is it WeChat that posts, and what does it say?

The signature is compared in constant time and holds for five minutes. Where the account has a key,
only what is sealed with it counts: a plain message beside it, or instead of it, is not looked at.
"""

import base64
import binascii
import hashlib
import hmac
import logging
import struct
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import InvalidAppIdException

from haina.wechat.models import Connection

logger = logging.getLogger(__name__)

WINDOW = timedelta(minutes=5)
FORMER_KEY_LASTS = timedelta(days=1)
LONGEST_SECONDS = 11  # digits of a timestamp
# What wechatpy and the ciphers below it raise at bytes that nobody sealed.
GARBLED = (ValueError, IndexError, TypeError, binascii.Error, struct.error, InvalidAppIdException)


class NotWeChat(Exception):
    """Whoever sent this does not know the account's Token, or sent it too long ago."""


class Unreadable(Exception):
    """This is no message of WeChat's, or not one to this account."""


def verify(connection: Connection, query: Mapping[str, str], *, now: datetime) -> None:
    """Raise NotWeChat unless the address was signed with the account's Token within the window."""
    if not signed(connection.token, query.get("signature", ""), query):
        raise NotWeChat("the signature is wrong")
    check_time(connection, query, now=now)


def check_time(of: object, query: Mapping[str, str], *, now: datetime) -> None:
    """Raise NotWeChat for a timestamp beyond the window."""
    sent_at = moment(query.get("timestamp", ""))
    if sent_at is None or abs(now.timestamp() - sent_at) > WINDOW.total_seconds():
        logger.warning("a callback of %s was sent at another time; check the clock", of)
        raise NotWeChat("the timestamp is out of date")


def signed(token: str, signature: str, query: Mapping[str, str], *more: str) -> bool:
    """Is it the signature of the address, and of what comes with it? Without a Token nothing is."""
    parts = [token, query.get("timestamp", ""), query.get("nonce", ""), *more]
    text = "".join(sorted(parts)).encode(errors="replace")
    right = hashlib.sha1(text).hexdigest()  # noqa: S324 - as WeChat does
    same = hmac.compare_digest(right.encode(), signature.encode(errors="replace"))
    return same and bool(token)


def moment(text: str) -> int | None:
    """The second that a timestamp names, if it is one."""
    usual = text.isascii() and text.isdecimal() and len(text) <= LONGEST_SECONDS
    return int(text) if usual else None


def opened(connection: Connection, body: bytes, query: Mapping[str, str], *, now: datetime) -> dict:
    """The message in a body that came to a verified address."""
    message = fields_of(body)
    if not connection.aes_key:
        return message
    sealed = message.get("Encrypt")
    if not isinstance(sealed, str) or not sealed:
        raise Unreadable("not sealed")
    if not signed(connection.token, query.get("msg_signature", ""), query, sealed):
        raise NotWeChat("the signature of the message is wrong")
    return fields_of(unsealed(keys_of(connection, now), connection.app_id, sealed).encode())


def unsealed(keys: Iterable[str], receiver: str, sealed: str) -> str:
    """What one of the keys opens, if it was sealed for the receiver."""
    for key in keys:
        try:
            cipher = PrpCrypto(base64.b64decode(f"{key}="))
            return cipher.decrypt(sealed, receiver)
        except GARBLED:
            continue
    raise Unreadable("no key of the account opens it")


def keys_of(connection: Connection, now: datetime) -> list[str]:
    """The key of now and, for a day after the change, the one before: some are under way."""
    changed_at = connection.aes_key_changed_at
    if changed_at is None or now - changed_at > FORMER_KEY_LASTS:
        return [connection.aes_key]
    return list(filter(None, (connection.aes_key, connection.former_aes_key)))


def fields_of(body: bytes) -> dict:
    """The fields of WeChat's flat XML. One that has parts is a list of them, in pairs."""
    try:
        root = fromstring(body.decode(), forbid_dtd=True)  # text: its own encoding is ignored
    except (ParseError, DefusedXmlException, ValueError):
        raise Unreadable("not XML") from None
    names = [child.tag for child in root]
    if root.tag != "xml" or len(names) != len(set(names)):
        raise Unreadable("not a message")
    return {child.tag: value_of(child) for child in root}


def value_of(field: Element) -> str | list[tuple[str, str]]:
    if len(field) == 0:
        return field.text or ""
    return [(part.tag, part.text or "") for part in field.iter() if part is not field]
