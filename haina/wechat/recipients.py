"""Who may get a test message. The part that knows followers says it; this one lies below it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from haina.accounts.audit import Actor
from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope


class Recipient(Protocol):
    """A row, for the trail."""

    pk: int
    openid: str


@dataclass(frozen=True)
class Found:
    """Some followers: their number, and how they are called; or why none are shown."""

    people: list[tuple[int, str]] = field(default_factory=list)
    refusal: str = ""


class Recipients(Protocol):
    def found(self, text: str, *, rights: Rights, scope: Scope, by: Actor, now: datetime) -> Found:
        """Of those whom the visitor may see; a search is counted and limited as everywhere."""

    def one(self, number: int, *, rights: Rights, scope: Scope) -> Recipient | None:
        """Whom the visitor may see and who may be written to."""


_known: list[Recipients] = []


def register(recipients: Recipients) -> None:
    _known.append(recipients)


def recipients() -> Recipients | None:
    return _known[0] if _known else None
