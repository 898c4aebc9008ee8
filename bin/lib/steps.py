"""What every part of bin/lib needs: the place of the clone, saying, failing, running a command.

Everything is said on stderr: the stdout of bin/manage belongs to the command.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import interrupts

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"


class Stop(Exception):
    """Ends the program with a sentence and, if there is one, the output that explains it."""


def say(sentence: str) -> None:
    sys.stderr.write(f"haina: {sentence}\n")
    sys.stderr.flush()


def run(command: list, what: str, *, feed: str = "", **options) -> str:
    """Run a command of the set-up quietly; show what it printed only if it fails.

    It gets a process group of its own, so that an interruption also ends its grandchildren (npm).
    """
    options = {"cwd": ROOT, "start_new_session": True, **options}
    process = None
    try:
        with interrupts.deferred():
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                **options,
            )
        output, _ = process.communicate(feed)
    finally:
        if process is not None and process.poll() is None:
            with interrupts.deferred():
                end(process)
    if process.returncode:
        raise Stop(f"{what} failed\n{tail(output)}")
    return output


def succeeds(command: list, **options) -> bool:
    try:
        run(command, "asking", **options)
    except (Stop, OSError):
        return False
    return True


def end(process: subprocess.Popen, patience: float = 5) -> None:
    """End a process group, politely at first."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tail(text: str, lines: int = 30) -> str:
    return "\n".join(text.rstrip().splitlines()[-lines:])


def wait_until(condition, seconds: float, pause: float = 0.02) -> bool:
    """Ask again and again; False if the answer was no for that long."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def begin(main) -> None:
    """Run a program of bin/lib: its exit code, or one clear line instead of a traceback."""
    interrupts.listen()
    try:
        code = main(sys.argv[1:])
    except interrupts.Interrupted as interrupted:
        code = 128 + interrupted.number
    except Stop as stop:
        say(str(stop))
        code = 1
    sys.exit(code)
