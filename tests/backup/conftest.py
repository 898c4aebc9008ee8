"""Back-ups made by real processes, and databases without a row to restore them into."""

import base64
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.management import call_command
from django.db import connection, connections

from tests.jobs.processes import ROOT, environment

KEY = base64.urlsafe_b64encode(os.urandom(32)).decode()


def manage(*arguments, **env) -> tuple[dict, int]:
    """What manage.py answered in a process of its own, and its exit status."""
    command = [sys.executable, "-W", "ignore", "manage.py", *map(str, arguments), "--json"]
    env = environment(**env)
    ended = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, check=False)
    return json.loads(ended.stdout or "{}"), ended.returncode


def backed_up(where: Path, **env) -> Path:
    answer, status = manage("backup", where, **env)
    assert status == 0, answer
    return Path(answer["folder"])


@contextmanager
def empty_database(what_for: str):
    """The address of a new database on the server of the tests."""
    name = f"{connection.settings_dict['NAME']}_{what_for}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
        finally:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def elsewhere(address: str):
    """This process on another database; what it had begun on its own waits."""
    here, there = connections["default"], connections["default"].copy()
    there.settings_dict["NAME"] = urlsplit(address).path.strip("/")
    connections["default"] = there
    try:
        yield
    finally:
        there.close()
        connections["default"] = here


@pytest.fixture
def empty(db):
    with empty_database("restored") as address:
        yield address


@pytest.fixture
def answered(capsys):
    """What a command answered in this process, and its exit status."""

    def run(*arguments) -> tuple[dict, int]:
        status = 0
        try:
            call_command(*map(str, arguments), "--json")
        except SystemExit as end:
            status = end.code
        return json.loads(capsys.readouterr().out), status

    return run
