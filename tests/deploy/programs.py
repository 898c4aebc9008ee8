"""Debian's own Python, PostgreSQL and Redis: what is there or, for root, installed by apt."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

NAMES = ["python3-venv", "postgresql", "redis-server"]
INSTALL = ["apt-get", "install", "-qq", "--no-install-recommends", *NAMES]
PYTHON = Path("/usr/bin/python3")
CAN_MAKE_VENVS = "import sys, ensurepip; sys.exit(sys.version_info < (3, 11))"
STARTS_NOTHING = Path("/usr/sbin/policy-rc.d")


def found() -> dict[str, Path] | None:
    """Python, and the folders of PostgreSQL's and of Redis' programs."""
    postgres = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    redis = shutil.which("redis-server")
    if not postgres or redis is None or not PYTHON.exists():
        return None
    if subprocess.run([PYTHON, "-c", CAN_MAKE_VENVS], check=False, capture_output=True).returncode:
        return None
    return {"python": PYTHON, "postgres": postgres[-1].parent, "redis": Path(redis).parent}


def installed() -> dict[str, Path]:
    """As found(); where that is nothing and cannot be helped, the test is skipped and says why."""
    if there := found():
        return there
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        pytest.skip(f"{', '.join(NAMES)} are missing, and only root can install them")
    with no_service_starts():
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=env, check=False)
        ended = subprocess.run(INSTALL, env=env, check=False, capture_output=True, text=True)
    return found() or pytest.skip(f"apt-get did not install {', '.join(NAMES)}: {ended.stderr}")


@contextmanager
def no_service_starts():
    """Debian starts servers as soon as they are installed, unless this file forbids it."""
    ours = not STARTS_NOTHING.exists()
    if ours:
        STARTS_NOTHING.write_text("#!/bin/sh\nexit 101\n")
        STARTS_NOTHING.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            STARTS_NOTHING.unlink()
