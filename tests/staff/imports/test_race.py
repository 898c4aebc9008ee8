"""Imports beside one another: together they do not pass the cap, and nobody comes twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from haina.jobs import queue
from haina.lib.locks import Lock, hold
from staff.models import Employee
from tests import make
from tests.staff.imports.workbooks import Told, book, many, start
from tests.together import together, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account():
    account = make.account("fengniao")
    make.community(account, "腾讯小区")
    make.department(account, "工程部")
    return account


def test_two_imports_at_once_do_not_pass_the_cap(account, tmp_path, settings):
    settings.WECOM_USER_LIMIT = 5
    files = [book(tmp_path / f"{n}.xlsx", many(3, first=n * 3)) for n in range(2)]
    imports = [start(file, account) for file in files]

    together(queue.run, [imported.job_id for imported in imports])

    told = [Told(imported) for imported in imports]
    assert sorted(each.state for each in told) == ["applied", "refused"]
    assert {each.code for each in told} == {"", "cap"}
    assert Employee.objects.count() == 3


def test_who_is_being_added_meanwhile_counts(account, tmp_path, settings):
    """The import waits for whoever holds the lock of the staff, and counts after them."""
    settings.WECOM_USER_LIMIT = 3
    imported = start(book(tmp_path / "员工.xlsx", many(3)), account)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            hold(Lock.STAFF, account.pk)
            ended = pool.submit(run_and_close, imported.job_id)
            until_somebody_waits()
            make.employee(account)
        ended.result(timeout=60)

    assert Told(imported).code == "cap"
    assert Employee.objects.count() == 1


def run_and_close(job_id: int) -> None:
    try:
        queue.run(job_id)
    finally:
        connection.close()


def test_the_same_file_twice_at_once_comes_once(account, tmp_path):
    file = book(tmp_path / "员工.xlsx", many(20))
    imports = [start(file, account) for _ in range(2)]

    together(queue.run, [imported.job_id for imported in imports])

    assert sorted(Told(each).created for each in imports) == [0, 20]
