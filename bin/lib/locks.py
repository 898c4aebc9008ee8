"""bin/lock: write the lock files anew from pyproject.toml and package.json.

The lock files hold hashes and no registry's address. Run it after a change of the dependencies, or
with --upgrade for newer versions of all of them.
"""

import contextlib
import shutil
from pathlib import Path

from assets import NPM_FILES, npm
from packages import PIP, PYTHON, install_packages
from steps import BUILD, ROOT, begin, run

UNIVERSAL = ["--universal", "--python-version=3.11", "--generate-hashes"]
PLAIN = ["--no-emit-index-url", "--no-header", "--quiet"]
LOCKS = {
    "production.txt": ["pyproject.toml"],
    "development.txt": [
        *["pyproject.toml", "--group=embedded", "--group=test", "--group=lint", "--group=sentry"],
        "--constraint=requirements/production.txt",
    ],
    "sentry.txt": [
        *["pyproject.toml", "--group=sentry"],
        "--constraint=requirements/production.txt",
    ],
    "assets.txt": ["--group=assets"],
    "bench.txt": [
        *["pyproject.toml", "--group=bench"],
        "--constraint=requirements/production.txt",
    ],
}


def main(arguments: list[str]) -> int:
    install_packages()
    with workshop("uv") as place:
        lock_python(place, arguments)
    with workshop("npm") as place:
        lock_npm(place, "update" if "--upgrade" in arguments else "install")
    return 0


@contextlib.contextmanager
def workshop(name: str):
    place = BUILD / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def lock_python(place: Path, arguments: list[str]) -> None:
    run([PYTHON, *PIP, "--target", place, "uv"], "installing uv")
    for name, sources in LOCKS.items():
        output = f"--output-file=requirements/{name}"
        command = ["pip", "compile", *UNIVERSAL, *PLAIN, *sources, output, *arguments]
        run([place / "bin/uv", *command], f"locking {name}")


def lock_npm(place: Path, how: str) -> None:
    for file in NPM_FILES:
        shutil.copy(file, place)
    npm(place, how, "--package-lock-only")
    shutil.copy(place / "package-lock.json", ROOT)


if __name__ == "__main__":
    begin(main)
