"""Small values with an end that all processes share, in Redis; sealed, since tokens are among them.

When Redis does not answer it is left alone for a while, and each process shares with itself only: a
token more is fetched then, and no call fails for it.
"""

import logging
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from redis import Redis, RedisError

from haina.lib.encryption import Undecipherable, decrypt, encrypt
from haina.lib.patience import QUICK, is_left_alone, leave_alone

logger = logging.getLogger(__name__)

RELEASE = """
if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end
return 0
"""


class InRedis:
    def __init__(self, url: str) -> None:
        self.redis = Redis.from_url(url, **QUICK)

    def get(self, key: str) -> str:
        sealed = self.redis.get(key)
        try:
            return decrypt(sealed) if sealed else ""
        except Undecipherable:  # the keys were changed, or somebody else wrote it
            return ""

    def put(self, key: str, value: str, seconds: int) -> None:
        self.redis.set(key, encrypt(value), ex=seconds)

    def drop(self, key: str) -> None:
        self.redis.delete(key)

    def claim(self, key: str, mark: str, seconds: int) -> bool:
        return bool(self.redis.set(key, mark, nx=True, ex=seconds))

    def release(self, key: str, mark: str) -> None:
        self.redis.eval(RELEASE, 1, key, mark)


class InProcess:
    """The same for the threads of one process."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[str, float]] = {}
        self.mutex = threading.Lock()

    def get(self, key: str) -> str:
        value, until = self.values.get(key, ("", 0))
        return value if time.monotonic() < until else ""

    def put(self, key: str, value: str, seconds: int) -> None:
        self.values[key] = value, time.monotonic() + seconds

    def drop(self, key: str) -> None:
        self.values.pop(key, None)

    def claim(self, key: str, mark: str, seconds: int) -> bool:
        with self.mutex:
            if free := not self.get(key):
                self.put(key, mark, seconds)
            return free

    def release(self, key: str, mark: str) -> None:
        with self.mutex:
            if self.get(key) == mark:
                self.drop(key)


class Shared:
    """Asks Redis, and the process itself while Redis is away. Never raises RedisError."""

    def __init__(self, url: str) -> None:
        self.redis, self.process = InRedis(url), InProcess()

    def get(self, key: str) -> str:
        return self.ask("get", key)

    def put(self, key: str, value: str, *, seconds: int) -> None:
        self.ask("put", key, value, seconds)

    def drop(self, key: str) -> None:
        self.ask("drop", key)

    @contextmanager
    def turn(self, key: str, *, seconds: int, patience: float) -> Iterator[bool]:
        """One at a time. False: somebody else had it for as long as we had patience. A process
        that dies in its turn holds it for `seconds`."""
        mark, stop = secrets.token_hex(16), time.monotonic() + patience
        while not (mine := self.ask("claim", key, mark, seconds)) and time.monotonic() < stop:
            time.sleep(0.05)
        try:
            yield mine
        finally:
            if mine:
                self.ask("release", key, mark)

    def ask(self, what: str, *values):
        if not is_left_alone():
            try:
                return getattr(self.redis, what)(*values)
            except RedisError as error:
                leave_alone()
                logger.warning("tokens are not shared for now: %s", type(error).__name__)
        return getattr(self.process, what)(*values)


by_url: dict[str, Shared] = {}


def shared() -> Shared:
    """One for all threads, also for those that ask first at the same moment."""
    url = settings.REDIS_URL
    return by_url.get(url) or by_url.setdefault(url, Shared(url))
