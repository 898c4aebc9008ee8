"""The mirroring of staff as tasks. Ids as arguments, nothing else."""

from celery import shared_task
from django.utils import timezone

from haina.jobs.bells import tell
from haina.wechat.models import Corp
from staff.bells import SYNCHRONISE
from staff.mirror import passes


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
