"""auth/*: who it was that came back from the authorize page."""

import secrets

from haina.sandbox.errors import Refused
from haina.sandbox.wecom import rights
from haina.sandbox.wecom.call import Call
from haina.sandbox.wecom.corps import Corp
from haina.sandbox.world import world

CODE_SECONDS, TICKET_SECONDS = 300, 1800
BASE, PRIVATE = "snsapi_base", "snsapi_privateinfo"


def new_code(corp: Corp, userid: str, scope: str) -> str:
    """Good once, for five minutes; without a userid it is somebody of no corp."""
    code = secrets.token_urlsafe(32)
    until = world.now() + CODE_SECONDS
    corp.codes[code] = {"userid": userid, "scope": scope, "until": until, "used": False}
    return code


def user_info(call: Call) -> dict:
    corp, app = rights.app_only(call)
    code = corp.codes.get(call.query.get("code", ""))
    if code is None or code["used"]:
        raise Refused(40029)
    if code["until"] <= world.now():
        raise Refused(42003)
    code["used"] = True
    member = corp.member(code["userid"])
    if member is None:
        return {"openid": f"oWECOM{secrets.token_hex(11)}"}
    if code["scope"] != PRIVATE or not rights.sees(corp, app, member):
        return {"userid": member.userid}
    ticket = secrets.token_urlsafe(64)
    corp.tickets[ticket] = {"userid": member.userid, "until": world.now() + TICKET_SECONDS}
    return {"userid": member.userid, "user_ticket": ticket, "expires_in": TICKET_SECONDS}


def user_detail(call: Call) -> dict:
    corp, _app = rights.app_only(call)
    ticket = corp.tickets.get(str(call.body.get("user_ticket")))
    if ticket is None or ticket["until"] <= world.now():
        raise Refused(40058, "invalid Request Parameter: user_ticket")
    member = corp.member(ticket["userid"])
    if member is None:
        raise Refused(60111)
    names = ("userid", "gender", "mobile", "email", "biz_mail", "address")
    told = {name: getattr(member, name) for name in names}
    return {**told, "avatar": "", "qr_code": ""}
