"""Advisory locks of PostgreSQL that end with the transaction.

Locks are taken in one order: the account, the community, then rows by pk. Nothing slow (parsing,
HTTP) happens while one is held.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.conf import settings
from django.db import connection, transaction


class Lock(IntEnum):
    """The first half of the lock's key; the second is the pk of the row that it stands for."""

    ACCOUNT = 1
    COMMUNITY = 2
    FOLLOWERS = 3  # of an account
    PUSH = 4  # of an account's followers to WeChat
    OUTCOMES = 5  # of an account's template messages
    STAFF = 6  # of an account: departments and employees
    MIRROR = 7  # of an account's staff to WeCom
    REMINDERS = 8  # of an administrator: which message goes next


def hold(lock: Lock, pk: int) -> None:
    """Wait for the lock and keep it until the transaction ends. A test may take all locks out, to
    see that something breaks without them: GUARDS_OFF has "locks"."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a lock needs a transaction")
    if "locks" in settings.GUARDS_OFF:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [int(lock), pk])


@contextmanager
def alone(lock: Lock, pk: int) -> Iterator[bool]:
    """False when another process is in here with this lock. For work that talks to others between
    its transactions; it holds nobody up, and the lock goes with the connection of whoever dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [int(lock), pk])
        (is_alone,) = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [int(lock), pk])
