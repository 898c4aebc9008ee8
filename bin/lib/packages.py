"""The virtual environment .venv with the hash-locked packages of requirements/development.txt,
and another one with those that bin/bench measures the product against.

The registry is pip's own choice (pip.conf, PIP_INDEX_URL). Programs are started as `python -m`:
console scripts would break on a clone whose path is long, has spaces, or was moved.
"""

import os
import shutil
import sys
from pathlib import Path

from stamps import Stamp, digest
from steps import BUILD, ROOT, Stop, run, say, succeeds

VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
PEERS = BUILD / "peers"
LOCK = ROOT / "requirements/development.txt"
PEERS_LOCK = ROOT / "requirements/bench.txt"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
HAS_PIP = f"import sys, pip; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
PIP = ["-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
LOCKED = [*PIP, "--require-hashes", "--only-binary=:all:"]


def install_packages(lock: Path = LOCK) -> None:
    install(VENV, lock)


def install_peers() -> None:
    install(PEERS, PEERS_LOCK)


def install(venv: Path, lock: Path) -> None:
    python = venv / "bin/python"
    stamp = Stamp(venv / ".stamp", digest([lock], VERSION))
    if stamp.fresh and works(python):
        return

    if not works(python):
        say(f"making {venv.relative_to(ROOT)}")
        make_venv(venv)
    say(f"installing the packages of {lock.relative_to(ROOT)}")
    run([python, *LOCKED, "--requirement", lock], "pip install")
    stamp.write()


def works(python: Path) -> bool:
    """A Python of this version with pip: not one that was interrupted or lost its interpreter."""
    return succeeds([python, "-c", HAS_PIP])


def make_venv(venv: Path) -> None:
    # Debian ships Python without ensurepip; its package python3.N-venv brings it.
    if not succeeds([sys.executable, "-c", "import ensurepip"]):
        install_debian(f"python{VERSION}-venv")
    run([sys.executable, "-m", "venv", "--clear", venv], f"making {venv.name}")


def install_debian(*packages: str) -> None:
    """Install Debian packages, or say which line somebody with the right to do so has to type."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Stop(
            f"please install {' '.join(packages)}: sudo apt-get install {' '.join(packages)}"
        )
    say(f"installing {' '.join(packages)} with apt-get")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], "apt-get update", env=env)
    command = ["apt-get", "install", "-qq", "--no-install-recommends", *packages]
    run(command, "apt-get install", env=env)
