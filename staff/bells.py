"""Wakes the mirror once a transaction is committed. Nothing is lost when nobody hears it: the rows
are the queue, and the sweep looks for them."""

from collections.abc import Callable
from functools import partial

from django.db import transaction

SYNCHRONISE = "staff.tasks.synchronise"

# The mirror says here what is to be called with the pk of an account that has something to push.
listeners: list[Callable[[int], None]] = []


def ring(account_id: int) -> None:
    for listener in listeners:
        transaction.on_commit(partial(listener, account_id), robust=True)
