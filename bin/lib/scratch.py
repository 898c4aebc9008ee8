"""A var directory of its own for tests and checks: nothing in it outlives the command."""

import contextlib
import shutil
import tempfile
from pathlib import Path

import interrupts
from engines import Engines
from environment import environment, prepare_var


@contextlib.contextmanager
def scratch_var():
    var = Path(tempfile.mkdtemp(prefix="haina-"))
    var.chmod(0o711)  # the user of PostgreSQL has to pass through
    try:
        yield prepare_var(var)
    finally:
        with interrupts.deferred():
            shutil.rmtree(var, ignore_errors=True)


@contextlib.contextmanager
def scratch_environment(var: Path):
    """Engines that need not survive a power cut, and the environment that points at them."""
    engines = Engines(var, durable=False)
    try:
        with engines.up() as addresses:
            yield environment(var, addresses)
    finally:
        with interrupts.deferred():
            engines.remove()
