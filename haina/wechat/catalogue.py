"""The templates of an account, kept for a minute: filling in the fields of one asks for them with
each change."""

import json

from haina.wechat.models import Connection
from haina.wechat.official import AccountTemplate, official
from haina.wechat.shared import shared

SECONDS = 60


def templates_of(connection: Connection, *, anew: bool) -> list[AccountTemplate]:
    """As WeChat tells them, `anew` or of the last minute. Raises what WeChat refuses."""
    key = f"wechat:templates:{connection.pk}:{connection.app_id}"
    if not anew and (kept := shared().get(key)):
        return [AccountTemplate(*each) for each in json.loads(kept)]
    told = official(connection).templates()
    shared().put(key, json.dumps(told), seconds=SECONDS)
    return told
