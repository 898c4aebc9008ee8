"""Seconds and memory of one piece of work, told as one line of JSON."""

import json
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

PAUSE = 0.02


def tell(found: dict) -> None:
    sys.stdout.write(json.dumps(found) + "\n")


def peak_of(pid: str) -> float:
    """The most memory that a process has had since it was started, in MB; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines.get("VmHWM", "0 kB").split()[0]) / 1024


def children() -> list[str]:
    """Those that run a program of their own: until then a child is a copy of this process."""
    tasks = Path("/proc/self/task").glob("*/children")
    pids = [pid for task in tasks for pid in task.read_text().split()]
    return [pid for pid in pids if program_of(pid) != program_of("self")]


def program_of(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


class Watch:
    """The seconds of a block; the peak of this process and that of its largest child together.
    rusage would not do: a child's begins with the size of its parent."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.child = 0.0

    def look(self) -> None:
        while not self.stopped.wait(PAUSE):
            self.child = max([self.child, *map(peak_of, children())])

    def found(self) -> dict[str, float]:
        peak = peak_of("self")
        return {
            "seconds": self.seconds,
            "peak MB": peak + self.child,
            "added MB": peak - self.before + self.child,
        }


@contextmanager
def watch():
    watched = Watch()
    watched.before = peak_of("self")
    watched.thread.start()
    began = time.perf_counter()
    try:
        yield watched
    finally:
        watched.seconds = time.perf_counter() - began
        watched.stopped.set()
        watched.thread.join()
