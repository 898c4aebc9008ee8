"""Migrating a database takes longer than most runs of a few tests. One that has been migrated is
kept under a name that says by which migrations, and each run's own is a copy of it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.apps import apps
from django.conf import settings
from django.db import connection

KEPT, BEING_MADE = "haina_template_", "haina_making_template"
ONE_AT_A_TIME = 714_120  # an advisory lock of the server: several workers begin at once


def use_template() -> None:
    """Have the database of this run made as a copy."""
    name = KEPT + digest()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{KEPT}%"])
        there = {found for (found,) in cursor.fetchall()}
        if name not in there:
            make(name, instead_of=there, cursor=cursor)
    connection.settings_dict["TEST"]["TEMPLATE"] = name


def make(name: str, *, instead_of: set[str], cursor) -> None:
    for old in (BEING_MADE, *instead_of):
        cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
    cursor.execute(f"CREATE DATABASE {BEING_MADE} TEMPLATE template0")
    there = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{BEING_MADE}")
    env = os.environ | {"DATABASE_URL": urlunsplit(there)}
    migrate = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(migrate, env=env, cwd=settings.BASE_DIR, check=True)
    cursor.execute(f'ALTER DATABASE {BEING_MADE} RENAME TO "{name}"')


def digest() -> str:
    """Of all migrations of all apps."""
    told = hashlib.sha256()
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            told.update(path.name.encode() + path.read_bytes())
    return told.hexdigest()[:16]
