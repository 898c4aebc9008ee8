"""kill -9 at each step of a pass: another worker goes on, and everybody is there exactly once."""

import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from haina.lib.locks import Lock, alone
from staff.mirror import passes
from staff.models import Department, Employee, Removal, Sync
from tests import make
from tests.jobs.processes import wait_until
from tests.processes import ended

pytestmark = pytest.mark.django_db(transaction=True)


def work_until(point: str, account, sandbox) -> int:
    there = {"HAINA_SANDBOX": "1", "WECOM_API_BASE": f"{sandbox.url}/wecom"}
    there |= {"HAINA_KILL_AT": f"mirror.{point}"}
    code = ended("staff.mirror.passes.work", account.pk, **there)
    assert code == 0 or wait_until(lock_is_free, 10)
    return code


def lock_is_free() -> bool:
    """PostgreSQL keeps what somebody held who was killed until it has noticed."""
    held = "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
    held += " WHERE locktype = 'advisory' AND classid = %s AND datname = current_database()"
    with connection.cursor() as cursor:
        cursor.execute(held, [int(Lock.MIRROR)])
        return cursor.fetchone() == (0,)


@pytest.fixture
def much_to_do(account, synchronise, wecom):
    """Of every kind of work something."""
    wecom.sandbox.do("wecom/seed", departments=3, members=40)
    synchronise()
    made = make.department(account, "绿化组")
    make.department(account, "花卉组", parent=made)
    for name in "甲乙":
        make.employee(account, name=name, department_ids=[made.pk])
    mobile = wecom.members["staff00005"]["mobile"]
    make.employee(account, name="尤和平", phone=f"+86{mobile}", department_ids=[made.pk])
    changed = Employee.objects.filter(userid__in=["staff00006", "staff00007"])
    changed.update(position="组长", to_push=True)
    for userid in ("staff00008", "staff00009"):
        gone = Employee.objects.get(userid=userid)
        Removal.objects.create(account=account, corp_id=gone.corp_id, userid=userid)
        gone.delete()
    empty = Department.objects.get(account=account, name="行政部")
    Employee.objects.filter(department_ids=[empty.pk]).update(
        department_ids=[made.pk], to_push=True
    )


def check(account, wecom, same) -> None:
    assert Sync.objects.get(account=account).phase == Sync.Phase.OVER
    assert [len(wecom.named(name)) for name in "甲乙"] == [1, 1]
    assert Employee.objects.get(name="尤和平").userid == "staff00005"
    assert wecom.members["staff00006"]["position"] == "组长"
    assert {"staff00008", "staff00009"}.isdisjoint(wecom.members)
    assert not Removal.objects.exists()
    assert not Employee.objects.filter(to_push=True).exists()
    assert not Employee.objects.filter(push_fault__isnull=False).exists()
    here, there = same()
    assert here == there
    assert len(here) == 12 + 40 - 2 + 2
    assert Department.objects.count() == len(wecom.departments)


@pytest.mark.parametrize("point", ["department", "chosen", "told", "linked", "deleted", "written"])
def test_a_pass_goes_on_where_its_worker_died(
    point, much_to_do, account, pass_once, wecom, sandbox, same
):
    """Between WeCom's answer and writing it down, too."""
    assert work_until(point, account, sandbox) == -signal.SIGKILL

    pass_once()

    check(account, wecom, same)


@pytest.mark.parametrize("point", ["chosen", "linked", "written"])
def test_a_pass_goes_on_however_often_its_worker_dies(
    point, much_to_do, account, wecom, sandbox, same
):
    deaths = 0
    while work_until(point, account, sandbox) == -signal.SIGKILL:
        deaths += 1
        assert deaths < 10

    assert deaths
    check(account, wecom, same)


def test_a_pass_that_dies_while_reading_begins_to_read_anew(
    much_to_do, account, pass_once, wecom, sandbox, same
):
    for _ in range(2):
        assert work_until("read", account, sandbox) == -signal.SIGKILL
    assert Sync.objects.get(account=account).phase == Sync.Phase.READING
    assert len(wecom.members) == 52

    pass_once()

    check(account, wecom, same)


def test_of_three_workers_at_once_one_works(much_to_do, account, wecom, same, sandbox):
    with ThreadPoolExecutor() as pool:
        told = [pool.submit(work_until, "never", account, sandbox) for _ in range(3)]
        assert [each.result() for each in told] == [0, 0, 0]

    check(account, wecom, same)
    assert len(wecom.calls("user/create")) == 3


def test_whoever_comes_second_leaves_the_first_alone(much_to_do, account, corp, wecom):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [int(Lock.MIRROR), corp.pk])
        with alone(Lock.MIRROR, corp.pk) as is_alone:
            assert not is_alone
        passes.work(account.pk)
    finally:
        other.close()

    assert not wecom.named("甲")


def test_a_worker_that_lost_its_lease_writes_nothing_more(
    much_to_do, account, corp, wecom, monkeypatch
):
    """Another one took over while it was waiting for WeCom."""
    take = passes.take

    def taken_twice(corp, *, now):
        mine = take(corp, now=now)
        take(corp, now=now + timedelta(seconds=1))
        return mine

    monkeypatch.setattr(passes, "take", taken_twice)
    monkeypatch.setattr(passes, "MOST_PASSES", 1)
    before = Employee.objects.filter(to_push=True).count()
    passes.work(account.pk)

    assert not wecom.named("甲")
    assert Employee.objects.filter(to_push=True).count() == before
