"""The inbox's doorbell and sweep, and what is forgotten. No arguments: the rows are the queue."""

from celery import shared_task
from django.utils import timezone

from haina.jobs.bells import wake
from haina.wechat import calls, inbox, oauth, outcomes
from haina.wechat.corp import inbox as corp_inbox


@shared_task(name="haina.wechat.tasks.work")
def work() -> None:
    inbox.work()


@shared_task(name="haina.wechat.tasks.work_for_corps")
def work_for_corps() -> None:
    corp_inbox.work()


@shared_task(name="haina.wechat.tasks.sweep", expires=5)
def sweep() -> None:
    inbox.give_up(timezone.now())
    inbox.work()
    corp_inbox.give_up(timezone.now())
    corp_inbox.work()


@inbox.doorbell
def wake_for_accounts() -> None:
    wake([work.si()])


@corp_inbox.doorbell
def wake_for_corps() -> None:
    wake([work_for_corps.si()])


@shared_task(name="haina.wechat.tasks.forget", expires=3600)
def forget() -> None:
    now = timezone.now()
    inbox.forget(now)
    corp_inbox.forget(now)
    outcomes.forget(now)
    calls.forget(now=now)
    oauth.forget(now)
