"""How WeChat signs and encrypts what it posts to an account's address."""

import base64
import hashlib
import secrets
import struct
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32  # of the padding, which is not the cipher's own 16


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - as WeChat does


def encrypt(text: str, aes_key: str, appid: str) -> str:
    """AES-256-CBC over 16 random bytes, the length, the message and the AppID."""
    key = base64.b64decode(f"{aes_key}=")
    message = text.encode()
    plain = secrets.token_bytes(16) + struct.pack(">I", len(message)) + message + appid.encode()
    short = BLOCK - len(plain) % BLOCK
    sealer = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    sealed = sealer.update(plain + bytes([short]) * short) + sealer.finalize()
    return base64.b64encode(sealed).decode()


def as_xml(fields: dict[str, str | int]) -> str:
    """Numbers bare and text in CDATA."""
    return f"<xml>{''.join(element(name, value) for name, value in fields.items())}</xml>"


def element(name: str, value: str | int) -> str:
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    # CDATA has no escape for its own end.
    text = escape(value) if "]]>" in value else f"<![CDATA[{value}]]>"
    return f"<{name}>{text}</{name}>"
