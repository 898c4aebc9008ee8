"""The synchronisation and the pushing as tasks. Ids as arguments, nothing else."""

import logging

from celery import shared_task
from django.utils import timezone

from followers import (
    bulk,  # noqa: F401 - registers the bulk acts
    events,
    push,
    sending,
    services,
    sync,
)
from followers.bells import DELIVER, LOOK_UP, PUSH, SYNCHRONISE
from haina.jobs.bells import ring, tell
from haina.wechat.errors import WeChatRefused
from haina.wechat.models import Connection

logger = logging.getLogger(__name__)


@shared_task(name=SYNCHRONISE)
def synchronise(account_id: int) -> None:
    sync.work(account_id)
    ring(PUSH, account_id)


@shared_task(name=PUSH)
def push_account(account_id: int) -> None:
    try:
        push.push(account_id)
    except WeChatRefused as refusal:
        logger.warning("followers of account %s wait: errcode %s", account_id, refusal.code)


@shared_task(name=LOOK_UP)
def look_up(account_id: int) -> None:
    try:
        events.look_up(account_id)
        push_account(account_id)
    except WeChatRefused as refusal:
        logger.warning("details of account %s wait: errcode %s", account_id, refusal.code)


@shared_task(name=DELIVER)
def deliver(account_id: int) -> None:
    if sending.work(account_id):
        tell(DELIVER, account_id)


@shared_task(name="followers.tasks.deliver_waiting", expires=20)
def deliver_waiting() -> None:
    """Messages that nobody was told of, whose time has come, or whose worker has died."""
    for account_id in sending.accounts_waiting(timezone.now()):
        tell(DELIVER, account_id)


@shared_task(name="followers.tasks.sweep", expires=60)
def sweep() -> None:
    """Every minute: passes that nobody works on, changes that WeChat has not got, and followers of
    whom it is still to be asked."""
    for task, accounts in [
        (SYNCHRONISE, sync.due(now=timezone.now())),
        (PUSH, push.accounts_waiting()),
        (LOOK_UP, events.accounts_waiting()),
    ]:
        for account_id in accounts:
            tell(task, account_id)


@shared_task(name="followers.tasks.reconcile", expires=3600)
def reconcile() -> None:
    """Every night: a pass for every account that is connected."""
    connected = Connection.objects.filter(connected_at__isnull=False).order_by("pk")
    for connection in connected.select_related("account"):
        services.sync_soon(connection.account, now=timezone.now())
