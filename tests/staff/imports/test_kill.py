"""kill -9 while a decision is carried out or an import is taken back: done once, or not yet."""

import pytest
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.imports import service
from staff.models import Employee
from tests import make
from tests.jobs.test_kill_points import COMMITTED, EVERY_JOB, die_at, go_on
from tests.staff.imports.workbooks import CHEN, Told, book, on_file, put_decision, row, upload

pytestmark = pytest.mark.django_db(transaction=True)

APPLY = [*EVERY_JOB, "import.read", "import.planned", "import.staff_written"]
UNDO = [*EVERY_JOB, "import.staff_undone"]


@pytest.fixture
def account():
    account = make.account("fengniao")
    make.community(account, "腾讯小区")
    make.department(account, "工程部")
    return account


@pytest.mark.parametrize("point", APPLY)
def test_a_decision_killed_anywhere_is_carried_out_once(account, tmp_path, point):
    upload(book(tmp_path / "员工.xlsx", [CHEN]), account)
    changed = [row(B="陈四"), row(B="李四", G="13500000001")]
    job = put_decision(upload(book(tmp_path / "改.xlsx", changed), account))

    die_at(point, job)
    assert Employee.objects.count() == (2 if point == COMMITTED else 1)

    assert go_on(job).state == "done"
    assert [each[1] for each in on_file(account)] == ["陈四", "李四"]
    assert Employee.pgh_event_model.objects.count() == 3


@pytest.mark.parametrize("point", UNDO)
def test_an_undo_killed_anywhere_is_done_once(account, tmp_path, point):
    told = upload(book(tmp_path / "员工.xlsx", [CHEN]), account)
    by = Actor.of(make.creator_of(account))
    job = service.start_undo(told.imported, by=by, now=timezone.now())

    die_at(point, job)
    assert Employee.objects.count() == (0 if point == COMMITTED else 1)

    assert go_on(job).state == "done"
    assert (Told(told.imported).state, Employee.objects.count()) == ("undone", 0)
