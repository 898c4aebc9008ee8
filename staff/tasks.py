"""导出员工信息, and the mirroring of staff; the jobs of 批量导入 are in haina/imports/jobs.py."""

from datetime import datetime

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.accounts import audit
from haina.accounts.permissions import Section
from haina.imports.jobs import register
from haina.imports.service import drop_old
from haina.jobs import files
from haina.jobs.bells import tell
from haina.jobs.exports import finished
from haina.jobs.models import Job
from haina.jobs.queue import Heartbeat, put, runs
from haina.lib.rows import one_moment
from haina.wechat.models import Corp
from staff.bells import SYNCHRONISE
from staff.exports import FILE_NAME, write_staff
from staff.imports.importer import IMPORTER
from staff.job_facts import about
from staff.mirror import asking, passes
from staff.models import Employee, StaffImport

EXPORT, ASKED = "staff.export", "employee.export_asked"
MODEL = Employee._meta.label_lower

register(IMPORTER)


@transaction.atomic
def ask_for_export(*, reason: str, once: str, by: audit.Actor, now: datetime) -> Job:
    """The job that exports whom the asker reaches. The reason stands in the trail only."""
    job = put(EXPORT, {}, by=by, key=once)
    if job.request_id == by.request_id:  # else the form was sent twice
        audit.record_ids(ASKED, MODEL, [], by=by, at=now, reason=reason)
    return job


@runs(EXPORT, label=gettext_lazy("导出员工信息"), need=Section.STAFF.manage, about=about)
def export_staff(job: Job, beat: Heartbeat) -> None:
    with files.workplace() as folder:
        path = folder / "staff.xlsx"
        beat.at(_("正在写入员工信息"))
        with one_moment():
            count = write_staff(path, job.account, scope=job.scope)
        with finished(job, beat, path, name=FILE_NAME, rows=count) as now:
            told = {"reason": audit.reason_given(ASKED, by=job.actor), "count": count}
            audit.record_ids("employee.exported", MODEL, [], by=job.actor, at=now, **told)


@shared_task(name=SYNCHRONISE)
def synchronise(account_id: int) -> None:
    passes.work(account_id)


@shared_task(name="staff.tasks.sweep", expires=60)
def sweep() -> None:
    """Every minute: passes that nobody works on, and changes that WeCom has not got."""
    for account_id in passes.due(now=timezone.now()):
        tell(SYNCHRONISE, account_id)


@shared_task(name="staff.tasks.reconcile", expires=3600)
def reconcile() -> None:
    """Every night: a pass for every account that is connected to a corp."""
    for account_id in Corp.objects.order_by("pk").values_list("account", flat=True):
        asking.ask(account_id, now=timezone.now())


@shared_task(name="staff.tasks.drop_old_plans", expires=3600)
def drop_old_plans() -> None:
    drop_old(StaffImport, now=timezone.now())
