"""The job 导出操作记录, and the end of what has been kept long enough."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.accounts import audit
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Rights, Section
from haina.accounts.scope import Scope
from haina.jobs import files
from haina.jobs.exports import finished
from haina.jobs.models import Job, JobRefused
from haina.jobs.queue import About, Heartbeat, put, runs
from haina.lib.rows import one_moment
from haina.trail import retention
from haina.trail.exports import MOST_ROWS, write_trail
from haina.trail.filters import TrailFilter

EXPORT, ASKED = "trail.export", "trail.export_asked"
MODEL = AuditEntry._meta.label_lower


@transaction.atomic
def ask_for_export(
    asked: dict[str, str], *, reason: str, once: str, by: audit.Actor, now: datetime
) -> Job:
    """The job that exports what the filter asks for. The reason stands in the trail only."""
    job = put(EXPORT, {"filter": asked}, by=by, key=once)
    if job.request_id == by.request_id:  # else the form was sent twice
        audit.record_ids(ASKED, MODEL, [], by=by, at=now, reason=reason)
    return job


def about(jobs: Sequence[Job], scope: Scope, rights: Rights) -> Mapping[int, About]:
    rows = {job.pk: job.result["rows"] for job in jobs if "rows" in job.result}
    return {pk: About(outcome=_("%d 条记录") % number) for pk, number in rows.items()}


@runs(EXPORT, label=gettext_lazy("导出操作记录"), need=Section.ADMINISTRATORS.view, about=about)
def export_trail(job: Job, beat: Heartbeat) -> None:
    with files.workplace() as folder:
        path = folder / "trail.xlsx"
        with one_moment():
            count = write_asked(job, beat, path)
        with finished(job, beat, path, name=file_name(job), rows=count) as now:
            told = {"reason": audit.reason_given(ASKED, by=job.actor), "count": count}
            audit.record_ids("trail.exported", MODEL, [], by=job.actor, at=now, **told)


def write_asked(job: Job, beat: Heartbeat, path) -> int:
    entries = AuditEntry.objects.within(job.scope).open_to(job.asked_by, job.scope)
    asked = TrailFilter(job.payload["filter"], entries, scope=job.scope)
    if not asked.form.is_valid():  # never more than was asked for
        raise JobRefused(_("筛选条件已失效，请回到操作记录重新筛选后导出。"))
    chosen = asked.qs
    total = chosen.order_by()[: MOST_ROWS + 1].count()
    if total > MOST_ROWS:
        raise JobRefused(_("操作记录超过 100 万条，一个表格放不下。请缩小时间范围后重试。"))
    step = _("正在写入操作记录")
    return write_trail(
        path, chosen, rights=job.rights, tick=lambda done: beat.at(step, done, total)
    )


def file_name(job: Job) -> str:
    return f"{job.account.name}操作记录{timezone.localdate()}.xlsx"


@shared_task(name="haina.trail.tasks.forget", expires=3600)
def forget() -> None:
    retention.forget(now=timezone.now())
