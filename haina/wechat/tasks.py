"""The inbox's doorbell and sweep, and what is forgotten. No arguments: the rows are the queue."""

import logging
import time

from celery import current_app, shared_task
from django.utils import timezone
from kombu.exceptions import KombuError
from redis import RedisError

from haina.wechat import calls, inbox, oauth, outcomes
from haina.wechat.corp import inbox as corp_inbox

logger = logging.getLogger(__name__)

# WeChat waits for its answer: a Redis that does not answer is left alone for a while, in which the
# sweep is what finds the rows.
QUICK = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}
ALONE_SECONDS = 10


class Bell:
    def __init__(self, task) -> None:
        self.task, self.alone_until = task, 0.0

    def ring(self) -> None:
        if time.monotonic() < self.alone_until:
            return
        try:
            with current_app.connection_for_write(transport_options=QUICK) as redis:
                self.task.apply_async(expires=60, connection=redis)
        except (KombuError, RedisError) as error:
            self.alone_until = time.monotonic() + ALONE_SECONDS
            logger.warning("Redis was not told of callbacks: %s", type(error).__name__)


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


bell = Bell(work)
inbox.doorbell(bell.ring)
corp_inbox.doorbell(Bell(work_for_corps).ring)


@shared_task(name="haina.wechat.tasks.forget", expires=3600)
def forget() -> None:
    now = timezone.now()
    inbox.forget(now)
    corp_inbox.forget(now)
    outcomes.forget(now)
    calls.forget(now=now)
    oauth.forget(now)
