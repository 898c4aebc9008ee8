"""Our suite (第三方应用): how a corp lets it in, and how it gets that corp's token.

WeCom pushes a ticket every ten minutes, which proves for half an hour that we are the provider.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone
from wechatpy.enterprise import WeChatClient

from haina.wechat import calls
from haina.wechat.corp import errors
from haina.wechat.models import Corp, SuiteTicket
from haina.wechat.tokens import SafeToken

TICKET_HOLDS = timedelta(minutes=30)
FORMAL = 0  # an installation that counts, no test
EDITS = 3  # the least level of a privilege to write contacts
ROOT = 1

read = errors.PROVIDER.read


@dataclass(frozen=True)
class Authorisation:
    """What a corp has granted. `scope` has the departments that the suite may see."""

    corp_id: str
    name: str
    agent_id: int
    user_limit: int | None
    level: int
    scope: frozenset[int]
    permanent_code: str = ""

    @property
    def fault(self) -> int | None:
        """What is missing of what the mirror needs, as a code of haina.wechat.corp.errors."""
        if self.level < EDITS:
            return errors.READ_ONLY
        return None if ROOT in self.scope else errors.NARROW_SCOPE


class SuiteClient(SafeToken, WeChatClient):
    """Calls of the suite itself. Of its refusals those about one corp stop no other's."""

    errors = errors.PROVIDER
    token_name = "suite_access_token"  # noqa: S105 - the name, no token

    def __init__(self, corp: Corp | None = None) -> None:
        self.API_BASE_URL = f"{settings.WECOM_API_BASE}/cgi-bin/"
        self.corp = corp
        super().__init__(settings.WECOM_SUITE_ID, settings.WECOM_SUITE_SECRET)

    def _identity(self) -> str:
        return f"suite {self.corp_id} {self.secret}"

    def _token_request(self) -> dict:
        asked = {
            "suite_id": self.corp_id,
            "suite_secret": self.secret,
            "suite_ticket": ticket(),
        }
        return {
            "method": "post",
            "url": f"{self.API_BASE_URL}service/get_suite_token",
            "json": asked,
        }

    def _recorded(self, endpoint: str) -> AbstractContextManager:
        return calls.recorded(self.corp, endpoint)


def is_set_up() -> bool:
    return bool(settings.WECOM_SUITE_ID and settings.WECOM_SUITE_SECRET)


def ticket() -> str:
    """The ticket that still holds."""
    row = SuiteTicket.objects.filter(suite_id=settings.WECOM_SUITE_ID).first()
    if row is None:
        raise errors.PROVIDER.remembered(errors.NO_TICKET, "")
    if timezone.now() - row.at > TICKET_HOLDS:
        raise errors.PROVIDER.remembered(errors.OLD_TICKET, "")
    return row.ticket


def corp_token(corp: Corp) -> tuple[str, int]:
    """A token of the corp, and for how many seconds it holds."""
    asked = {"auth_corpid": corp.corp_id, "permanent_code": corp.permanent_code}
    told = SuiteClient(corp).post("service/get_corp_token", data=asked)
    return read(lambda told: (str(told["access_token"]), int(told["expires_in"])), told)


def install_page(back: str, state: str) -> str:
    """The address of WeCom's page where a corp's administrator lets the suite in, and which leads
    back with the state and an auth_code."""
    client = SuiteClient()
    code = read(lambda told: str(told["pre_auth_code"]), client.get("service/get_pre_auth_code"))
    info = {"pre_auth_code": code, "session_info": {"auth_type": FORMAL}}
    client.post("service/set_session_info", data=info)
    asked = {
        "suite_id": settings.WECOM_SUITE_ID,
        "pre_auth_code": code,
        "redirect_uri": back,
        "state": state,
    }
    return f"{settings.WECOM_OPEN_BASE}/3rdapp/install?{urlencode(asked)}"


def authorised(auth_code: str) -> Authorisation:
    """What the corp has granted that gave this code. A code works once."""
    told = SuiteClient().post("service/get_permanent_code", data={"auth_code": auth_code})
    return read(authorisation_of, told)


def authorisation(corp: Corp) -> Authorisation:
    """What the corp grants now."""
    asked = {"auth_corpid": corp.corp_id, "permanent_code": corp.permanent_code}
    return read(authorisation_of, SuiteClient(corp).post("service/get_auth_info", data=asked))


def authorisation_of(told: dict) -> Authorisation:
    about, agent = told["auth_corp_info"], told["auth_info"]["agent"][0]
    privilege = agent["privilege"]
    return Authorisation(
        corp_id=str(about["corpid"]),
        name=str(about["corp_name"]),
        agent_id=int(agent["agentid"]),
        user_limit=int(about.get("corp_user_max") or 0) or None,
        level=int(privilege["level"]),
        scope=frozenset(map(int, privilege["allow_party"])),
        permanent_code=str(told.get("permanent_code", "")),
    )
