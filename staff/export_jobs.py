"""The job 导出员工信息."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.accounts import audit
from haina.accounts.permissions import Rights, Section
from haina.accounts.scope import Scope
from haina.jobs import files
from haina.jobs.models import Job
from haina.jobs.queue import About, Heartbeat, put, runs
from haina.lib.rows import one_moment
from staff.exports import FILE_NAME, write_staff
from staff.models import Employee

EXPORT, ASKED = "staff.export", "employee.export_asked"
MODEL = Employee._meta.label_lower


@transaction.atomic
def ask_for_export(*, reason: str, once: str, by: audit.Actor, now: datetime) -> Job:
    """The job that exports whom the asker reaches. The reason stands in the trail only."""
    job = put(EXPORT, {}, by=by, key=once)
    if job.request_id == by.request_id:  # else the form was sent twice
        audit.record_ids(ASKED, MODEL, [], by=by, at=now, reason=reason)
    return job


def about(jobs: Sequence[Job], scope: Scope, rights: Rights) -> Mapping[int, About]:
    rows = {job.pk: job.result["rows"] for job in jobs if "rows" in job.result}
    return {pk: About(outcome=_("%d 位员工") % number) for pk, number in rows.items()}


@runs(EXPORT, label=gettext_lazy("导出员工信息"), need=Section.STAFF.manage, about=about)
def export_staff(job: Job, beat: Heartbeat) -> None:
    with files.workplace() as folder:
        path = folder / "staff.xlsx"
        beat.at(_("正在写入员工信息"))
        with one_moment():
            count = write_staff(path, job.account, scope=job.scope)
        beat.at(_("正在保存文件"))
        with path.open("rb") as content, transaction.atomic():
            now = timezone.now()
            output = files.keep(job.account, File(content), name=FILE_NAME, now=now)
            told = {"reason": audit.reason_given(ASKED, by=job.actor), "count": count}
            audit.record_ids("employee.exported", MODEL, [], by=job.actor, at=now, **told)
            job.finish({"rows": count}, now=now, output=output)
