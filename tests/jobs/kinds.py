"""Kinds of jobs for tests. A worker of a test gets them by `celery -A haina worker -I`."""

import time
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from haina.accounts import audit
from haina.accounts.permissions import Section
from haina.jobs.models import Job, JobRefused
from haina.jobs.queue import Heartbeat, runs

DONE = "test.done"


@runs("tests.count", label="数数")
def count(job: Job, beat: Heartbeat) -> None:
    """Counts to payload["to"] in tenths of a second, then leaves one entry in the trail."""
    to = job.payload.get("to", 0)
    for number in range(to):
        beat.at("数数", number, to)
        time.sleep(0.1)

    with transaction.atomic():
        audit.record(DONE, [job], by=job.actor, at=timezone.now())
        job.finish({"counted": to}, now=timezone.now())
        time.sleep(job.payload.get("linger", 0))


@runs("tests.hold", label="等着")
def hold(job: Job, beat: Heartbeat) -> None:
    """Goes on until the file payload["until"] is there."""
    while not Path(job.payload["until"]).exists():
        beat.at("等着")
        time.sleep(0.05)
    job.finish({}, now=timezone.now())


@runs("tests.residents", label="改住户", need=Section.RESIDENTS.manage)
def change_residents(job: Job, beat: Heartbeat) -> None:
    with transaction.atomic():
        audit.record(DONE, [job], by=job.actor, at=timezone.now())
        job.finish({"communities": sorted(job.scope.community_ids or [])}, now=timezone.now())


@runs("tests.refuse", label="不行")
def refuse(job: Job, beat: Heartbeat) -> None:
    with transaction.atomic():
        audit.record(DONE, [job], by=job.actor, at=timezone.now())
        raise JobRefused("第 3 行有误", {"row": 3})


@runs("tests.refuse_in_words", label="不行")
def refuse_in_words(job: Job, beat: Heartbeat) -> None:
    raise JobRefused(gettext("登录"))


@runs("tests.break", label="坏了")
def break_down(job: Job, beat: Heartbeat) -> None:
    with transaction.atomic():
        audit.record(DONE, [job], by=job.actor, at=timezone.now())
        raise ZeroDivisionError


@runs("tests.lower", label="收权", need=Section.RESIDENTS.view)
def lower_own_rights(job: Job, beat: Heartbeat) -> None:
    """Looks at the asker's rights, loses some of them meanwhile, and finishes."""
    seen = sorted(job.rights.hidden_fields)
    job.asked_by.grants.filter(field="phone").delete()
    with transaction.atomic():
        job.finish({"hidden": seen}, now=timezone.now())
