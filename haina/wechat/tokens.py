"""The access token of a wechatpy client, made safe: wechatpy's own way of getting and renewing one
has neither an end to its retries, nor a timeout, nor other processes in mind.

- The token is shared (haina.wechat.shared), its time there is the only clock, and one process at a
  time fetches it.
- A call whose token is refused is made once more with another one, and only once.
- What is wrong with the account itself is remembered for a minute, in which nobody is asked: a
  wrong secret must not use up what WeChat allows in a day. What the account may not do is
  remembered of that endpoint, and one whose calls are used up rests until WeChat's day ends.
- Whatever goes wrong is raised as haina.wechat.errors has it, and without its cause: wechatpy's and
  requests' exceptions hold the address, and that holds the token.
"""

import json
import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from requests import RequestException
from wechatpy.exceptions import WeChatClientException

from haina.lib.encryption import keyed_hash
from haina.wechat.errors import OFFICIAL, Busy, LimitReached, Table, WeChatRefused
from haina.wechat.shared import shared

TURN_SECONDS = 15  # longer than WECHAT_TIMEOUT: the turn lasts until the answer has come
PATIENCE = 8
BROKEN_SECONDS = 60
EARLY_SECONDS, LEAST_SECONDS = 300, 60
WECHAT_ZONE = ZoneInfo("Asia/Shanghai")
CLOCKS_DIFFER = timedelta(minutes=5)  # WeChat's midnight may come later than ours


class NoAnswer(ValueError):
    """Whatever came, WeChat did not say it: its answers are JSON objects."""


