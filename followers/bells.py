"""Wakes the workers once a transaction is committed. Nothing is lost when nobody hears it: the rows
are the queue, and the sweep of every minute looks for them."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError
from redis import RedisError

from haina.jobs.tasks import QUICK

logger = logging.getLogger(__name__)

SYNCHRONISE, PUSH, LOOK_UP, DELIVER = (
    f"followers.tasks.{name}" for name in ("synchronise", "push_account", "look_up", "deliver")
)


def ring(task: str, account_id: int) -> None:
    transaction.on_commit(partial(tell, task, account_id), robust=True)


def tell(task: str, account_id: int) -> None:
    try:
        with current_app.connection_for_write(transport_options=QUICK) as redis:
            current_app.tasks[task].apply_async([account_id], expires=60, connection=redis)
    except (KombuError, RedisError) as error:
        logger.warning("Redis was not told of followers: %s", type(error).__name__)
