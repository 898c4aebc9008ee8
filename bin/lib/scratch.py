"""A var directory of its own for tests and checks: nothing in it outlives the command."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

import interrupts
from engines import Engines
from environment import environment, prepare_var
from orphans import adopt, end_adopted

PREFIX = "haina-scratch-"


@contextlib.contextmanager
def scratch_var():
    sweep()
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name:
        var = Path(name)
        var.chmod(0o711)  # the user of PostgreSQL has to pass through
        yield prepare_var(var)


@contextlib.contextmanager
def scratch_environment(var: Path):
    """Engines that need not survive a power cut, and the environment that points at them.

    Nothing that was started in it outlives it.
    """
    engines = Engines(var, durable=False)
    adopt()
    try:
        with engines.up() as addresses:
            yield environment(var, addresses)
    finally:
        with interrupts.deferred():
            end_adopted()
            engines.remove()


def sweep() -> None:
    """End and remove what a killed bin/test left behind."""
    for run in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/run"):
        if run.stat().st_uid != os.geteuid():
            continue
        engines = Engines(run.parent, durable=False)
        with interrupts.deferred():
            if engines.stop_orphans():
                engines.remove()
                shutil.rmtree(run.parent, ignore_errors=True)
