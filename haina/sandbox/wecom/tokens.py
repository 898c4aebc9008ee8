"""Tokens of a corp's secrets: the same one until it expires."""

import secrets

from haina.sandbox.errors import Refused
from haina.sandbox.wecom.call import Call
from haina.sandbox.wecom.corps import BUILT, SYNC, App, Corp, Suite
from haina.sandbox.world import world

LIFE = 7200


def gettoken(call: Call) -> dict:
    corp = corp_of(call.query.get("corpid"))
    secret = call.query.get("corpsecret")
    if not secret:
        raise Refused(41004)
    own = (each for each in corp.secrets() if each.kind in (SYNC, BUILT))
    app = next((each for each in own if each.secret == secret), None)
    if app is None:
        raise Refused(40001)
    if not app.enabled:
        raise Refused(50003)
    return told(app)


def corp_of(corpid) -> Corp:
    if not corpid:
        raise Refused(41002)
    if corpid not in world.corps:
        raise Refused(40013)
    return world.corps[corpid]


def told(holder: App | Suite, name: str = "access_token") -> dict:
    """The token that holds, or a new one."""
    now = world.now()
    if holder.tokens.get(holder.latest, 0) <= now:
        holder.latest = secrets.token_urlsafe(96)
        holder.tokens[holder.latest] = now + LIFE
    return {name: holder.latest, "expires_in": round(holder.tokens[holder.latest] - now)}


def bearer_of(value: str) -> tuple[Corp, App]:
    """To whom an access_token was issued."""
    if not value:
        raise Refused(41001)
    for corp in world.corps.values():
        for app in corp.secrets():
            if value in app.tokens:
                if app.tokens[value] <= world.now():
                    raise Refused(42001)
                return corp, app
    raise Refused(40014)


def suite_of(value: str) -> Suite:
    """To which suite a suite_access_token was issued."""
    if not value:
        raise Refused(41022)
    for suite in world.suites.values():
        if value in suite.tokens:
            if suite.tokens[value] <= world.now():
                raise Refused(42009)
            return suite
    raise Refused(40082)


def expire_all(holder: App | Suite) -> None:
    """Every token of it is over from now on."""
    holder.tokens = dict.fromkeys(holder.tokens, 0.0)
