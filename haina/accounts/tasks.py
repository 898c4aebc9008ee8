"""What is cleared away now and then: sessions, scans, counted tries and offers that are over."""

from datetime import datetime, timedelta

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from haina.accounts import scan
from haina.accounts.models import Handover, Invitation
from haina.lib import throttle

OFFERS_KEPT = timedelta(days=30)


@shared_task(name="haina.accounts.tasks.forget", expires=3600)
def forget() -> None:
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    throttle.forget_old(now=now)
    scan.forget(now)
    forget_offers(now)


def forget_offers(now: datetime) -> None:
    """Invitations hold a phone, which nobody needs any more."""
    for offers in (Invitation, Handover):
        offers.objects.filter(expires_at__lt=now - OFFERS_KEPT).delete()
