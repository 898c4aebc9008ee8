"""What happens by itself. The sending is followers/tasks.py's."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from followers.bells import DELIVER
from haina.accounts.models import ServiceAccount
from haina.jobs.bells import tell
from reminders import escalation, troubles
from reminders.models import BindingInvitation, LeaseTold, Reminder

logger = logging.getLogger(__name__)

LEASES_KEPT = timedelta(days=60)


@shared_task(name="reminders.tasks.escalate", expires=240)
def escalate() -> None:
    for account in ServiceAccount.objects.order_by("pk"):
        try:
            escalation.work(account, now=timezone.now())
        except Exception:  # one account's trouble is told, and keeps no other from being reminded
            logger.exception("escalation of account %s", account.pk)


@shared_task(name="reminders.tasks.end_mended", expires=50)
def end_mended() -> None:
    for account_id in troubles.end_mended(now=timezone.now()):
        tell(DELIVER, account_id)


@shared_task(name="reminders.tasks.forget", expires=3600)
def forget() -> None:
    """Reminders of last quarter, invitations that are over, leases that ended long ago."""
    now = timezone.now()
    Reminder.objects.over(now).delete()
    over = BindingInvitation.objects.filter(expires_at__lt=now - BindingInvitation.LIFE)
    # Of whoever is bound by one it says who had made it: binding.look_again() asks.
    over.exclude(used_at__isnull=False, administrator__colleague__isnull=False).delete()
    LeaseTold.objects.filter(ends_on__lt=timezone.localdate(now) - LEASES_KEPT).delete()
