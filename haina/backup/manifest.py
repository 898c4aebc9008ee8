"""What a back-up says of itself: its files with their hashes, and what it takes to open them."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from haina.backup.parts import CHANGED, Part, write_part
from haina.backup.sealing import mark_of, signature
from haina.backup.tables import Figures
from haina.lib.commands import Refused

FORMAT = 1
MANIFEST, CHECK = "manifest.json", "manifest.check"


@dataclass(frozen=True)
class Manifest:
    made_at: str
    release: str
    server: int  # PostgreSQL's major versions, of the server and of pg_dump
    program: int
    migrations: list[str]
    tables: dict[str, Figures]
    encryption_keys: list[str]  # marks of those keys of the ring that something in it needs
    hash_key: str
    sealed_under: str | None  # the mark of the back-up's own key
    vanished: int  # files that were gone before they were copied
    parts: list[Part]

    @property
    def rows(self) -> int:
        return sum(each["rows"] for each in self.tables.values())

    @property
    def size(self) -> int:
        return sum(part.size for part in self.parts)


def write_manifest(folder: Path, manifest: Manifest, key: bytes | None) -> None:
    content = json.dumps({"haina": FORMAT, **asdict(manifest)}, indent=1).encode()
    write_part(folder, MANIFEST, [content], None)
    write_part(folder, CHECK, [check_of(content, key)], None)


def read_manifest(folder: Path, key: bytes | None) -> Manifest:
    """Raises Refused where it is not exactly what was written, with this key."""
    try:
        content, check = (folder / MANIFEST).read_bytes(), (folder / CHECK).read_bytes()
    except OSError:
        raise Refused(f"{folder} is no whole back-up: it has no {MANIFEST} and {CHECK}") from None
    manifest = parsed(content)
    refuse_other_key(manifest, key)
    if check != check_of(content, key) or not all(part.is_below for part in manifest.parts):
        raise Refused(f"{MANIFEST} {CHANGED}")
    return manifest


def parsed(content: bytes) -> Manifest:
    try:
        told = json.loads(content)
        form, parts = told.pop("haina"), [Part(**part) for part in told.pop("parts")]
        manifest = Manifest(**told, parts=parts)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(f"{MANIFEST} {CHANGED}, or is not Haina's") from None
    if form != FORMAT:
        raise Refused(f"The back-up has form {form}, and this release reads {FORMAT}")
    return manifest


def refuse_other_key(manifest: Manifest, key: bytes | None) -> None:
    """One that is not sealed is refused where a key is given: anybody could have made it."""
    given, needed = mark_of(key) if key else None, manifest.sealed_under
    if needed is None and given:
        raise Refused("This back-up is not encrypted. If you trust it, restore it without a key")
    if given != needed:
        had = f"the key given is {given}" if given else "no key was given"
        raise Refused(f"This back-up is encrypted under the key {needed}, and {had}")


def check_of(content: bytes, key: bytes | None) -> bytes:
    told = signature(content, key) if key else hashlib.sha256(content).digest()
    return told.hex().encode()
