"""The product as bin/run starts it, with the demo account, on engines that can be hurt."""

import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.engines import SECONDS, Postgres, Valkey
from tests.faults.library import environment, start, steps

UNFINISHED = "SELECT count(*) FROM jobs_job WHERE state IN ('waiting', 'running')"


class Stack:
    def __init__(self, var: Path, **settings: str) -> None:
        made = environment.secrets_of(var)
        self.var, self.settings = var, settings
        self.postgres = Postgres(var, made["HAINA_POSTGRES_PASSWORD"], durable=True)
        self.valkey = Valkey(var, made["HAINA_VALKEY_PASSWORD"], durable=True)
        self.product = start.Product(var)
        self.address, self.env = "", {}

    def start(self) -> None:
        for engine in (self.postgres, self.valkey):
            engine.begin()
            assert engine.becomes_ready(SECONDS), engine.failure()
        engines = {"DATABASE_URL": self.postgres.address, "REDIS_URL": self.valkey.address}
        self.env = environment.environment(self.var, engines) | self.settings
        self.address = self.product.start(self.env).rstrip("/")
        for worker in self.product.workers.values():
            assert steps.wait_until(lambda log=worker.log: " ready." in log.read_text(), SECONDS)

    def stop(self) -> None:
        self.product.stop()
        for engine in (self.valkey, self.postgres):
            engine.stop()
            engine.remove()

    @property
    def processes(self) -> dict[str, list[int]]:
        """The process ids of each part of the product, children included."""
        daemons = {daemon.name: daemon for daemon in self.product.daemons}
        return {name: family(daemon.facts["pid"]) for name, daemon in daemons.items()}

    @contextmanager
    def workers_asleep(self) -> Iterator[None]:
        """What is rung for meanwhile waits in the sockets of the workers."""
        pids = [worker.facts["pid"] for worker in self.product.workers.values()]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def logged_by_workers(self, text: str) -> int:
        """How often, since they were started."""
        return sum(each.log.read_text().count(text) for each in self.product.workers.values())

    def states(self, jobs: list[int]) -> list[str]:
        query = "SELECT state FROM jobs_job WHERE id = ANY(%s) ORDER BY id"
        return [state for (state,) in self.postgres.query(query, jobs)]

    def until_done(self, jobs: list[int], seconds: float) -> bool:
        wanted = ["done"] * len(jobs)
        return steps.wait_until(lambda: self.states(jobs) == wanted, seconds)

    def comes_to_rest(self, seconds: float) -> bool:
        """Until all jobs have ended."""
        return steps.wait_until(lambda: self.postgres.query(UNFINISHED) == [(0,)], seconds)

    @contextmanager
    def full_disk(self, *parts: str) -> Iterator[None]:
        """No file of these parts of the product takes another byte. It is a limit of their
        processes rather than of a disk, which would take root's rights to make."""
        self.limit(parts, 0)
        try:
            yield
        finally:
            self.limit(parts, resource.RLIM_INFINITY)

    def limit(self, parts: tuple[str, ...], most: int) -> None:
        for pid in [pid for part in parts for pid in self.processes[part]]:
            with suppress(ProcessLookupError):  # a child that has read its file
                _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").glob("*/children")
        for child in task.read_text().split()
    ]
    return [pid, *(each for child in children for each in family(child))]


@contextmanager
def running(**settings: str) -> Iterator[Stack]:
    folder = Path(tempfile.mkdtemp(prefix="haina-faults-"))
    folder.chmod(0o711)  # the user of PostgreSQL has to pass through
    stack = Stack(environment.prepare_var(folder), **settings)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
