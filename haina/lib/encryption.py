"""Encrypted columns: AES-GCM under a key ring, and a keyed hash where equality is asked for.

A stored value is: four bytes that name the key (its fingerprint), 12 bytes nonce, ciphertext with
tag. The newest key of settings.ENCRYPTION_KEYS encrypts; every key of the ring decrypts.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

MARK_BYTES, NONCE_BYTES = 4, 12


class Undecipherable(Exception):
    """No key of the ring opens this value: a key was removed too early, or the data is damaged."""


@lru_cache(maxsize=32)
def cipher(key: str) -> tuple[bytes, AESGCM]:
    raw = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    return hashlib.sha256(raw).digest()[:MARK_BYTES], AESGCM(raw)


def encrypt(text: str) -> bytes:
    mark, newest = cipher(settings.ENCRYPTION_KEYS[0])
    nonce = os.urandom(NONCE_BYTES)
    return mark + nonce + newest.encrypt(nonce, text.encode(), mark)


def decrypt(stored: bytes) -> str:
    mark, nonce = stored[:MARK_BYTES], stored[MARK_BYTES : MARK_BYTES + NONCE_BYTES]
    for known_mark, key in map(cipher, settings.ENCRYPTION_KEYS):
        if known_mark == mark:
            return opened(key, nonce, stored[MARK_BYTES + NONCE_BYTES :], mark)
    raise Undecipherable("no key of the ring has this mark")


def opened(key: AESGCM, nonce: bytes, sealed: bytes, mark: bytes) -> str:
    try:
        return key.decrypt(nonce, sealed, mark).decode()
    except InvalidTag:
        raise Undecipherable("the value was changed or cut") from None


def keyed_hash(text: str) -> bytes:
    """The same 32 bytes for the same text; without the key nobody can make or try them."""
    return hmac.digest(settings.HASH_KEY.encode(), text.encode(), "sha256")


class EncryptedTextField(models.Field):
    """Text that the database only sees encrypted. "" is stored as no bytes. Cannot be searched:
    keep a keyed_hash beside it where equality is needed."""

    def get_internal_type(self):
        return "BinaryField"

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise TypeError("an encrypted column cannot be searched")
        return super().get_lookup(lookup_name)

    def from_db_value(self, value, expression, connection):
        return decrypt(bytes(value)) if value else ""

    def get_db_prep_value(self, value, connection, prepared=False):
        return connection.Database.Binary(encrypt(value) if value else b"")

    def value_to_string(self, obj):
        raise TypeError("an encrypted column is not serialised")
