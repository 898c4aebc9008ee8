"""A command that has the terminal: its input, its output and its Ctrl-C."""

import contextlib
import signal
import subprocess
import sys

from steps import ROOT


def in_foreground(command: list, env: dict, *, end_with: int = signal.SIGTERM) -> int:
    """Run it to its end and return its exit code; a SIGTERM is passed on as `end_with`.

    A terminal sends Ctrl-C to the command by itself, and some commands (a shell) go on after it.
    """
    process, early = None, []

    def pass_on(number, frame) -> None:
        if number == signal.SIGINT and sys.stdin.isatty():
            return
        if process is None:
            early.append(number)
        else:
            process.send_signal(end_with)

    with handled_by(pass_on):
        process = subprocess.Popen([str(part) for part in command], env=env, cwd=ROOT)
        if early:
            process.send_signal(end_with)
        code = process.wait()
    return code if code >= 0 else 128 - code


@contextlib.contextmanager
def handled_by(handler):
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
