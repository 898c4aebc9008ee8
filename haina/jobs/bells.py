"""Wakes the workers once a transaction is committed. Nothing is lost when nobody hears it: the rows
are the queue, and a sweep looks for them."""

import logging
import time
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError
from redis import RedisError

from haina.jobs.tasks import QUICK

logger = logging.getLogger(__name__)

SILENT_SECONDS = 10


class Silence:
    until = 0.0


silence = Silence()


def ring(task: str, account_id: int) -> None:
    transaction.on_commit(partial(tell, task, account_id), robust=True)


def tell(task: str, account_id: int) -> None:
    """A Redis that does not answer is left alone for a while: one act may ring many times."""
    if time.monotonic() < silence.until:
        return
    try:
        with current_app.connection_for_write(transport_options=QUICK) as redis:
            current_app.tasks[task].apply_async([account_id], expires=60, connection=redis)
    except (KombuError, RedisError) as error:
        silence.until = time.monotonic() + SILENT_SECONDS
        logger.warning("Redis was not told of %s: %s", task, type(error).__name__)
