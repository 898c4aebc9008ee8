"""检测连接: does a corp let us do what the mirror needs, and if not, what is to be put right?"""

from dataclasses import dataclass

from haina.wechat.corp import errors, suite
from haina.wechat.corp.account import corp_account
from haina.wechat.corp.client import CorpClient, SuiteCorpClient
from haina.wechat.errors import WeChatRefused
from haina.wechat.models import Corp

ROOT = 1


@dataclass(frozen=True)
class Finding:
    """What a check found. Without a fault, or with one that only warns, the corp is usable."""

    fault: WeChatRefused | None = None
    name: str = ""  # of the corp, where it may be read
    user_limit: int | None = None

    @property
    def usable(self) -> bool:
        return self.fault is None or self.fault.code in errors.WARNINGS


def examine(corp: Corp) -> Finding:
    """Ask WeCom, whatever is remembered of it. Names the first thing that is wrong."""
    try:
        return of_suite(corp) if corp.way == Corp.Way.SUITE else of_app(corp)
    except WeChatRefused as refusal:
        return Finding(refusal)


def of_suite(corp: Corp) -> Finding:
    SuiteCorpClient(corp).prove()
    granted = suite.authorisation(corp)
    fault = granted.fault and told(granted.fault, errors.SUITE)
    return Finding(fault, granted.name, granted.user_limit)


def of_app(corp: Corp) -> Finding:
    account = corp_account(corp)
    account.reader.prove()
    account.writer.prove()
    parties, app_fault = attempt(lambda: visible_to(account.reader, corp.agent_id))
    _ids, contacts_fault = attempt(lambda: account.writer.post("user/list_id", data={"limit": 1}))
    if fault := whose(app_fault, contacts_fault):
        return Finding(fault)
    if ROOT not in parties:
        return Finding(told(errors.NARROW_SCOPE, errors.APP))
    top = [each.name for each in account.departments() if each.id == ROOT]
    return Finding(name=top[0] if top else "")


def attempt(ask) -> tuple:
    """What it answers and None, or None and what it is refused for."""
    try:
        return ask(), None
    except WeChatRefused as refusal:
        return None, refusal


def whose(app: WeChatRefused | None, contacts: WeChatRefused | None) -> WeChatRefused | None:
    """A token that was issued, and then may not do the one thing that its secret is for, belongs to
    another secret."""
    not_app, not_contacts = (
        each is not None and each.code == errors.FORBIDDEN for each in (app, contacts)
    )
    if not_app and not_contacts:
        return told(errors.SWAPPED, errors.APP)
    if not_app:
        return told(errors.NOT_APP, errors.APP)
    if not_contacts:
        return told(errors.NOT_CONTACTS, errors.CONTACTS)
    return app or contacts


def visible_to(client: CorpClient, agent_id: int) -> frozenset[int]:
    """The departments that are ticked as the app's visible scope."""
    answer = client.get("agent/get", params={"agentid": agent_id})
    return client.errors.read(
        lambda told: frozenset(map(int, told["allow_partys"]["partyid"])), answer
    )


def told(code: int, holder: str) -> WeChatRefused:
    return errors.TABLES[holder].remembered(code, "")
