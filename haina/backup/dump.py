"""Makes a back-up beside a console that goes on."""

import os
import shutil
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from haina.backup import programs, tables
from haina.backup.keyring import hash_key_mark, keys_in_use
from haina.backup.manifest import Manifest, write_manifest
from haina.backup.parts import Part, make_folders, write_part
from haina.backup.sealing import PIECE, mark_of
from haina.jobs.models import StoredFile
from haina.lib import faults
from haina.lib.commands import Refused
from haina.lib.rows import one_moment

DATABASE, FILES = "database.dump", "files"
OPTIONS = (
    *("--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s"),
    f"--exclude-table-data={tables.LEFT_OUT}",
)


def back_up(where: Path, key: bytes | None, *, now: datetime) -> tuple[Path, Manifest]:
    """Make a folder below `where` with all that the database holds at one moment and the files of
    its jobs. The folder has its name only when it is whole and on the disk."""
    server = programs.server_version()
    pg_dump = programs.program("pg_dump", server)
    name = f"haina-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    with whole_folder(where, name) as draft:
        with one_moment():
            stored = sorted(StoredFile.objects.values_list("file", flat=True))
            facts = facts_of_this_moment()
            database = dump(draft, pg_dump, key)
        files = list(copies(draft, stored, key))
        faults.passing("backup.copied")
        manifest = Manifest(
            made_at=now.astimezone(UTC).isoformat(),
            release=release(),
            server=server,
            program=programs.version_of(pg_dump),
            sealed_under=mark_of(key) if key else None,
            vanished=len(stored) - len(files),
            parts=[database, *files],
            **facts,
        )
        write_manifest(draft, manifest, key)
    return where / name, manifest


def facts_of_this_moment() -> dict:
    return {
        "migrations": applied_migrations(),
        "tables": tables.figures(),
        "encryption_keys": keys_in_use(),
        "hash_key": hash_key_mark(),
    }


def dump(folder: Path, pg_dump: Path, key: bytes | None) -> Part:
    """It sees what the transaction sees that calls this."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
    pieces = programs.output_of(pg_dump, *OPTIONS, f"--snapshot={snapshot}")
    return write_part(folder, DATABASE, pieces, key)


def copies(folder: Path, names: Iterable[str], key: bytes | None) -> Iterator[Part]:
    """Uploads and results. They do not change, but may be over before it is their turn."""
    for name in names:
        try:
            with default_storage.open(name) as file:
                yield write_part(folder, f"{FILES}/{name}", file.chunks(PIECE), key)
        except FileNotFoundError:
            continue


def applied_migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def release() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["version"]


@contextmanager
def whole_folder(where: Path, name: str) -> Iterator[Path]:
    """A folder that gets its name at the end, and goes when there is no end. One whose name still
    begins with a dot was left by a process that was killed."""
    draft = where / f".{name}"
    try:
        make_folders(where)
        if (where / name).exists():
            raise Refused(f"{where / name} is there already")
        draft.mkdir(mode=0o700)
        try:
            yield draft
            for folder in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
                to_disk(folder)
            draft.rename(where / name)
            to_disk(where)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    except OSError as error:
        raise Refused(f"cannot write to {where}: {error.strerror}") from None


def to_disk(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
