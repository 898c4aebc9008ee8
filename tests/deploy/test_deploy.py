"""The commands of Dockerfile and compose.yaml, run without Docker: against Debian's own PostgreSQL
and Redis, as an unprivileged user, with the settings of production."""

import base64
import json
import os
import secrets
import tempfile
from pathlib import Path

import psycopg
import pytest

from tests.architecture.test_sources import documented
from tests.deploy import recipe
from tests.deploy.engines import make_database, start_postgres, start_redis
from tests.deploy.machine import Machine, nobody
from tests.deploy.programs import installed
from tests.deploy.visitor import HOST, Visitor, text_of
from tests.jobs.processes import wait_until
from tests.residents.imports.workbooks import FOUR, book

PASSWORDS = {name: secrets.token_hex(16) for name in ("POSTGRES_PASSWORD", "HAINA_APP_PASSWORD")}
SERVICES = recipe.compose(PASSWORDS)
LONG_RUNNING = ("web", "worker-light", "worker-heavy", "beat")
CHECK = ["python", "manage.py", "check", "--deploy", "--fail-level=WARNING"]
SILENT = "System check identified no issues (0 silenced).\n"
OPEN = ["open_account", "--slug", "fengniao", "--name", "蜂鸟小区", "--creator", "ma.jingli"]
ADD = ["create_community", "--account", "fengniao", "--name", "腾讯小区"]
START, END = 90, 30  # seconds on a busy machine

pytestmark = pytest.mark.deploy


def haina_env() -> dict[str, str]:
    """.env.example, filled in as docs/operations.md says."""
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    made = {"SECRET_KEY": secrets.token_urlsafe(48), "HAINA_ENCRYPTION_KEYS": key}
    made |= {"HAINA_HASH_KEY": secrets.token_hex(32), "METRICS_TOKEN": secrets.token_hex(16)}
    return documented() | made | {"ALLOWED_HOSTS": HOST, "HAINA_BASE_URL": f"https://{HOST}"}


@pytest.fixture
def machine():
    programs = installed()
    folder = Path(tempfile.mkdtemp(prefix="haina-deploy-"))
    folder.chmod(0o711)
    machine = Machine(folder, programs, haina_env())
    yield machine
    machine.remove()


def test_what_the_container_files_run_is_the_product(machine, tmp_path):
    machine.copy_sources()
    machine.build()
    start_engines(machine)
    machine.run(SERVICES["migrate"])
    start_product(machine)

    assert machine.run(SERVICES["web"], CHECK) == SILENT
    nobody_has_rights(machine)
    the_application_owns_nothing(machine)
    an_import_is_done(machine, tmp_path)
    a_back_up_is_made(machine)
    everything_ends_when_asked_to(machine)


def start_engines(machine: Machine) -> None:
    start_postgres(machine, SERVICES["postgres"])
    start_redis(machine, SERVICES["redis"])
    for name in ("postgres", "redis"):
        assert wait_until(lambda: machine.is_well(SERVICES[name]), START), machine.log(name)  # noqa: B023
    make_database(machine, SERVICES["postgres"])


def start_product(machine: Machine) -> None:
    for name in LONG_RUNNING:
        service = SERVICES[name]
        machine.start(name, recipe.command_of(service), machine.environment(service))
    visitor = Visitor(machine.ports["web"])

    def is_ready() -> bool:
        try:
            return visitor.get("/readyz").status_code == 200
        except OSError:
            return False

    assert wait_until(is_ready, START, pause=0.5), "".join(map(machine.log, LONG_RUNNING))
    assert [name for name in LONG_RUNNING if not machine.is_well(SERVICES[name])] == []


def nobody_has_rights(machine: Machine) -> None:
    owners = {Path(f"/proc/{each.pid}").stat().st_uid for each in machine.running.values()}

    assert owners == {nobody().get("user", os.geteuid())}
    assert owners != {0}


def the_application_owns_nothing(machine: Machine) -> None:
    address = machine.environment(SERVICES["web"])["DATABASE_URL"]
    for statement in (
        "UPDATE accounts_auditentry SET action = 'x'",
        "ALTER TABLE residents_resident DISABLE TRIGGER ALL",
        "TRUNCATE residents_resident CASCADE",
    ):
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with psycopg.connect(address) as connection, refused:
            connection.execute(statement)


def an_import_is_done(machine: Machine, folder: Path) -> None:
    """By the workers, and seen by the manager who sent the workbook."""
    answer = manage(machine, *OPEN, "--json")
    community = manage(machine, *ADD, "--levels", "栋,单元,房间号", "--json")
    visitor = Visitor(machine.ports["web"])
    visitor.sign_in(answer["creator"], answer["password"])

    file = book(folder / "住户.xlsx", FOUR).read_bytes()
    told = {"community": community["id"], "once": "0" * 16}
    sent = visitor.post("/fengniao/residents/import/", told, file=("住户.xlsx", file))
    assert sent.status_code == 302, text_of(sent)
    page = sent.headers["Location"]

    def has_come() -> bool:
        return "新增住户4" in text_of(visitor.get(page))

    assert wait_until(has_come, START, pause=0.5), text_of(visitor.get(page))
    assert "张三" in visitor.get("/fengniao/residents/").text


def a_back_up_is_made(machine: Machine) -> None:
    """By the role of the application, beside all that runs."""
    manage(machine, "backup", str(machine.files), "--json")

    assert (next(machine.files.glob("haina-*")) / "manifest.json").exists()


def manage(machine: Machine, *arguments: str) -> dict:
    return json.loads(machine.run(SERVICES["web"], ["python", "manage.py", *arguments]))


def everything_ends_when_asked_to(machine: Machine) -> None:
    for name in (*LONG_RUNNING, "redis"):
        assert machine.stop(name, END) == 0, machine.log(name)
    assert machine.stop("postgres", END) == 0, machine.log("postgres")
