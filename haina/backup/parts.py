"""The files of a back-up: written once, for their owner only, down to the disk."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from haina.backup.sealing import PIECE, Unsealable, seal, unseal
from haina.lib.commands import Refused

CHANGED = "was changed or cut; nothing was restored. Take another back-up"


@dataclass(frozen=True)
class Part:
    """A file by its path below the folder, as it lies there: sealed, if the back-up is."""

    name: str
    size: int
    sha256: str

    @property
    def is_below(self) -> bool:
        path = PurePosixPath(self.name)
        return not path.is_absolute() and ".." not in path.parts


def write_part(folder: Path, name: str, pieces: Iterable[bytes], key: bytes | None) -> Part:
    path, size, told = folder / name, 0, hashlib.sha256()
    make_folders(path.parent)
    with private(path) as out:
        for piece in seal(pieces, key, name) if key else pieces:
            out.write(piece)
            told.update(piece)
            size += len(piece)
        out.flush()
        os.fsync(out.fileno())
    return Part(name, size, told.hexdigest())


def read_part(folder: Path, part: Part, key: bytes | None) -> Iterator[bytes]:
    """What was given to write_part. Raises Refused, at the end at the latest, if it is not that."""
    with (folder / part.name).open("rb") as source:
        try:
            yield from unseal(source, key, part.name) if key else pieces_of(source)
        except Unsealable:
            raise Refused(f"{part.name} {CHANGED}") from None


def verify(folder: Path, parts: Iterable[Part]) -> None:
    """Raises Refused, naming the first file that is not as it was written."""
    for part in parts:
        try:
            with (folder / part.name).open("rb") as source:
                told = hashlib.file_digest(source, "sha256").hexdigest()
        except FileNotFoundError:
            raise Refused(f"{part.name} is missing; nothing was restored") from None
        if told != part.sha256:
            raise Refused(f"{part.name} {CHANGED}")


def make_folders(folder: Path) -> None:
    """Those above it as well, all of them for their owner only."""
    for each in reversed([folder, *folder.parents]):
        each.mkdir(mode=0o700, exist_ok=True)


def private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def pieces_of(source: BinaryIO) -> Iterator[bytes]:
    while piece := source.read(PIECE):
        yield piece
