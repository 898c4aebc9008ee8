"""WeCom as it knocks at a door: everything sealed and signed, with any part of that done wrong."""

import time
from urllib.parse import urlencode

from tests.wechat.posting import seal, signature, xml

NONCE = "1372623149"


def address(path: str, sealed: str, token: str, *, late: int = 0, **query) -> str:
    stamp = str(int(time.time()) - late)
    signed = {"msg_signature": signature(token, stamp, NONCE, sealed)}
    return f"{path}?{urlencode(signed | {'timestamp': stamp, 'nonce': NONCE} | query)}"


def post(client, path: str, fields: dict, *, token: str, key: str, receiver: str, **wrong):
    return post_text(client, path, xml(fields), token=token, key=key, receiver=receiver, **wrong)


def post_text(client, path: str, text: str, *, token: str, key: str, receiver: str, **wrong):
    sealed = seal(text, key=key, app_id=receiver)
    body = wrong.pop("body", None) or xml({"ToUserName": receiver, "Encrypt": sealed})
    return client.post(address(path, sealed, token, **wrong), body, content_type="text/xml")


def changed(corp_id: str, userid: str = "zhangsan", **fields) -> dict:
    """A member was changed."""
    head = {"ToUserName": corp_id, "FromUserName": "sys", "CreateTime": int(time.time())}
    event = {"MsgType": "event", "Event": "change_contact", "ChangeType": "update_user"}
    return head | event | {"UserID": userid} | fields


def command(info: str, suite_id: str, **fields) -> dict:
    return {"SuiteId": suite_id, "InfoType": info, "TimeStamp": int(time.time())} | fields
