"""服务器配置: the address of an account is taken once it has sent the echo back."""

import base64
import binascii
import re

from haina.sandbox.callbacks import answers_echo, loopback
from haina.sandbox.world import Account, Server, world

MODES = {"plain": "明文模式", "compatible": "兼容模式", "safe": "安全模式（推荐）"}
KEY_LENGTH, KEY_BYTES = 43, 32
TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")


class NotAccepted(Exception):
    """The sentence says why the configuration was not taken."""


def configure(account: Account, server: Server, *, verify: bool = True) -> None:
    """Take the configuration, or raise NotAccepted and keep the one before."""
    sealed = server.mode != "plain" or server.aes_key
    check(server.url, server.token, server.aes_key if sealed else None)
    if server.mode not in MODES:
        raise NotAccepted("消息加解密方式须为 plain、compatible 或 safe")
    if verify and not answers_echo(server):
        raise NotAccepted("token 验证失败：该地址没有在 5 秒内原样返回 echostr")
    with world.lock:
        account.server = server


def check(url: str, token: str, aes_key: str | None) -> None:
    """Is each what it should be? No key is wanted where nothing is sealed."""
    if not loopback(url):
        raise NotAccepted("沙箱只连接本机：URL 须以 http://127.0.0.1 或 http://localhost 开头")
    if not TOKEN.fullmatch(token):
        raise NotAccepted("Token 须为 3 至 32 位英文或数字")
    if aes_key is not None and not is_aes_key(aes_key):
        raise NotAccepted("EncodingAESKey 须为 43 位英文或数字")


def is_aes_key(text: str) -> bool:
    if len(text) != KEY_LENGTH or not text.isalnum():
        return False
    try:
        return len(base64.b64decode(f"{text}=")) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False
