"""The inboxes' work and sweep, and what is forgotten. No arguments: the rows are the queue."""

from celery import shared_task
from django.utils import timezone

from haina.wechat import calls, inbox, oauth, outcomes
from haina.wechat.bells import WORK, WORK_FOR_CORPS
from haina.wechat.corp import inbox as corp_inbox
from haina.wechat.models import Callback, CorpCallback


@shared_task(name=WORK)
def work() -> None:
    inbox.work()


@shared_task(name=WORK_FOR_CORPS)
def work_for_corps() -> None:
    corp_inbox.work()


@shared_task(name="haina.wechat.tasks.sweep", expires=5)
def sweep() -> None:
    Callback.objects.give_up(timezone.now())
    inbox.work()
    CorpCallback.objects.give_up(timezone.now())
    corp_inbox.work()


@shared_task(name="haina.wechat.tasks.forget", expires=3600)
def forget() -> None:
    now = timezone.now()
    Callback.objects.forget(now)
    CorpCallback.objects.forget(now)
    outcomes.forget(now)
    calls.forget(now=now)
    oauth.forget(now)
