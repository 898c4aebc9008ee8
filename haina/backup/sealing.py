"""Files of a back-up under a key: AES-GCM in frames, so that gigabytes pass through piece by piece.

A sealed file is a salt and frames; each frame is its length and its ciphertext. The key of a file
comes from the back-up's key, the salt and the file's name. The nonce of a frame is its number, and
only the last is empty: what was cut, changed, put in another order or under another name is known.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator
from itertools import count
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PIECE = 1024 * 1024
MARK_BYTES, SALT_BYTES, LENGTH_BYTES, NONCE_BYTES, TAG_BYTES = 4, 32, 4, 12, 16


class Unsealable(Exception):
    """The file was changed or cut, or another key sealed it."""


def raw_key(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def mark_of(key: bytes) -> str:
    """Names a key without telling it."""
    return hashlib.sha256(key).hexdigest()[: 2 * MARK_BYTES]


def seal(pieces: Iterable[bytes], key: bytes, name: str) -> Iterator[bytes]:
    salt = os.urandom(SALT_BYTES)
    yield salt
    aead, number = AESGCM(derived(key, salt, name)), 0
    for number, piece in enumerate(filter(None, pieces), 1):
        yield frame(aead.encrypt(nonce(number), piece, None))
    yield frame(aead.encrypt(nonce(number + 1), b"", None))


def unseal(source: BinaryIO, key: bytes, name: str) -> Iterator[bytes]:
    """The pieces, each of which is whole and in its place. Only the end tells that none is missing:
    whoever reads must not act on them for good before that."""
    aead = AESGCM(derived(key, exactly(source, SALT_BYTES), name))
    for number in count(1):
        piece = opened(aead, nonce(number), exactly(source, length_of_next(source)))
        if not piece:
            break
        yield piece
    if source.read(1):
        raise Unsealable


def signature(content: bytes, key: bytes) -> bytes:
    """Whoever lacks the key cannot make it for other content."""
    return hmac.digest(derived(key, b"", "manifest"), content, "sha256")


def derived(key: bytes, salt: bytes, name: str) -> bytes:
    info = f"haina back-up: {name}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)


def nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES)


def frame(sealed: bytes) -> bytes:
    return len(sealed).to_bytes(LENGTH_BYTES) + sealed


def length_of_next(source: BinaryIO) -> int:
    length = int.from_bytes(exactly(source, LENGTH_BYTES))
    if not TAG_BYTES <= length <= PIECE + TAG_BYTES:
        raise Unsealable
    return length


def opened(aead: AESGCM, once: bytes, sealed: bytes) -> bytes:
    try:
        return aead.decrypt(once, sealed, None)
    except InvalidTag:
        raise Unsealable from None


def exactly(source: BinaryIO, length: int) -> bytes:
    content = source.read(length)
    if len(content) != length:
        raise Unsealable
    return content
