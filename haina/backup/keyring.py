"""Which of the installation's keys a database needs, each named by a mark that does not tell it."""

from django.conf import settings

from haina.lib.commands import Refused
from haina.lib.encryption import cipher, keyed_hash
from haina.lib.rotation import encrypted_columns


def keys_in_use() -> list[str]:
    """Those under which there are values, of residents, of accounts' secrets and of their past."""
    marks = {mark for column in encrypted_columns() for mark in column.marks()}
    return sorted(mark.hex() for mark in marks)


def hash_key_mark() -> str:
    return keyed_hash("the mark of this key")[:4].hex()


def refuse_without(encryption_keys: list[str], hash_key: str) -> None:
    """Raises Refused unless the settings hold all keys that a back-up needs."""
    ring = {cipher(key)[0].hex() for key in settings.ENCRYPTION_KEYS}
    if missing := sorted(set(encryption_keys) - ring):
        raise Refused(
            f"HAINA_ENCRYPTION_KEYS lacks {', '.join(missing)}: what is encrypted in this back-up "
            "could not be read. Append the keys that you kept from when it was made"
        )
    if hash_key != hash_key_mark():
        raise Refused(
            "HAINA_HASH_KEY is not that of this back-up: no ID number would be found. "
            "Set the one that you kept from when it was made"
        )
