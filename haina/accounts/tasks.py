"""What is cleared away now and then: sessions, scans and counted tries that are over."""

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from haina.accounts import scan
from haina.lib import throttle


@shared_task(name="haina.accounts.tasks.forget", expires=3600)
def forget() -> None:
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    throttle.forget_old(now=now)
    scan.forget(now)
