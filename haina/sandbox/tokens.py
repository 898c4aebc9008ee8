"""Access tokens: /cgi-bin/token, where each new one ends the one before, and stable_token."""

import secrets

from haina.sandbox.call import Call
from haina.sandbox.errors import Refused
from haina.sandbox.world import Account, world

LIFE = 7200
OVERLAP = 300  # the former token works on for so long
TOKEN_LENGTH = 64
FORCED_A_DAY, BETWEEN_FORCED = 20, 30
DAY = 24 * 3600


def token(call: Call) -> dict:
    account = applicant(call, call.query)
    end_early(account, account.latest.get("token"))
    return told(account, issue(account, "token"))


def stable_token(call: Call) -> dict:
    """The same one until near its end, unless a new one is forced."""
    account = applicant(call, call.body)
    latest = account.latest.get("stable_token", "")
    if call.body.get("force_refresh"):
        count_forced(account)
    elif account.tokens.get(latest, 0) - world.now() > OVERLAP:
        return told(account, latest)
    end_early(account, latest)
    return told(account, issue(account, "stable_token"))


def applicant(call: Call, given) -> Account:
    """The account whose AppID and AppSecret these are, called from an address it allows."""
    if given.get("grant_type") != "client_credential":
        raise Refused(40002)
    if not given.get("appid"):
        raise Refused(41002)
    account = world.account(str(given["appid"]))
    if not given.get("secret"):
        raise Refused(41004)
    if given["secret"] != account.secret:
        raise Refused(40125)
    check_address(account, call.address)
    return account


def check_address(account: Account, address: str) -> None:
    if account.allowed_ips is not None and address not in account.allowed_ips:
        raise Refused(40164, f"invalid ip {address} ipv6 ::ffff:{address}, not in whitelist")


def issue(account: Account, kind: str) -> str:
    value = secrets.token_hex(TOKEN_LENGTH // 2)
    account.tokens[value] = world.now() + LIFE
    account.latest[kind] = value
    return value


def end_early(account: Account, former: str | None) -> None:
    if former in account.tokens:
        account.tokens[former] = min(account.tokens[former], world.now() + OVERLAP)


def count_forced(account: Account) -> None:
    now = world.now()
    account.forced = [moment for moment in account.forced if now - moment < DAY]
    if len(account.forced) >= FORCED_A_DAY:
        raise Refused(45009)
    if account.forced and now - account.forced[-1] < BETWEEN_FORCED:
        raise Refused(45011)
    account.forced.append(now)


def told(account: Account, value: str) -> dict:
    return {"access_token": value, "expires_in": round(account.tokens[value] - world.now())}


def owner_of(value: str) -> Account:
    """The account to which a token was issued."""
    if not value:
        raise Refused(41001)
    if len(value) != TOKEN_LENGTH:
        raise Refused(40014)
    for account in world.accounts.values():
        if value in account.tokens:
            if account.tokens[value] <= world.now():
                raise Refused(42001)
            return account
    raise Refused(40001)


def expire_all(account: Account) -> None:
    """Every token is over, as after a change of the secret."""
    account.tokens = dict.fromkeys(account.tokens, 0.0)
