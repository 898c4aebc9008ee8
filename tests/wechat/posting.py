"""WeChat as it knocks at the door: signed and sealed, with any part of that done wrong."""

import base64
import time
from urllib.parse import urlencode

from wechatpy.crypto import PrpCrypto
from wechatpy.utils import WeChatSigner

from haina.wechat.models import Connection

TOKEN = "xiaoqu2026"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OTHER_KEY = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
OPENID = "oLaoZhang0000000000000000001"


def signature(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return signer.signature


def event(kind: str = "subscribe", openid: str = OPENID, **fields) -> dict:
    at = fields.pop("at", int(time.time()))
    of = {"ToUserName": "gh_1", "FromUserName": openid, "CreateTime": at, "MsgType": "event"}
    return of | {"Event": kind, "EventKey": ""} | fields


def text(number: int, content: str = "你好", openid: str = OPENID, **fields) -> dict:
    at = fields.pop("at", int(time.time()))
    of = {"ToUserName": "gh_1", "FromUserName": openid, "CreateTime": at, "MsgType": "text"}
    return of | {"Content": content, "MsgId": number} | fields


def xml(fields: dict) -> str:
    return (
        "<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields.items()) + "</xml>"
    )


def seal(message: str, *, key: str = AES_KEY, app_id: str) -> str:
    return PrpCrypto(base64.b64decode(f"{key}=")).encrypt(message, app_id).decode()


def address(
    connection: Connection, sealed: str = "", *, token: str | None = None, at=None, late=0, **query
):
    """The address of the door, signed; the given parts of the query instead of the right ones."""
    token = connection.token if token is None else token
    stamp, nonce = str(int(time.time()) - late if at is None else at), "1320562132"
    signed = {"signature": signature(token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
    if sealed:
        sealed_too = signature(token, stamp, nonce, sealed)
        signed |= {"encrypt_type": "aes", "msg_signature": sealed_too}
    return f"/wechat/{connection.door}/?{urlencode(signed | query)}"


def parcel(connection: Connection, fields: dict, **wrong) -> tuple[str, bytes]:
    """Where to post, and what: as the account's mode has it."""
    key, app_id = wrong.pop("key", connection.aes_key), wrong.pop("app_id", connection.app_id)
    if not connection.aes_key:
        return address(connection, **wrong), xml(fields).encode()
    sealed = seal(xml(fields), key=key, app_id=app_id)
    body = xml({"ToUserName": "gh_1", "Encrypt": sealed})
    return address(connection, sealed, **wrong), body.encode()


def post(client, connection: Connection, fields: dict, **wrong):
    url, body = parcel(connection, fields, **wrong)
    return client.post(url, body, content_type="text/xml")
