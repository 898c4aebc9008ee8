"""Who may get a test message. The part that knows followers says it; this one lies below it."""

from typing import Protocol


class Recipients(Protocol):
    def found(self, request, text: str) -> list[tuple[int, str]]:
        """Some followers whom the visitor may see: their number, and how they are called."""

    def openid(self, request, number: int) -> str | None:
        """Of one whom the visitor may see and who may be written to."""


_known: list[Recipients] = []


def register(recipients: Recipients) -> None:
    _known.append(recipients)


def recipients() -> Recipients | None:
    return _known[0] if _known else None
