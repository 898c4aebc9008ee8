"""How WeChat refuses: an errcode, its errmsg, and the rid by which Tencent finds the call."""

import secrets
import time

MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40030: "invalid refresh_token",
    40031: "invalid openid list",
    40032: "invalid openid list size",
    40035: "invalid parameter",
    40037: "invalid template_id",
    40053: "invalid action info",
    40066: "invalid url",
    40092: "invalid remark name",
    40125: "invalid appsecret",
    40163: "code been used",
    40164: "invalid ip, not in whitelist",
    40246: "invalid keyword_name_list",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    42001: "access_token expired",
    42002: "refresh_token expired",
    42003: "code expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43019: "require remove blacklist",
    44002: "empty post data",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45026: "template size out of limit",
    45056: "too many tags, no more than 100",
    45057: "can't delete the tag that has too many fans",
    45058: "can't modify sys tag",
    45059: "can not tag the user with more than 20 tags",
    45157: "invalid tag name",
    45158: "invalid tag name size",
    45159: "invalid tag",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    49003: "not match openid with appid",
}


class Refused(Exception):
    """WeChat answers with an errcode: HTTP 200, as all of its answers."""

    def __init__(self, errcode: int, message: str = "") -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.given = message

    @property
    def reply(self) -> dict:
        words = self.given or MESSAGES.get(self.errcode, "unknown error")
        return {"errcode": self.errcode, "errmsg": f"{words} rid: {new_rid()}"}


def new_rid() -> str:
    return f"{int(time.time()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
