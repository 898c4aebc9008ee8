"""A second role of PostgreSQL with exactly what `grant_role` gives it: the application works, and
the trail cannot be changed past it."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from haina.accounts.models import AuditEntry
from haina.jobs import queue
from haina.jobs.models import Job
from haina.trail import retention
from residents.models import Resident
from tests import make
from tests.residents.imports.workbooks import book, row, undo, upload

ROLE = "haina_app"


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def limited(creator, community):
    """Everything after this is done with the rights of the role; it goes with the test."""
    AuditEntry.objects.create(
        account=creator.account, action="x.done", at=timezone.now() - timedelta(days=4000)
    )
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute(f"CREATE ROLE {ROLE} LOGIN")
    execute(f"GRANT {ROLE} TO CURRENT_USER WITH SET TRUE")
    call_command("grant_role", ROLE)
    execute(f"SET ROLE {ROLE}")
    yield
    execute("RESET ROLE")


def test_the_application_works(limited, creator, community):
    client = Client()
    name = {"username": creator.user.username, "password": make.PASSWORD}
    assert client.post("/sign-in/", name).status_code == 302
    resident = make.resident(community, "A 1 101", name="张三", phone="13500000000")
    for page in ("residents/", f"residents/{resident.pk}/", "communities/", "jobs/", "audit/"):
        assert client.get(f"/fengniao/{page}").status_code == 200, page
    client.post(f"/fengniao/residents/{resident.pk}/delete/")
    assert not Resident.objects.exists()


def test_it_may_count_what_it_has_written(limited):
    """PostgreSQL 17 and later; it warns instead of refusing."""
    told = []
    with connection.cursor() as cursor:
        connection.connection.add_notice_handler(lambda notice: told.append(notice.message_primary))
        cursor.execute("ANALYZE residents_resident")

    assert told == []


def test_jobs_run(limited, sign_in, creator):
    asked = {"once": "a", "reason": "年度审计", "password": make.PASSWORD}
    sign_in(creator).post("/fengniao/audit/export/", asked)
    job = Job.objects.get()

    queue.run(job.pk)

    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message


def test_an_import_works_and_is_undone(limited, community, tmp_path):
    told = upload(book(tmp_path / "a.xlsx", [row()]), community)
    assert Resident.objects.count() == 1

    undo(told)

    assert not Resident.objects.exists()


def test_the_nightly_removal_works(limited):
    assert retention.forget(now=timezone.now()) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET actor = 'x'",
        "TRUNCATE accounts_auditentry",
        "ALTER TABLE accounts_auditentry DISABLE TRIGGER ALL",
        "DROP TRIGGER trail_only_grows ON accounts_auditentry",
        "DROP FUNCTION trail_only_grows() CASCADE",
        "CREATE OR REPLACE FUNCTION trail_only_grows() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN OLD; END $$",
        "CREATE TRIGGER mine BEFORE INSERT ON accounts_auditentry FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "DROP TABLE accounts_auditentry",
        "ALTER TABLE accounts_auditentry RENAME TO a",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_trail_cannot_be_changed_past_it(limited, statement):
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
    ):
        execute(statement)


def test_what_may_be_deleted_is_for_the_trigger_to_say(limited):
    with pytest.raises(Exception, match="the trail only grows"), transaction.atomic():
        execute("DELETE FROM accounts_auditentry")


@pytest.mark.django_db
def test_a_role_that_is_none_is_granted_nothing():
    with pytest.raises(CommandError, match='role "no_such" does not exist'):
        call_command("grant_role", "no_such")
