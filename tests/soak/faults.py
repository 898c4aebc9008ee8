"""The faults, each drawn as often as the others, in an order that the seed decides."""

import os
import random
import signal
import time
from collections.abc import Callable

from tests.faults.stack import Stack

SHORTEST, LONGEST = 2, 10  # seconds
Fault = Callable[[Stack, float], None]


def redis_stopped(stack: Stack, seconds: float) -> None:
    with stack.valkey.stopped():
        time.sleep(seconds)


def redis_hung(stack: Stack, seconds: float) -> None:
    with stack.valkey.hung():
        time.sleep(seconds)


def redis_full(stack: Stack, seconds: float) -> None:
    with stack.valkey.full():
        time.sleep(seconds)


def redis_flushed(stack: Stack, seconds: float) -> None:
    stack.valkey.flush()


def postgres_restarted(stack: Stack, seconds: float) -> None:
    stack.postgres.restart()


def commits_not_answered(stack: Stack, seconds: float) -> None:
    end = time.monotonic() + seconds
    with stack.postgres.answering_no_commit():
        while time.monotonic() < end:
            stack.postgres.cut("wait_event = 'SyncRep'")
            time.sleep(0.1)


def connections_exhausted(stack: Stack, seconds: float) -> None:
    with stack.postgres.exhausted():
        time.sleep(seconds)


def database_full(stack: Stack, seconds: float) -> None:
    with stack.postgres.full("residents_resident"):
        time.sleep(seconds)


def disk_full(stack: Stack, seconds: float) -> None:
    with stack.full_disk("web", "worker", "heavy"):
        time.sleep(seconds)


def workers_killed(stack: Stack, seconds: float) -> None:
    """Those that do the work, by kill -9; Celery starts others."""
    for part in ("worker", "heavy"):
        for pid in stack.processes[part][1:]:
            os.kill(pid, signal.SIGKILL)


KINDS: tuple[Fault, ...] = (
    redis_stopped,
    redis_hung,
    redis_full,
    redis_flushed,
    postgres_restarted,
    commits_not_answered,
    connections_exhausted,
    database_full,
    disk_full,
    workers_killed,
)


def drawn(seed: int, count: int) -> list[tuple[Fault, float]]:
    """So many faults, with how long each lasts."""
    draw = random.Random(seed)
    kinds = [KINDS[number % len(KINDS)] for number in range(count)]
    draw.shuffle(kinds)
    return [(kind, draw.uniform(SHORTEST, LONGEST)) for kind in kinds]
