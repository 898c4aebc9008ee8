"""How long anybody waits for Redis, which is asked for nothing that cannot be done without it."""

import time

from django.conf import settings

QUICK = {"socket_connect_timeout": 1, "socket_timeout": 1}
ALONE_SECONDS = 10
alone_until: dict[str, float] = {}  # by address


def is_left_alone() -> bool:
    """Has it failed to answer somebody in this process lately? So an act that would ask it ten
    times waits for it once."""
    return time.monotonic() < alone_until.get(settings.REDIS_URL, 0)


def leave_alone() -> None:
    alone_until[settings.REDIS_URL] = time.monotonic() + ALONE_SECONDS
