"""Wakes the workers once a transaction is committed. Nothing is lost when nobody hears it: the rows
are the queue, and a sweep looks for them."""

import logging
from collections.abc import Sequence
from functools import partial

from celery import Signature, current_app
from django.db import transaction
from kombu.exceptions import KombuError
from redis import RedisError

from haina.lib.patience import QUICK, is_left_alone, leave_alone

logger = logging.getLogger(__name__)


def ring(task: str, *ids: int) -> None:
    transaction.on_commit(partial(tell, task, *ids), robust=True)


def tell(task: str, *ids: int) -> None:
    wake([current_app.tasks[task].si(*ids)])


def wake(messages: Sequence[Signature]) -> None:
    """Tell the workers, unless Redis has just failed to answer: nobody waits for it again and
    again. The next sweep finds what they were not told of."""
    if is_left_alone():
        return
    try:
        with current_app.connection_for_write(transport_options=QUICK) as redis:
            for message in messages:
                message.apply_async(expires=60, connection=redis)
    except (KombuError, RedisError) as error:
        leave_alone()
        told = ", ".join(sorted({message.task for message in messages}))
        logger.warning("Redis was not told of %s: %s", told, type(error).__name__)
