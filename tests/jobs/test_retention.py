"""Jobs that have been over for JOB_DAYS go, with what is left of their files."""

from datetime import timedelta

from django.utils import timezone

from haina.jobs import files
from haina.jobs.models import Job, StoredFile
from haina.jobs.tasks import remove_old_jobs
from tests import make


def job_that_ended(creator, days: int, **fields) -> Job:
    ended = timezone.now() - timedelta(days=days)
    stored = make.stored_file(creator.account)
    fields = {"state": Job.State.DONE, "ended_at": ended, "output": stored} | fields
    return make.job(creator, "tests.count", **fields)


def test_jobs_go_ninety_days_after_they_ended_with_their_files(creator, settings, monkeypatch):
    monkeypatch.setattr(files, "BATCH", 1)
    old = [job_that_ended(creator, 91), job_that_ended(creator, 200, state=Job.State.FAILED)]
    kept = job_that_ended(creator, 89)
    waits = make.job(creator, "tests.count")

    assert files.remove_old_jobs(now=timezone.now()) == 2

    assert set(Job.objects.all()) == {kept, waits}
    assert list(StoredFile.objects.all()) == [kept.output]
    assert {job.output.pk for job in old}.isdisjoint({kept.output.pk})


def test_how_long_is_a_setting(creator, settings):
    job_that_ended(creator, 91)
    settings.JOB_DAYS = 100
    remove_old_jobs()
    assert Job.objects.count() == 1

    settings.JOB_DAYS = 90
    remove_old_jobs()

    assert not Job.objects.exists()
