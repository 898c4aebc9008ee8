"""Whom the account has blocked: the parts above say it, the doors and whatever sends ask it."""

from typing import Protocol

from haina.accounts.models import ServiceAccount


class Refusal(Protocol):
    def __call__(self, account: ServiceAccount, openid: str) -> bool: ...


refuses: list[Refusal] = []


def is_refused(account: ServiceAccount, openid: str) -> bool:
    return any(refusal(account, openid) for refusal in refuses)
