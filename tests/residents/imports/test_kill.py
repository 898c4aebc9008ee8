"""kill -9 while a decision is carried out or an import is taken back: done once, or not yet."""

import pytest
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.imports import service
from residents.models import Resident
from tests import make
from tests.jobs.test_kill_points import COMMITTED, EVERY_JOB, die_at, go_on
from tests.residents.imports.workbooks import LI, ZHANG, Told, book, counts, on_file, row, upload

pytestmark = pytest.mark.django_db(transaction=True)

APPLY = [*EVERY_JOB, "import.read", "import.planned", "import.residents_written"]
UNDO = [*EVERY_JOB, "import.residents_undone"]


@pytest.fixture
def by(community):
    return Actor.of(make.creator_of(community.account))


@pytest.mark.parametrize("point", APPLY)
def test_a_decision_killed_anywhere_is_carried_out_once(community, by, tmp_path, point):
    upload(book(tmp_path / "住户.xlsx", [ZHANG]), community)
    planned = upload(book(tmp_path / "改.xlsx", [row(A="张三丰"), LI]), community)
    told = {
        "good_rows_only": False,
        "shown": service.token_of(planned.imported),
        "by": by,
        "now": timezone.now(),
    }
    job = service.decide(planned.imported, policy="overwrite", **told)

    die_at(point, job)
    assert Resident.objects.count() == (2 if point == COMMITTED else 1)
    assert Told(planned.imported).state == ("applied" if point == COMMITTED else "planned")

    assert go_on(job).state == "done"
    assert [each[0] for each in on_file(community)] == ["张三丰", "李四"]
    assert Resident.pgh_event_model.objects.count() == 3
    assert AuditEntry.objects.filter(action="resident.imported").count() == 2


@pytest.mark.parametrize("point", UNDO)
def test_an_undo_killed_anywhere_is_done_once(community, by, tmp_path, point):
    applied = upload(book(tmp_path / "住户.xlsx", [ZHANG, LI]), community)
    job = service.start_undo(applied.imported, by=by, now=timezone.now())

    die_at(point, job)
    assert Resident.objects.count() == (0 if point == COMMITTED else 2)

    assert go_on(job).state == "done"
    assert counts() == (0, 1)
    assert (Told(applied.imported).state, Told(applied.imported).not_undone) == ("undone", [])
    assert AuditEntry.objects.filter(action="import.undone").count() == 1
