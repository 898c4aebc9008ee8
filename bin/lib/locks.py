"""bin/lock: write the lock files anew from pyproject.toml and package.json.

The lock files hold hashes and no registry's address. Run it after a change of the dependencies, or
with --upgrade for newer versions of all of them.
"""

import shutil
import sys

from steps import BUILD, ROOT, begin, run

UNIVERSAL = ["--universal", "--python-version=3.11", "--generate-hashes"]
PLAIN = ["--no-emit-index-url", "--no-header", "--quiet"]
REQUIREMENTS = ROOT / "requirements"
LOCKS = {
    "production.txt": ["pyproject.toml"],
    "development.txt": [
        *["pyproject.toml", "--group=embedded", "--group=test", "--group=lint"],
        "--constraint=requirements/production.txt",
    ],
    "assets.txt": ["--group=assets"],
}


def main(arguments: list[str]) -> int:
    workshop = BUILD / "uv"
    try:
        run([sys.executable, "-m", "venv", workshop], "making a place for uv")
        run([workshop / "bin/python", "-m", "pip", "install", "--quiet", "uv"], "installing uv")
        for name, sources in LOCKS.items():
            command = ["-m", "uv", "pip", "compile", *UNIVERSAL, *PLAIN, *sources, *arguments]
            output = f"--output-file=requirements/{name}"
            run([workshop / "bin/python", *command, output], f"locking {name}")
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    run(["npm", "install", "--package-lock-only", "--ignore-scripts"], "locking the npm packages")
    return 0


if __name__ == "__main__":
    begin(main)
