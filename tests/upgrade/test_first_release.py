"""An installation of the first release, with what it held, is brought to this one."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from psycopg import sql

from communities.management.commands.check_trees import Command as CheckTrees
from haina.jobs.models import Job
from residents.models import Resident
from tests.backup.conftest import elsewhere, empty_database
from tests.make import PASSWORD
from tests.upgrade import first_release

pytestmark = pytest.mark.django_db

COLUMNS = """
SELECT table_name, array_agg(column_name::text ORDER BY column_name)
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'django_migrations'
GROUP BY table_name
"""
# They follow the models: the rows of every release are there already, others come.
GROWS = {"django_content_type", "auth_permission"}


@pytest.fixture(scope="module")
def upgrade(django_db_setup, django_db_blocker):
    """The address of an upgraded database; the rows of each table before and after."""
    with django_db_blocker.unblock(), empty_database("upgraded") as address:
        with elsewhere(address):
            first_release.fill(first_release.make_tables())
            tables = columns()
            before = rows_of(tables)
            call_command("migrate", verbosity=0)
            after = rows_of(tables)
        yield address, before, after


@pytest.fixture
def upgraded(upgrade, settings):
    """This process on that database."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    with elsewhere(upgrade[0]):
        yield


def columns() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        return dict(cursor.fetchall())


def rows_of(tables: dict[str, list[str]]) -> dict[str, set[str]]:
    """The rows of each table, in these columns."""
    found = {}
    with connection.cursor() as cursor:
        for table, names in tables.items():
            told = sql.SQL(", ").join(map(sql.Identifier, names))
            statement = sql.SQL("SELECT ROW({})::text FROM {}")
            cursor.execute(statement.format(told, sql.Identifier(table)))
            found[table] = {row for (row,) in cursor.fetchall()}
    return found


def test_every_row_is_there_as_it_was(upgrade):
    _address, before, after = upgrade

    assert {table for table, rows in before.items() if rows} >= {
        *("accounts_user", "accounts_grant", "accounts_auditentry", "communities_buildingnode"),
        *("residents_resident", "residents_residentevent", "jobs_job", "jobs_storedfile"),
    }
    for table, rows in before.items():
        assert rows <= after[table], table
        assert table in GROWS or rows == after[table], table


def test_people_go_on_where_they_were(upgraded):
    client = Client()
    client.post("/sign-in/", {"username": "18124768127", "password": PASSWORD})

    listed = client.get("/fengniao/residents/", follow=True).content.decode()
    assert all(name in listed for name in ("张三三", "李四", "刘六", "A 1 101"))
    resident = Resident.objects.get(name="张三三")
    assert resident.id_number == first_release.ID_NUMBER
    history = client.get(f"/fengniao/residents/{resident.pk}/").content.decode()
    assert "张三 " in history or "张三<" in history


def test_the_creator_sees_the_trail_and_the_jobs(upgraded):
    client = Client()
    client.post("/sign-in/", {"username": "18124768126", "password": PASSWORD})

    assert "添加住户" in client.get("/fengniao/audit/").content.decode()
    assert "批量导入" in client.get("/fengniao/jobs/").content.decode()
    assert set(Job.objects.values_list("state", flat=True)) == {"done", "waiting"}


def test_trees_are_sound(upgraded):
    answer = CheckTrees().answer(community=None, fix=False)

    assert answer == {"communities": 1, "fixed": 0, "problems": []}


def test_residents_can_be_added(upgraded):
    client = Client()
    client.post("/sign-in/", {"username": "18124768127", "password": PASSWORD})
    room = Resident.objects.get(name="刘六").room
    form = {"name": "王五", "gender": "male", "identity": "owner", "phone": "13912345678"}
    form |= {"community": room.community_id, "at_0": "A", "at_1": "1", "at_2": "102"}

    answer = client.post("/fengniao/residents/add/", form)

    assert answer.status_code == 302
    assert Resident.objects.filter(room=room).count() == 2
