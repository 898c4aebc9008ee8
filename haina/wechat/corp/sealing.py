"""Is it WeCom that posts, and what does it say? Everything is sealed, the echo of the verification
too, and the signature is over what is sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from haina.wechat.crypto import NotWeChat, Unreadable, check_time, fields_of, signed, unsealed


@dataclass(frozen=True, repr=False)
class Seal:
    """Token and EncodingAESKey of an address, and for whom WeCom seals what it posts there."""

    token: str
    aes_key: str
    receiver: str


def echo(seal: Seal, query: Mapping[str, str], *, of: object, now: datetime) -> str:
    """What the verification of an address wants to hear."""
    return opened_text(seal, query.get("echostr", ""), query, of=of, now=now)


def opened(seal: Seal, body: bytes, query: Mapping[str, str], *, of: object, now: datetime) -> dict:
    """The message in a body. Raises NotWeChat and Unreadable."""
    sealed = fields_of(body).get("Encrypt", "")
    if not isinstance(sealed, str):
        raise Unreadable("not sealed")
    return fields_of(opened_text(seal, sealed, query, of=of, now=now).encode())


def opened_text(
    seal: Seal, sealed: str, query: Mapping[str, str], *, of: object, now: datetime
) -> str:
    if not sealed:
        raise Unreadable("nothing is sealed")
    if not signed(seal.token, query.get("msg_signature", ""), query, sealed):
        raise NotWeChat("the signature is wrong")
    check_time(of, query, now=now)
    if not (seal.aes_key and seal.receiver):
        raise Unreadable("there is no key")
    return unsealed([seal.aes_key], seal.receiver, sealed)
