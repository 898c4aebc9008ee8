"""The id of a request, and the one line that it leaves in the log."""

import errno
import json
import logging
import subprocess
import sys
import threading

import pytest

from haina.health.metrics import REQUESTS
from haina.jobs import queue
from haina.lib.logs import JsonLines, about_request
from tests import make
from tests.architecture.sources import ROOT
from tests.jobs import kinds  # noqa: F401 - registers the kind that breaks
from tests.jobs.processes import environment

GIVEN = "0b5e1f7a-3c52-4b7e-9d3a-6f0c9be2a111"


@pytest.fixture
def lines():
    """What is logged meanwhile, as it stands in a JSON log."""
    found: list[dict] = []

    class Kept(logging.Handler):
        def emit(self, record):
            found.append(json.loads(self.format(record)))

    handler = Kept()
    handler.setFormatter(JsonLines())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield found
    root.removeHandler(handler)
    root.setLevel(before)


def accesses(lines) -> list[dict]:
    return [line for line in lines if line["logger"] == "haina.access"]


def test_a_request_leaves_one_line(sign_in, creator, lines):
    response = sign_in(creator).get("/fengniao/residents/?q=13800000000")

    (line,) = accesses(lines)
    assert line["level"] == "INFO"
    assert line["request_id"] == response.headers["X-Request-ID"]
    facts = {name: line[name] for name in ("method", "route", "status", "account")}
    account = creator.account_id
    assert facts == {"method": "GET", "route": "residents:list", "status": 200, "account": account}
    assert line["ms"] >= 0


def test_what_was_done_stands_when_it_cannot_be_counted(sign_in, creator, lines, monkeypatch):
    """The file of this process's counts is full, which no test can make of a file in memory."""

    def full(*values, **labels):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(REQUESTS, "labels", full)

    assert sign_in(creator).get("/fengniao/residents/").status_code == 200
    assert [line["level"] for line in accesses(lines)] == ["WARNING", "INFO"]


def test_neither_path_nor_query_are_in_it(client, db, lines):
    client.get("/fengniao/13800000000/?q=金丝雀")

    (line,) = accesses(lines)
    assert (line["route"], line["account"]) == ("", None)
    assert "13800000000" not in str(line)
    assert "金丝雀" not in str(line)


def test_a_method_of_the_visitors_own_is_not_repeated(client, db, lines):
    client.generic("CANARY", "/sign-in/")

    assert accesses(lines)[0]["method"] == "other"


@pytest.mark.parametrize(("path", "status"), [("/metrics", 404), ("/sign-out/", 405)])
def test_refusals_leave_one_too(client, db, lines, path, status):
    response = client.get(path)

    assert [line["status"] for line in accesses(lines)] == [status]
    assert len(response.headers["X-Request-ID"]) == 32


def test_an_id_of_our_proxy_is_kept(client, db, settings):
    settings.TRUSTED_PROXIES = 1
    response = client.get("/healthz", headers={"x-request-id": GIVEN})

    assert response.headers["X-Request-ID"] == GIVEN.replace("-", "")


@pytest.mark.parametrize(
    ("proxies", "given"),
    [(0, GIVEN), (1, ""), (1, "13800000000"), (1, GIVEN + "\n"), (1, GIVEN + "0"), (1, "金" * 32)],
)
def test_any_other_is_replaced(client, db, settings, proxies, given):
    settings.TRUSTED_PROXIES = proxies
    first, second = (
        client.get("/healthz", headers={"x-request-id": given}).headers["X-Request-ID"]
        for _again in range(2)
    )

    assert first != second
    assert given.replace("-", "").strip() not in {first, second} or not given


def test_what_is_logged_meanwhile_has_the_id_and_nothing_afterwards(lines):
    logger = logging.getLogger("haina.of_test")
    with about_request("a" * 32):
        logger.info("within")
        other = threading.Thread(target=logger.info, args=["beside"])
        other.start()
        other.join()
    logger.info("after")

    ours = [(line["message"], line["request_id"]) for line in lines]
    assert ours == [("within", "a" * 32), ("beside", "-"), ("after", "-")]


def test_a_job_logs_under_the_id_of_the_request_that_asked_for_it(creator, lines):
    job = make.job(creator, kind="tests.break", request_id="b" * 32)

    queue.run(job.pk)

    (line,) = [line for line in lines if line["level"] == "ERROR"]
    assert line["request_id"] == "b" * 32
    assert "ZeroDivisionError" in line["exception"]


def test_an_exception_is_one_line_without_its_message(lines):
    said = "金丝雀 " + "1380000" * 2
    try:
        raise ValueError(said)
    except ValueError:
        logging.getLogger("haina.of_test").exception("it broke")

    (line,) = lines
    assert line["message"] == "it broke"
    assert "ValueError" in line["exception"]
    assert said not in str(line)


def test_the_setting_makes_every_line_an_object():
    told = "import logging; logging.getLogger('haina').warning('two\\nlines')"
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", told]
    env = environment(LOG_FORMAT="json")

    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)

    (line,) = map(json.loads, ended.stderr.splitlines())
    assert (line["level"], line["message"]) == ("WARNING", "two\nlines")
