"""PostgreSQL and Valkey for as long as somebody needs them.

bin/run and any number of bin/manage share one pair: whoever comes first starts it, whoever leaves
last ends it. Every user holds a shared lock on var/run/users, which a killed one loses by itself;
whoever can take it alone was the last. Engines that a killed user left behind are taken over.

Where DATABASE_URL or REDIS_URL is set, that server is used and nothing is started for it.
"""

import contextlib
import fcntl
import os
from pathlib import Path

import interrupts
from environment import secrets_of
from postgres import Postgres
from valkey import Valkey

SECONDS = 60  # a database that was killed may have to recover


class Engines:
    def __init__(self, var: Path, *, durable: bool = True) -> None:
        self.var, self.durable = var, durable
        self.run = var / "run"
        self.needed: dict[str, Postgres | Valkey] = {}

    def choose(self) -> None:
        made, durable = secrets_of(self.var), self.durable
        if not os.environ.get("DATABASE_URL"):
            password = made["HAINA_POSTGRES_PASSWORD"]
            self.needed["DATABASE_URL"] = Postgres(self.var, password, durable=durable)
        if not os.environ.get("REDIS_URL"):
            password = made["HAINA_VALKEY_PASSWORD"]
            self.needed["REDIS_URL"] = Valkey(self.var, password, durable=durable)

    @contextlib.contextmanager
    def up(self):
        """The addresses of the engines, which run until the block is over."""
        with (self.run / "users").open("w") as users:
            try:
                with self.changing():
                    fcntl.flock(users, fcntl.LOCK_SH)
                    self.choose()
                    self.start()
                yield {name: engine.address for name, engine in self.needed.items()}
            finally:
                with interrupts.deferred(), self.changing():
                    self.stop_if_last(users)

    @contextlib.contextmanager
    def changing(self):
        """Only one process at a time starts or ends engines."""
        with (self.run / "engines").open("w") as mutex:
            fcntl.flock(mutex, fcntl.LOCK_EX)
            yield

    def start(self) -> None:
        for engine in self.needed.values():
            if engine.alive and not engine.becomes_ready(SECONDS):
                engine.end()
            if not engine.alive:
                engine.begin()
        for engine in self.needed.values():
            if not engine.becomes_ready(SECONDS):
                raise engine.failure()

    def stop_if_last(self, users) -> bool:
        fcntl.flock(users, fcntl.LOCK_UN)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        for engine in reversed(self.needed.values()):
            engine.end()
        return True

    def stop_orphans(self) -> bool:
        """End engines that run although all their users were killed. True if there were any."""
        with (self.run / "users").open("w") as users, self.changing():
            self.choose()
            # Whoever starts engines becomes a user first, so running and unused means left behind.
            alive = any(engine.alive for engine in self.needed.values())
            return alive and self.stop_if_last(users)

    def watch(self) -> None:
        for engine in self.needed.values():
            if not engine.running:
                raise engine.failure()

    def remove(self) -> None:
        for engine in self.needed.values():
            engine.remove()
