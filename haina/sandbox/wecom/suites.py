"""service/*: how a third party's suite comes to act for a corp."""

import secrets
import threading
import time

from haina.sandbox.errors import Refused
from haina.sandbox.wecom import changes, tokens
from haina.sandbox.wecom.call import Call
from haina.sandbox.wecom.corps import SUITE, App, Corp, Grant, Suite
from haina.sandbox.world import world

TICKET_EVERY, TICKET_SECONDS = 600, 1800
PRE_AUTH_SECONDS, AUTH_SECONDS = 1200, 600
FORMAL, TEST = 0, 1
READS, EDITS = 1, 3  # the level of a privilege


def push_ticket(suite: Suite) -> str:
    """The suite_ticket of the next half hour."""
    suite.ticket, suite.pushed_at = secrets.token_urlsafe(48), world.now()
    suite.tickets[suite.ticket] = world.now() + TICKET_SECONDS
    changes.command(suite, "suite_ticket", {"SuiteTicket": suite.ticket})
    return suite.ticket


def push_all() -> None:
    """A ticket to every suite that has had none for ten minutes."""
    with world.lock:
        for suite in world.suites.values():
            if suite.server.url and world.now() - suite.pushed_at >= TICKET_EVERY:
                push_ticket(suite)


def keep_pushing() -> None:
    def push_for_ever() -> None:
        while True:
            time.sleep(1)
            push_all()

    threading.Thread(target=push_for_ever, name="suite-tickets", daemon=True).start()


def suite_token(call: Call) -> dict:
    suite = world.suites.get(str(call.body.get("suite_id")))
    if suite is None:
        raise Refused(40083)
    if call.body.get("suite_secret") != suite.secret:
        raise Refused(40080)
    if suite.tickets.get(str(call.body.get("suite_ticket")), 0) <= world.now():
        raise Refused(40085)
    return tokens.told(suite, "suite_access_token")


def pre_auth_code(call: Call) -> dict:
    suite, code = provider(call), secrets.token_urlsafe(48)
    suite.pre_auth_codes[code] = {"until": world.now() + PRE_AUTH_SECONDS, "auth_type": FORMAL}
    return {"pre_auth_code": code, "expires_in": PRE_AUTH_SECONDS}


def set_session_info(call: Call) -> None:
    suite, info = provider(call), call.body.get("session_info")
    code = session(suite, call.body.get("pre_auth_code"))
    if not isinstance(info, dict) or info.get("auth_type", FORMAL) not in (FORMAL, TEST):
        raise Refused(40058)
    code["auth_type"] = info.get("auth_type", FORMAL)


def session(suite: Suite, code) -> dict:
    """What a pre_auth_code stands for, while it holds."""
    found = suite.pre_auth_codes.get(code) if isinstance(code, str) else None
    if found is None:
        raise Refused(40079)
    if found["until"] <= world.now():
        raise Refused(42007)
    return found


def provider(call: Call) -> Suite:
    assert call.suite is not None  # noqa: S101 - the gate has seen to it
    return call.suite


def install(suite: Suite, corp: Corp, parties: list[int], state: str = "") -> Grant:
    """The administrator of a corp agrees; the suite has ten minutes to trade in the auth_code."""
    former = (each for each in corp.apps.values() if each.suite_id == suite.suite_id)
    app = next(former, None)
    if app is None:
        app = corp.new_agent(App(SUITE, name=suite.name, suite_id=suite.suite_id))
    if not app.enabled:
        app.tokens = {}
    app.enabled, app.edits, app.parties = True, suite.edits, list(parties)
    code = secrets.token_urlsafe(64)
    grant = Grant(corp.corpid, app.agentid, code, world.now() + AUTH_SECONDS, state)
    suite.grants.append(grant)
    return grant


def permanent_code(call: Call) -> dict:
    suite, code = provider(call), call.body.get("auth_code")
    grant = next((each for each in suite.grants if each.auth_code == code), None)
    if grant is None or grant.permanent_code or grant.auth_until <= world.now():
        raise Refused(40078)
    suite.grants = [each for each in suite.grants if each is grant or each.corpid != grant.corpid]
    grant.permanent_code = secrets.token_urlsafe(64)
    corp, app = installed(grant)
    who = corp.member(corp.creator)
    admin = {"userid": corp.creator, "name": corp.creator, "avatar": ""} if who else {}
    told = {"permanent_code": grant.permanent_code, **info(corp, app), "auth_user_info": admin}
    return tokens.told(app) | told | ({"state": grant.state} if grant.state else {})


def corp_token(call: Call) -> dict:
    _corp, app = granted(call)
    return tokens.told(app)


def auth_info(call: Call) -> dict:
    return {**info(*granted(call))}


def admin_list(call: Call) -> dict:
    grant = provider(call).grant_of(call.body.get("auth_corpid"))
    if grant is None:
        raise Refused(48004)
    corp, app = installed(grant)
    if call.body.get("agentid") != app.agentid:
        raise Refused(40056)
    admins = [{"userid": corp.creator, "auth_type": 1}] if corp.creator else []
    return {"admin": admins}


def granted(call: Call) -> tuple[Corp, App]:
    """The corp whose permanent_code was given."""
    grant = provider(call).grant_of(call.body.get("auth_corpid"))
    if grant is None or grant.permanent_code != call.body.get("permanent_code"):
        raise Refused(40084)
    return installed(grant)


def installed(grant: Grant) -> tuple[Corp, App]:
    corp = world.corps[grant.corpid]
    return corp, corp.apps[grant.agentid]


def info(corp: Corp, app: App) -> dict:
    privilege = {
        "level": EDITS if app.edits else READS,
        "allow_party": app.parties,
        "allow_user": app.users,
        "allow_tag": [],
        "extra_party": [],
        "extra_user": [],
        "extra_tag": [],
    }
    agent = {"agentid": app.agentid, "name": app.name, "privilege": privilege}
    about = {
        "corpid": corp.corpid,
        "corp_name": corp.name,
        "corp_type": "unverified",
        "corp_user_max": corp.cap,
        "corp_full_name": "",
        "subject_type": 1,
    }
    return {"auth_corp_info": about, "auth_info": {"agent": [agent]}}


def create_auth(suite: Suite, grant: Grant) -> None:
    """Of an install from WeCom's own market: the suite learns of it by a command."""
    changes.command(suite, "create_auth", {"AuthCode": grant.auth_code, "State": grant.state})


def change_auth(suite: Suite, corp: Corp, parties: list[int]) -> None:
    grant = taken(suite, corp)
    corp.apps[grant.agentid].parties = list(parties)
    changes.command(suite, "change_auth", {"AuthCorpId": corp.corpid})


def cancel_auth(suite: Suite, corp: Corp) -> None:
    """The corp removes the suite: codes and tokens are over."""
    grant = taken(suite, corp)
    suite.grants = [each for each in suite.grants if each.corpid != corp.corpid]
    corp.apps[grant.agentid].enabled = False
    changes.command(suite, "cancel_auth", {"AuthCorpId": corp.corpid})


def taken(suite: Suite, corp: Corp) -> Grant:
    grant = suite.grant_of(corp.corpid)
    if grant is None:
        raise Refused(48004)
    return grant
