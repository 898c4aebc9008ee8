"""The synchronisation and the pushing as tasks. Ids as arguments, nothing else."""

import logging
from datetime import datetime

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from followers import (
    bulk,  # noqa: F401 - registers the bulk acts
    events,
    push,
    sync,
)
from followers.bells import LOOK_UP, PUSH, SYNCHRONISE, ring, tell
from haina.wechat.errors import WeChatRefused
from haina.wechat.models import Connection

logger = logging.getLogger(__name__)


def sync_soon(account_id: int, *, now: datetime) -> None:
    """Begin a pass over all followers once the transaction is committed."""
    sync.ask(account_id, now=now)
    ring(SYNCHRONISE, account_id)


def push_soon(account_id: int) -> None:
    """Bring what was changed here to WeChat once the transaction is committed."""
    ring(PUSH, account_id)


@shared_task(name=SYNCHRONISE)
def synchronise(account_id: int) -> None:
    sync.work(account_id)
    push_soon(account_id)


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
    for account_id in connected.values_list("account", flat=True):
        with transaction.atomic():
            sync_soon(account_id, now=timezone.now())
