"""What WeCom posts to a corp and to a suite: always sealed, and a hint only."""

import secrets

from haina.sandbox import callbacks, sealing, servers
from haina.sandbox.wecom import rights
from haina.sandbox.wecom.corps import ROOT, SYNC, App, Corp, Department, Member, Server, Suite
from haina.sandbox.world import world

AUTH_PATIENCE = 1  # seconds: an authorisation is to be answered sooner than a message
AUTH_EVENTS = {"create_auth", "change_auth", "cancel_auth"}


def member(
    corp: Corp, change: str, changed: Member, *, by: App | None = None, before: str = ""
) -> None:
    """create_user, update_user, delete_user; `by` is the app that did it, None the console."""
    told = {"UserID": before or changed.userid}
    if before and before != changed.userid:
        told["NewUserID"] = changed.userid
    if change != "delete_user":
        told["Department"] = ",".join(map(str, changed.departments))
    spread(corp, change, told, by, lambda app: rights.sees(corp, app, changed))


def party(corp: Corp, change: str, changed: Department, *, by: App | None = None) -> None:
    """create_party, update_party, delete_party."""
    told: dict[str, str | int] = {"Id": changed.id}
    if change != "delete_party":
        told["ParentId"] = changed.parent
    near = changed.parent or ROOT
    spread(corp, change, told, by, lambda app: rights.sees_department(corp, app, near))


def spread(corp: Corp, change: str, told: dict, by: App | None, seen) -> None:
    """Everybody who may know is told, but for whoever has done it."""
    if by is None or by.kind != SYNC:
        send(corp, {"Event": "change_contact", "ChangeType": change, **told})
    for suite in world.suites.values():
        grant = suite.grant_of(corp.corpid)
        if grant and corp.apps[grant.agentid] is not by and seen(corp.apps[grant.agentid]):
            more = {"AuthCorpId": corp.corpid, "ChangeType": change, **told}
            command(suite, "change_contact", more)


def send(corp: Corp, fields: dict) -> None:
    """An event to the address of 通讯录同步."""
    head = {
        "ToUserName": corp.corpid,
        "FromUserName": "sys",
        "CreateTime": int(world.now()),
        "MsgType": "event",
    }
    post(corp.server, corp.corpid, corp.corpid, head | fields)


def command(suite: Suite, info: str, fields: dict) -> None:
    """A command to the address of a suite."""
    head = {"SuiteId": suite.suite_id, "InfoType": info, "TimeStamp": int(world.now())}
    patience = AUTH_PATIENCE if info in AUTH_EVENTS else callbacks.PATIENCE
    post(suite.server, suite.suite_id, suite.suite_id, head | fields, patience)


def post(
    server: Server, owner: str, receiver: str, fields: dict, patience: float = callbacks.PATIENCE
) -> None:
    if server.url:
        url, body = sealed(server, receiver, fields)
        callbacks.deliveries().put(owner, fields, url, body, patience)


def sealed(server: Server, receiver: str, fields: dict) -> tuple[str, bytes]:
    secret = sealing.encrypt(sealing.as_xml(fields), server.aes_key, receiver)
    body = {"ToUserName": receiver, "AgentID": "", "Encrypt": secret}
    return signed(server, secret, {}), sealing.as_xml(body).encode()


def signed(server: Server, secret: str, more: dict) -> str:
    timestamp, nonce = str(int(world.now())), str(secrets.randbelow(10**10))
    signature = sealing.signature(server.token, timestamp, nonce, secret)
    query = {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce, **more}
    return callbacks.joined(server.url, query)


def configure(holder: Corp | Suite, server: Server, *, verify: bool = True) -> None:
    """Take the address once it has opened the echo; else NotAccepted, and the former stays."""
    servers.check(server.url, server.token, server.aes_key)
    receiver = holder.corpid if isinstance(holder, Corp) else holder.provider
    if verify and not answers_echo(server, receiver):
        raise servers.NotAccepted("回调地址请求不通过：没有在 5 秒内返回解密后的 echostr")
    with world.lock:
        holder.server = server


def answers_echo(server: Server, receiver: str) -> bool:
    """Does the address open the sealed echostr, and answer with it and nothing else?"""
    echo = str(secrets.randbelow(10**19))
    secret = sealing.encrypt(echo, server.aes_key, receiver)
    return callbacks.sends_back(signed(server, secret, {"echostr": secret}), echo)
