"""What an account does with the code that a person brings back: sns/oauth2 and sns/userinfo."""

import secrets

from haina.sandbox.call import Call
from haina.sandbox.errors import Refused
from haina.sandbox.world import Account, Person, world

CODE_SECONDS, TOKEN_SECONDS, REFRESH_SECONDS = 300, 7200, 30 * 24 * 3600
BASE, USERINFO = "snsapi_base", "snsapi_userinfo"


def new_code(account: Account, person: Person, scope: str, *, snapshot: bool) -> str:
    """Good once, for five minutes. On a 快照页 all that it leads to is of nobody."""
    code = secrets.token_hex(16)
    account.codes[code] = {
        "openid": f"oSNAP{secrets.token_hex(11)}0" if snapshot else person.openid,
        "unionid": f"oUSNAP{secrets.token_hex(10)}00" if snapshot else person.unionid,
        "nickname": "微信用户" if snapshot else person.nickname,
        "scope": scope,
        "snapshot": snapshot,
        "expires_at": world.now() + CODE_SECONDS,
        "used": False,
    }
    return code


def access_token(call: Call) -> dict:
    account = world.account(call.query.get("appid", ""))
    if call.query.get("secret") != account.secret:
        raise Refused(40125)
    if call.query.get("grant_type") != "authorization_code":
        raise Refused(40002)
    if not call.query.get("code"):
        raise Refused(41008)
    code = account.codes.get(call.query["code"])
    if code is None:
        raise Refused(40029)
    if code["used"]:
        raise Refused(40163)
    if code["expires_at"] <= world.now():
        raise Refused(42003)
    code["used"] = True
    return told(account, code)


def told(account: Account, who: dict, refresh: str = "") -> dict:
    """A token of the person, which is not the API's."""
    token, refresh = secrets.token_hex(32), refresh or secrets.token_hex(32)
    now = world.now()
    grant = {**who, "expires_at": now + TOKEN_SECONDS, "refresh": refresh}
    grant.setdefault("refresh_until", now + REFRESH_SECONDS)
    account.grants[token] = grant
    reply = {
        "access_token": token,
        "expires_in": TOKEN_SECONDS,
        "refresh_token": refresh,
        "openid": who["openid"],
        "scope": who["scope"],
    }
    if who["snapshot"]:
        reply["is_snapshotuser"] = 1
    return reply | {"unionid": who["unionid"]} if who["scope"] == USERINFO else reply


def refresh_token(call: Call) -> dict:
    account = world.account(call.query.get("appid", ""))
    if call.query.get("grant_type") != "refresh_token":
        raise Refused(40002)
    refresh = call.query.get("refresh_token", "")
    found = [grant for grant in account.grants.values() if grant["refresh"] == refresh]
    if not found:
        raise Refused(40030)
    if found[0]["refresh_until"] <= world.now():
        raise Refused(42002)
    return told(account, found[0], refresh)


def check(call: Call) -> None:
    granted(call)


def user_info(call: Call) -> dict:
    grant = granted(call)
    if grant["scope"] != USERINFO:
        raise Refused(48001)
    return {
        "openid": grant["openid"],
        "nickname": grant["nickname"],
        "sex": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "privilege": [],
        "unionid": grant["unionid"],
    }


def granted(call: Call) -> dict:
    """What the token of the person stands for."""
    token = call.query.get("access_token", "")
    if not token:
        raise Refused(41001)
    accounts = world.accounts.values()
    grant = next((each.grants[token] for each in accounts if token in each.grants), None)
    if grant is None:
        raise Refused(40001)
    if grant["expires_at"] <= world.now():
        raise Refused(42001)
    if grant["openid"] != call.query.get("openid"):
        raise Refused(40003)
    return grant
