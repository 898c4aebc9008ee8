"""Puts a back-up into an empty database, and looks whether all of it arrived."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from haina.backup import programs, tables
from haina.backup.dump import DATABASE, FILES
from haina.backup.keyring import refuse_without
from haina.backup.manifest import Manifest, read_manifest
from haina.backup.parts import Part, read_part, verify
from haina.lib import faults
from haina.lib.commands import Refused
from haina.lib.rows import one_moment

OPTIONS = ("--single-transaction", "--no-owner", "--no-privileges")
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def restore(folder: Path, key: bytes | None) -> Manifest:
    """All of the back-up, or nothing with a reason (Refused). The rows come last and in one
    transaction: killed before its end, it can be started again."""
    manifest = read_manifest(folder, key)
    refuse_without(manifest.encryption_keys, manifest.hash_key)
    refuse_newer(manifest)
    refuse_used_database()
    verify(folder, manifest.parts)

    put_files(folder, manifest.parts, key)
    faults.passing("restore.files")
    put_rows(folder, manifest, key)
    refuse_differing(manifest)
    return manifest


def refuse_newer(manifest: Manifest) -> None:
    server = programs.server_version()
    if server < manifest.server:
        raise Refused(f"It was made with PostgreSQL {manifest.server}; this server is {server}")
    known = MigrationExecutor(connection).loader.disk_migrations
    unknown = set(manifest.migrations) - {f"{app}.{name}" for app, name in known}
    if unknown:
        raise Refused(
            f"It was made by release {manifest.release}, which is newer than this one: "
            f"{', '.join(sorted(unknown))}. Install that release first"
        )


def refuse_used_database() -> None:
    """Web and workers would begin to work, and to send, in the moment in which the rows appear."""
    with connection.cursor() as cursor:
        there = connection.introspection.table_names(cursor, include_views=True)
        cursor.execute(OTHERS)
        (others,) = cursor.fetchone()
    if there:
        raise Refused(f"The database has {len(there)} tables. Make an empty one and restore there")
    if others:
        raise Refused(
            f"{others} others are connected to the database. Stop web, workers and beat first"
        )


def put_files(folder: Path, parts: Iterable[Part], key: bytes | None) -> None:
    """Before the rows: a file that no row names is swept after an hour."""
    for part in parts:
        if part.name == DATABASE:
            continue
        name = part.name.removeprefix(f"{FILES}/")
        default_storage.delete(name)  # of a restoration that was cut off
        content = BytesIO(b"".join(read_part(folder, part, key)))
        default_storage.save(name, File(content))


def put_rows(folder: Path, manifest: Manifest, key: bytes | None) -> None:
    (part,) = (part for part in manifest.parts if part.name == DATABASE)
    at_least = max(programs.server_version(), manifest.program)
    path = programs.program("pg_restore", at_least)
    into = f"--dbname={connection.settings_dict['NAME']}"
    connection.close()  # it would wait, idle, for as long as this takes
    programs.feed(path, *OPTIONS, into, pieces=read_part(folder, part, key))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def refuse_differing(manifest: Manifest) -> None:
    with one_moment():
        found = tables.figures()
    expected = manifest.tables
    names = found.keys() | expected.keys()
    differing = sorted(name for name in names if found.get(name) != expected.get(name))
    if differing:
        raise Refused(
            f"What is in the database now differs from the back-up in: {', '.join(differing)}. "
            "Do not work with it",
            differing=differing,
        )


def pending_migrations() -> list[str]:
    """Of this release, that the back-up has not."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
