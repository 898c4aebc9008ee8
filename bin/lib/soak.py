"""bin/test --soak: minutes of work with faults, on engines of its own (tests/soak)."""

import signal
from pathlib import Path

from environment import environment
from foreground import in_foreground
from interrupts import deferred
from orphans import adopt, end_adopted
from packages import PYTHON

SOAK = "--soak"


def soak(arguments: list[str], var: Path) -> int:
    """Its exit code; nothing that it started outlives it."""
    told = [word for word in arguments if word != SOAK]
    adopt()
    try:
        command = [PYTHON, "-W", "ignore", "-m", "tests.soak", *told]
        return in_foreground(command, environment(var, {}), end_with=signal.SIGINT)
    finally:
        with deferred():
            end_adopted()
