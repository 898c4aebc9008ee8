"""The set-up of a clone: packages, translations, front-end assets, static files; what is up to date
is skipped.

One set-up runs at a time; bin/run, bin/test and bin/manage may be started together in a new clone.
"""

import contextlib
import fcntl
from pathlib import Path

from assets import build_assets
from environment import environment, secrets_of
from languages import compile_catalogues
from packages import LOCK, install_packages
from static import collect_static
from steps import BUILD, say


def set_up(var: Path, *, static: bool = True, lock: Path = LOCK) -> None:
    """Bring the clone up to date; lint and checks can do without the collected static files."""
    with one_at_a_time():
        secrets_of(var)
        install_packages(lock)
        compile_catalogues()
        build_assets()
        if static:
            collect_static(environment(var, {}))


@contextlib.contextmanager
def one_at_a_time():
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up in this clone")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
