"""A call of WeChat's API, as an endpoint gets it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from haina.sandbox.world import Account


@dataclass(frozen=True)
class Call:
    """`owner` is whose token came with it, where the endpoint wants one."""

    owner: Account | None
    query: Mapping[str, str]
    body: dict
    address: str  # of the caller
    base: str  # of the sandbox

    @property
    def account(self) -> Account:
        """The owner, of an endpoint that wants a token."""
        assert self.owner is not None  # noqa: S101 - the gate has seen to it
        return self.owner


@dataclass(frozen=True)
class Endpoint:
    """What answers a call: with a dict, with None for a plain "ok", or by raising Refused."""

    method: str
    run: Callable[[Call], dict | None]
    token: bool = True
