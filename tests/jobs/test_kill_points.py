"""kill -9 at named points: a worker dies there, another one finds the job, and all is done once."""

import signal
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from communities.models import BuildingNode
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.imports import service
from haina.jobs import queue
from haina.jobs.models import Job, StoredFile
from haina.sheets.reader import read
from residents.models import Import, Resident
from residents.tasks import ask_for_export
from tests.processes import ended
from tests.residents.imports.workbooks import FOUR, book

pytestmark = pytest.mark.django_db(transaction=True)

EVERY_JOB = ["job.claimed", "job.finishing", "job.finished", "job.committed"]
IMPORT = [*EVERY_JOB, "upload.copied", "sheet.reading", "tree.grown", "rows.copied"]
IMPORT += ["import.planned", "import.residents_written"]
EXPORT = [*EVERY_JOB, "sheet.writing", "sheet.written", "file.saved", "file.kept"]
COMMITTED = "job.committed"


def die_at(point: str, job: Job) -> None:
    """A worker process that does the job until it is killed."""
    assert ended("haina.jobs.queue.run", job.pk, HAINA_KILL_AT=point) == -signal.SIGKILL


def go_on(job: Job) -> Job:
    """What the next sweep and a worker make of it."""
    queue.sweep(now=timezone.now() + timedelta(minutes=10))
    queue.run(job.pk)
    job.refresh_from_db()
    return job


def assert_nothing_is_left_over() -> None:
    """No file in the making, none that no row names."""
    assert list((settings.HAINA_VAR / "work").iterdir()) == []
    stored = set(StoredFile.objects.values_list("file", flat=True))
    folder = settings.HAINA_VAR / "files"
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert stored <= found


@pytest.fixture
def asked_import(creator, community, tmp_path):
    content = book(tmp_path / "住户.xlsx", FOUR).read_bytes()
    (tmp_path / "住户.xlsx").unlink()
    file = ContentFile(content, name="住户.xlsx")
    by = Actor.of(creator)
    new = Import(community=community)
    return service.start(new, file, by=by, now=timezone.now(), once="once").job


@pytest.mark.parametrize("point", IMPORT)
def test_an_import_killed_anywhere_is_done_once(asked_import, community, point):
    die_at(point, asked_import)
    assert Resident.objects.count() == (4 if point == COMMITTED else 0)

    job = go_on(asked_import)

    assert (job.state, job.attempt) == (Job.State.DONE, 1 if point == COMMITTED else 2)
    assert Resident.objects.count() == 4
    assert AuditEntry.objects.filter(action="resident.imported").count() == 1
    assert AuditEntry.objects.filter(action="tree.grown").count() == 1
    assert_nothing_is_left_over()


@pytest.fixture
def asked_export(asked_import, creator, community):
    queue.run(asked_import.pk)
    root = BuildingNode.objects.root_of(community)
    told = {"reason": "核对", "once": "once", "by": Actor.of(creator), "now": timezone.now()}
    return ask_for_export(root, **told)


@pytest.mark.parametrize("point", EXPORT)
def test_an_export_killed_anywhere_is_done_once(asked_export, point):
    before = StoredFile.objects.count()
    die_at(point, asked_export)
    assert StoredFile.objects.count() - before == (1 if point == COMMITTED else 0)

    job = go_on(asked_export)

    assert (job.state, job.attempt) == (Job.State.DONE, 1 if point == COMMITTED else 2)
    assert StoredFile.objects.count() - before == 1
    assert sum(1 for _row in read(job.output.file.path)) == 2 + 4
    assert AuditEntry.objects.filter(action="resident.exported").count() == 1
    assert_nothing_is_left_over()
