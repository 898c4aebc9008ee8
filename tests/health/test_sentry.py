"""What is sent to Sentry, by a process with SENTRY_DSN to a server that keeps what it is sent."""

import gzip
import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import brotli
import pytest

from tests import make
from tests.architecture.sources import ROOT
from tests.jobs.processes import environment

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}
CANARIES = ["金丝雀", "13700007788", "440304198511080000", "canary-password"]
# A page that breaks on a row that PostgreSQL refuses and quotes, asked for with everything that a
# request can carry; then a sentence with a value in it.
BREAK = """
import logging
import django
django.setup()
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.test import Client
import haina.urls
from django.urls import path
from haina.accounts.access import PUBLIC, allow
from residents.models import Resident

@allow(PUBLIC)
def broken(request, name):
    known = Resident.objects.get(name="金丝雀")
    local_variable = "440304198511080000"
    Resident.objects.bulk_create([
        Resident(community=known.community, room=known.room, name="金丝雀", phone=known.phone,
                 identity=known.identity)
    ])

haina.urls.urlpatterns.insert(0, path("broken/<str:name>", broken))
client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
client.cookies["c"] = "canary-password"
answer = client.post("/broken/金丝雀?q=13700007788", {"password": "canary-password"},
                     headers={"authorization": "Bearer canary-password"})
print(answer.status_code, answer.headers["X-Request-ID"])
logging.getLogger("haina.of_test").error("it broke for %s", "13700007788")
import sentry_sdk
sentry_sdk.flush(20)
"""


@pytest.fixture
def received():
    """The address of the server, and what it has got."""
    bodies: list[str] = []

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bodies.append(UNPACK[self.headers["Content-Encoding"]](body).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *told):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keep)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://key@127.0.0.1:{server.server_port}/1", bodies
    server.shutdown()
    thread.join()
    server.server_close()


def run(code: str, **env) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(**env),
        capture_output=True,
        text=True,
        check=False,
    )


def lines_of(bodies: list[str]) -> list[dict]:
    return [json.loads(line) for body in bodies for line in body.splitlines()]


@pytest.mark.django_db(transaction=True)
def test_a_fault_is_told_without_anything_of_a_person(received, community):
    dsn, bodies = received
    make.resident(community, name="金丝雀", phone="+8613700007788")

    ended = run(BREAK, SENTRY_DSN=dsn)

    assert ended.stdout.startswith("500 "), ended.stderr
    request_id = ended.stdout.split()[1]
    lines = lines_of(bodies)
    assert [canary for canary in CANARIES if canary in str(lines)] == []
    fault, sentence = (line for line in lines if "logentry" in line)
    assert fault["tags"]["request_id"] == request_id
    assert fault["tags"]["constraint"] == "resident_phone_once_per_room"
    raised = fault["exception"]["values"]
    assert {"UniqueViolation", "IntegrityError"} <= {each["type"] for each in raised}
    assert any(frame["function"] == "broken" for frame in raised[-1]["stacktrace"]["frames"])
    assert sentence["logentry"]["message"] == "it broke for %s"


def test_without_the_setting_the_package_is_not_even_loaded(db):
    ended = run("import sys, django; django.setup(); print('sentry_sdk' in sys.modules)")

    assert ended.stdout == "False\n"


@pytest.mark.parametrize(
    ("dsn", "blocked", "told"),
    [
        ("no-address", "", "is not a DSN that can be read"),
        ("http://key@127.0.0.1:1/1", "sentry_sdk", "needs the packages of requirements/sentry.txt"),
    ],
)
def test_what_cannot_work_ends_with_one_line(db, dsn, blocked, told):
    code = f"import sys; sys.modules.update(dict.fromkeys({blocked.split()})); import django"
    ended = run(f"{code}; django.setup()", SENTRY_DSN=dsn)

    assert ended.returncode == 3
    assert ended.stderr.splitlines() == [f"haina: setting SENTRY_DSN {told} (see .env.example)"]
