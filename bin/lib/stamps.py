"""A step of the set-up is skipped while the digest of what it was made from is the same.

Contents are hashed, not times: a fresh checkout or a copy has new times and the same contents.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from steps import ROOT


def digest(paths: Iterable[Path], *more: str) -> str:
    """One digest of files, of all files below directories, and of some words."""
    hashed = hashlib.sha256("\0".join(more).encode())
    for path in paths:
        for file in sorted(files_of(path)):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            hashed.update(f"{file.relative_to(ROOT)}\0{content}\0".encode())
    return hashed.hexdigest()


def files_of(path: Path) -> list[Path]:
    if path.is_dir():
        return [file for file in path.rglob("*") if file.is_file()]
    return [path] if path.exists() else []


class Stamp:
    """A file that holds the digest of what its neighbour was made from."""

    def __init__(self, path: Path, current: str) -> None:
        self.path, self.current = path, current

    @property
    def fresh(self) -> bool:
        return self.path.exists() and self.path.read_text() == self.current

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.current)
