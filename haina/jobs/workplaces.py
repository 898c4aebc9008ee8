"""Folders for files on their way. Each is locked by the process that made it: a folder that can be
locked was left by one that died, however it died, and is removed by whoever comes next."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


@contextmanager
def workplace() -> Iterator[Path]:
    """A new folder, gone afterwards."""
    with held(root()) as within:
        clear(within)
        folder = Path(tempfile.mkdtemp(dir=within))
        mine = lock_of(folder, wait=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(mine)


def remove_left() -> int:
    """Remove what killed processes left; the number of folders."""
    with held(root()) as within:
        return clear(within)


def root() -> Path:
    within = settings.HAINA_VAR / "work"
    within.mkdir(mode=0o700, parents=True, exist_ok=True)
    return within


def clear(within: Path) -> int:
    removed = 0
    for folder in within.iterdir():
        try:
            lock = lock_of(folder, wait=False)
        except OSError:  # its process is alive, or has removed it meanwhile
            continue
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
        removed += 1
    return removed


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """While it is held nobody else makes or clears what is in it."""
    lock = lock_of(folder, wait=True)
    try:
        yield folder
    finally:
        os.close(lock)


def lock_of(folder: Path, *, wait: bool) -> int:
    """A lock on a folder, until the file descriptor is closed or the process ends."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(lock)
        raise
    return lock
