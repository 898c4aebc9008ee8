"""The drill: a back-up is made while people work, and brought up on a server that knows nothing."""

import importlib
import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.test import Client

from communities.models import Community
from residents.models import Resident
from tests import make
from tests.backup.conftest import KEY, backed_up, manage
from tests.backup.load import under
from tests.jobs.processes import ROOT, environment
from tests.residents.imports.workbooks import HEADER, book, row, upload

DIGEST = "SELECT count(*), coalesce(sum(hashtextextended(r::text, 0)), 0)::text FROM {} r"
# Not their definitions: PostgreSQL writes a dumped condition in other words than the first one.
SCHEMA = {
    "constraints": "SELECT conrelid::regclass::text, conname, contype, convalidated, condeferrable"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT indexrelid::regclass::text, indisunique, indisvalid, indnatts"
    " FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
    " WHERE relnamespace = 'public'::regnamespace",
    "triggers": "SELECT tgname, pg_get_triggerdef(oid), tgenabled FROM pg_trigger"
    " WHERE NOT tgisinternal",
    "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default"
    " FROM information_schema.columns WHERE table_schema = 'public'",
}


@pytest.fixture
def another_server(monkeypatch):
    """The address of a PostgreSQL of its own, made now and gone afterwards."""
    with monkeypatch.context() as patch:
        patch.syspath_prepend(ROOT / "bin/lib")
        engines, scratch = map(importlib.import_module, ("engines", "scratch"))
    with scratch.scratch_var() as var, ExitStack() as until_the_end:
        server = engines.Engines(var, durable=False)
        with monkeypatch.context() as patch:
            patch.delenv("DATABASE_URL")  # where it is set, that server would be used
            addresses = until_the_end.enter_context(server.up())
        until_the_end.callback(server.remove)
        yield addresses["DATABASE_URL"]


@pytest.fixture
def console(transactional_db, settings):
    """Two communities at work, with the password hashes of production."""
    settings.PASSWORD_HASHERS = ["haina.accounts.hashers.Argon2PasswordHasher"]
    account = make.account("fengniao")
    communities = [make.community(account, name) for name in ("腾讯小区", "蜂鸟小区")]
    for community in communities:
        make.resident(community, "A 1 101", id_number="440304198511080000")
    return communities


def at_work(communities, folder: Path):
    imported_into, community = communities

    def register(number: int) -> None:
        make.resident(Community.objects.get(pk=community.pk), f"B {number} 101", name="新来")

    def import_them(number: int) -> None:
        here = Community.objects.get(pk=imported_into.pk)
        rows = [row(E=f"1391{number:04d}{each:03d}", H="C", J=str(each)) for each in range(20)]
        assert upload(book(folder / "import.xlsx", rows), here).state == "applied"

    def sign_in(number: int) -> None:
        credentials = {"username": "creator-of-fengniao", "password": make.PASSWORD}
        assert Client().post("/sign-in/", credentials).status_code == 302

    return {"register": register, "import_them": import_them, "sign_in": sign_in}


def test_what_was_backed_up_under_load_works_elsewhere(console, another_server, tmp_path):
    with under(**at_work(console, tmp_path)) as load:
        load.goes_on()
        folder = backed_up(tmp_path / "to", HAINA_BACKUP_KEY=KEY)
        load.goes_on()

    there = {"DATABASE_URL": another_server, "HAINA_VAR": str(tmp_path / "var")}
    answer, status = manage("restore", folder, HAINA_BACKUP_KEY=KEY, **there)

    assert (answer.get("error"), answer.get("trees"), status) == (None, 2, 0)
    with psycopg.connect(another_server) as restored:
        it_is_of_one_moment(restored, folder)
        it_is_guarded_alike(restored)
    it_works(console, there, tmp_path)


def it_is_of_one_moment(restored, folder: Path) -> None:
    """Every row is as the snapshot had it, which is neither the beginning nor the end of the load;
    nobody is there without all whom the same file brought."""
    expected = json.loads((folder / "manifest.json").read_bytes())["tables"]
    for table, figures in expected.items():
        rows, digest = restored.execute(DIGEST.format(table)).fetchone()
        assert {"rows": rows, "digest": digest} == figures, table

    kept = dict(restored.execute("SELECT id, r::text FROM residents_resident r").fetchall())
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, r::text FROM residents_resident r")
        now = dict(cursor.fetchall())
    assert 2 < len(kept) < len(now)
    assert kept.items() <= now.items()
    brought = "SELECT DISTINCT count(*) FROM residents_resident WHERE name = '张三' AND %s"
    each = brought % "phone LIKE '+861391%' GROUP BY left(phone, 11)"
    assert restored.execute(each).fetchall() == [(20,)]


def it_is_guarded_alike(restored) -> None:
    for what, statement in SCHEMA.items():
        with connection.cursor() as cursor:
            cursor.execute(statement)
            here = set(cursor.fetchall())
        assert set(restored.execute(statement).fetchall()) == here, what
    with pytest.raises(psycopg.errors.RaiseException, match="the trail only grows"):
        restored.execute("UPDATE accounts_auditentry SET actor = 'x'")
    restored.rollback()


def it_works(communities, there: dict, folder: Path) -> None:
    """The creator signs in and sees the residents, and a workbook is imported."""
    visit = [sys.executable, "-W", "ignore", "-m", "tests.backup.visit"]
    visit += ["creator-of-fengniao", make.PASSWORD, "新来"]
    subprocess.run(visit, cwd=ROOT, env=environment(**there), check=True)

    file = book(folder / "more.xlsx", [row(E="13800138000", H="Z")], header=HEADER)
    told, status = manage("import_residents", "--community", communities[0].pk, file, **there)
    assert (told["created"], told["nodes_created"], status) == (1, 3, 0)
    assert not Resident.objects.filter(phone="+8613800138000").exists()
