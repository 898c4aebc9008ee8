"""A call of WeCom's API, as an endpoint gets it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from haina.sandbox.errors import Refused
from haina.sandbox.wecom.corps import App, Corp, Suite

NONE, CORP, PROVIDER = "", "access_token", "suite_access_token"  # the token that is wanted


@dataclass(frozen=True)
class Call:
    """Whose token came with it: an app of a corp, or a suite, or nobody's."""

    query: Mapping[str, str]
    body: dict
    address: str  # of the caller
    base: str  # of the sandbox
    corp: Corp | None = None
    app: App | None = None
    suite: Suite | None = None

    def bearer(self) -> tuple[Corp, App]:
        """The corp and its app, of an endpoint that wants their token."""
        assert self.corp is not None  # noqa: S101 - the gate has seen to it
        assert self.app is not None  # noqa: S101
        return self.corp, self.app

    def number(self, name: str, refusal: int) -> int:
        """A whole number of the query or the body."""
        value = self.query.get(name, self.body.get(name))
        if isinstance(value, str) and value.isdecimal():
            return int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused(refusal)
        return value


@dataclass(frozen=True)
class Endpoint:
    """What answers a call: with a dict, with None for a plain "ok", or by raising Refused."""

    method: str
    run: Callable[[Call], dict | None]
    token: str = CORP
