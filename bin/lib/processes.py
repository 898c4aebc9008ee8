"""Long-running processes that are found again, even when whoever started them was killed.

Each has a record, var/run/NAME, and inherits the lock on it. So the lock is free exactly when the
process and all its children are gone, and while it is not, the process id in the record is still
theirs: there is no such thing as a stale record.
"""

import contextlib
import fcntl
import json
import os
import re
import signal
import subprocess
from pathlib import Path

import interrupts
from steps import Stop, tail, wait_until

PATIENCE = 10
LOG_BYTES = 10_000_000
ERROR = re.compile(r"\b(ERROR|CRITICAL)\b")


class Daemon:
    def __init__(self, name: str, var: Path) -> None:
        self.name = name
        self.record = var / "run" / name
        self.log = var / "log" / f"{name}.log"
        self.process: subprocess.Popen | None = None
        self.shown = 0  # bytes of the log

    @property
    def running(self) -> bool:
        """Does it do its work? Of a process that somebody else started, only `alive` is known."""
        return self.alive if self.process is None else self.process.poll() is None

    @property
    def alive(self) -> bool:
        """Is it there, or any of its children?"""
        try:
            with self.record.open() as record:
                fcntl.flock(record, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    @property
    def facts(self) -> dict:
        """What was recorded at the start: the process id and, of a server, its port."""
        with contextlib.suppress(OSError, ValueError):
            return json.loads(self.record.read_text())
        return {}

    @property
    def ready(self) -> bool:
        return self.running

    def becomes_ready(self, seconds: float) -> bool:
        """Wait for it, but not for one that has ended."""
        wait_until(lambda: self.ready or not self.running, seconds)
        return self.running and self.ready

    def start(
        self, command: list, *, pass_fds: tuple[int, ...] = (), port: int = 0, **options
    ) -> None:
        with interrupts.deferred(), self.record.open("a+") as record, self.open_log() as log:
            lock(record, self.name)
            self.process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(record.fileno(), *pass_fds),
                **options,
            )
            record.truncate(0)
            json.dump({"pid": self.process.pid, "port": port}, record)

    def open_log(self):
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(0o600)
        self.shown = self.log.stat().st_size
        return self.log.open("a")

    def new_errors(self) -> list[str]:
        """The lines that the log calls an error, since the start or since this was asked last."""
        with self.log.open("rb") as log:
            log.seek(self.shown)
            lines = [line for line in log if line.endswith(b"\n")]
        self.shown += sum(map(len, lines))
        return [text for line in lines if ERROR.search(text := line.decode(errors="replace"))]

    def ask(self, politely: int = signal.SIGTERM) -> None:
        """Ask the process alone: it knows how to end its children.

        A Celery child that got the signal would drop its task.
        """
        if self.alive and (pid := self.facts.get("pid")) and not sent(os.kill, pid, politely):
            sent(os.killpg, pid, signal.SIGKILL)  # it is gone, and has left children

    def finish(self) -> None:
        """Wait until it has ended, and after ten seconds end it with all its children."""
        if not wait_until(lambda: not self.alive, PATIENCE) and (pid := self.facts.get("pid")):
            sent(os.killpg, pid, signal.SIGKILL)
            wait_until(lambda: not self.alive, PATIENCE)
        if self.process is not None:
            self.process.wait(PATIENCE)

    def stop(self, politely: int = signal.SIGTERM) -> None:
        self.ask(politely)
        self.finish()

    def failure(self) -> Stop:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return Stop(f"{self.name} has ended; the end of {self.log}:\n{tail(text)}")


def sent(kill, pid: int, number: int) -> bool:
    try:
        kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def lock(record, name: str) -> None:
    """Whoever asks if the process is alive holds the lock for a moment, so try for a while."""

    def taken() -> bool:
        try:
            fcntl.flock(record, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    if not wait_until(taken, seconds=2):
        raise Stop(f"{name} of an earlier start is still there, see {record.name}")
