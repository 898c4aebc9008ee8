"""The mirroring of staff as tasks, and the jobs of imports and exports. Ids as arguments, nothing
else."""

from celery import shared_task
from django.utils import timezone

from haina.imports.jobs import register
from haina.imports.service import drop_old
from haina.jobs.bells import tell
from haina.wechat.models import Corp
from staff import export_jobs  # noqa: F401 - registers 导出员工信息
from staff.bells import SYNCHRONISE
from staff.imports.importer import IMPORTER
from staff.mirror import passes
from staff.models import StaffImport

register(IMPORTER)


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
        passes.ask(account_id, now=timezone.now())


@shared_task(name="staff.tasks.drop_old_plans", expires=3600)
def drop_old_plans() -> None:
    drop_old(StaffImport, now=timezone.now())