class SafeToken:
    """Stands left of a client class of wechatpy. The class that joins them says who the client is,
    how it asks for a token, where its calls are recorded, and what its API's codes mean."""

    errors: Table = OFFICIAL
    token_name = "access_token"  # noqa: S105 - the name, no token

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, auto_retry=False, timeout=settings.WECHAT_TIMEOUT, **kwargs)
        self._shared = shared()
        self._key = f"wechat:{keyed_hash(self._identity()).hex()[:32]}"

    def _identity(self) -> str:
        """AppID and secret: who corrects either has another token, and no trouble remembered."""
        raise NotImplementedError

    def _token_request(self) -> dict:
        raise NotImplementedError

    def _recorded(self, endpoint: str) -> AbstractContextManager:
        raise NotImplementedError

    @property
    def access_token(self) -> str:
        if not hasattr(self, "_key"):  # wechatpy reads every property before __init__
            raise AttributeError("access_token")
        return self._shared.get(self._key) or self._another(refused="")

    def prove(self) -> None:
        """Ask for a token now, whatever is remembered, and forget what the endpoints refused: also
        what calls that are under way are still to be refused."""
        self._shared.put(f"{self._key}:proved", str(time.time()), seconds=BROKEN_SECONDS)
        self._shared.drop(f"{self._key}:refused")
        with self._turn() as mine:
            self._fetch(mine)

    def _request(self, method, url_or_endpoint, **kwargs):
        token = self.access_token
        try:
            return self._once(token, method, url_or_endpoint, **kwargs)
        except WeChatRefused as error:
            if error.code not in self.errors.token_refused:
                raise

        another, began = self._another(refused=token), time.time()
        try:
            return self._once(another, method, url_or_endpoint, **kwargs)
        except WeChatRefused as error:
            if error.code in self.errors.token_refused and not self._proved_since(began):
                self._remember(error)
            raise

    def _once(self, token, method, endpoint, *, params=None, **kwargs):
        params = {"access_token": "", **(params or {}), self.token_name: token}
        ask = super()._request
        how = {"params": params, "allow_redirects": False, **kwargs}
        return self._asked(endpoint, lambda: ask(method, endpoint, **how))

    def _asked(self, endpoint: str, ask: Callable, *, of_account: Collection[int] | None = None):
        """What WeChat answers; not asked, and so not recorded, while a refusal of the endpoint is
        remembered. After the codes in `of_account` no call with the account's token is made."""
        if known := self._refused().get(endpoint):
            raise self.errors.remembered(*known[:2])
        ending = self.errors.of_account if of_account is None else of_account
        began = time.time()
        try:
            with self._recorded(endpoint):
                return self._answer_of(ask)
        except WeChatRefused as error:
            if self._proved_since(began):
                raise
            if error.code in ending:
                self._remember(error)
            elif isinstance(error, LimitReached) or error.code in self._of_endpoint:
                self._remember_of(endpoint, error)
            raise

    def _decode_result(self, res) -> dict:
        answer = super()._decode_result(res)
        if not isinstance(answer, dict):  # wechatpy takes that for a success
            raise NoAnswer
        return answer

    def _another(self, *, refused: str) -> str:
        """A token that is not the refused one: fetched by whoever has the turn, for everybody."""
        with self._turn() as mine:
            known = self._shared.get(self._key)
            if known and known != refused:
                return known
            if trouble := self._shared.get(f"{self._key}:trouble"):
                raise self.errors.remembered(*json.loads(trouble))
            return self._fetch(mine)

    def _turn(self) -> AbstractContextManager[bool]:
        return self._shared.turn(f"{self._key}:turn", seconds=TURN_SECONDS, patience=PATIENCE)

    def _fetch(self, mine: bool) -> str:
        if not mine:
            raise self.errors.unreachable("others wait for a token")
        try:
            token, seconds = self._granted()
        except WeChatRefused as error:
            if not isinstance(error, Busy):
                self._remember(error)
            raise
        lasting = max(seconds - EARLY_SECONDS, LEAST_SECONDS)
        self._shared.put(self._key, token, seconds=lasting)
        self._shared.drop(f"{self._key}:trouble")
        return token

    def _granted(self) -> tuple[str, int]:
        """A new token, and for how many seconds it holds."""
        with self._recorded(self._token_request()["url"].rpartition("/")[2]):
            return self._answer_of(self._issued)

    def _issued(self) -> tuple[str, int]:
        how = {"timeout": self.timeout, "allow_redirects": False}
        reply = self._http.request(**how, **self._token_request())
        reply.raise_for_status()
        body = reply.json()
        if code := int(body.get("errcode", 0)):
            raise WeChatClientException(code, body.get("errmsg"))
        token = body[self.token_name]
        if not (isinstance(token, str) and token):
            raise NoAnswer
        return token, int(body["expires_in"])

    @property
    def _of_endpoint(self) -> frozenset[int]:
        """Codes that the same endpoint would meet again."""
        return self.errors.of_account | self.errors.of_permission

    def _answer_of(self, ask):
        """What WeChat answers, or an exception of ours; raised outside of `except`, so that it has
        the original not even for its context."""
        try:
            answer = ask()
        except WeChatClientException as error:
            refused = self._refused_by(error)
        except (RequestException, ValueError, TypeError, KeyError, AttributeError) as error:
            refused = self.errors.unreachable(type(error).__name__)
        else:
            return answer
        raise refused

    def _refused_by(self, error: WeChatClientException) -> WeChatRefused:
        if error.errcode is None:
            return self.errors.unreachable(f"HTTP {error.response.status_code}")
        return self.errors.refusal(error.errcode, str(error.errmsg))

    def forget(self) -> None:
        """Keep no token and no trouble of this client's."""
        for end in ("", ":trouble", ":refused", ":proved"):
            self._shared.drop(f"{self._key}{end}")

    def _proved_since(self, moment: float) -> bool:
        """Was a call that began then overtaken by prove()? What it is told is old by now."""
        return float(self._shared.get(f"{self._key}:proved") or 0) > moment

    def _remember(self, error: WeChatRefused) -> None:
        trouble = json.dumps([error.code, error.detail])
        self._shared.put(f"{self._key}:trouble", trouble, seconds=seconds_of(error))
        self._shared.drop(self._key)

    def _refused(self) -> dict[str, list]:
        """Code, detail and end of what is remembered, by endpoint."""
        kept = json.loads(self._shared.get(f"{self._key}:refused") or "{}")
        return {endpoint: known for endpoint, known in kept.items() if known[2] > time.time()}

    def _remember_of(self, endpoint: str, error: WeChatRefused) -> None:
        """Two at once may lose one of them, which costs one call more."""
        refused, end = self._refused(), time.time() + seconds_of(error)
        refused[endpoint] = [error.code, error.detail, end]
        lasting = max(known[2] for known in refused.values()) - time.time()
        self._shared.put(f"{self._key}:refused", json.dumps(refused), seconds=int(lasting) + 1)


def seconds_of(error: WeChatRefused) -> int:
    """How long a refusal is remembered."""
    return rest_of_day(timezone.now()) if isinstance(error, LimitReached) else BROKEN_SECONDS


def rest_of_day(now: datetime) -> int:
    """Seconds until WeChat counts anew. Minutes after our midnight it may still count for the day
    before: whoever took that for a new day would be silent for all of it."""
    theirs = now.astimezone(WECHAT_ZONE) - CLOCKS_DIFFER
    midnight = theirs.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return int((midnight - theirs).total_seconds()) + 1
