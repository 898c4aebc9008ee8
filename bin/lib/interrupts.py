"""Ctrl-C, SIGTERM and a closed terminal become an exception, but only where it does no harm.

Inside `deferred()` a signal waits until the block is over. Starting a process and cleaning up are
such blocks: an exception in the middle of them would leave a process behind. It is raised as the
block ends, so whoever starts something does it inside the `try` that cleans it up.
"""

import contextlib
import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _State:
    depth = 0
    waiting: int | None = None


def listen() -> None:
    for number in SIGNALS:
        signal.signal(number, _arrived)


def _arrived(number, frame) -> None:
    if _State.depth:
        _State.waiting = number
    else:
        raise Interrupted(number)


@contextlib.contextmanager
def deferred():
    _State.depth += 1
    try:
        yield
    finally:
        _State.depth -= 1
        if _State.waiting is not None and not _State.depth:
            number, _State.waiting = _State.waiting, None
            raise Interrupted(number)
