"""A day with one resident, through a real web process, worker and Redis; then everything that was
logged, queued, stored beside the data or left on disk is searched for them."""

import http.cookiejar
import re
import sys
import threading
import urllib.error
import urllib.request
from urllib.parse import urlencode

import pytest
import redis as redis_client
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from haina.jobs.models import Job
from residents.models import Resident
from tests import make
from tests.jobs.processes import Started, answers, emptied_redis, free_port, wait_until, worker
from tests.residents.imports.workbooks import book, row
from tests.residents.test_personal import dump

NAME, OTHER_NAME = "金丝雀甲", "左猫头鹰"
UNWANTED = f"{NAME}乙"
PHONE, ID_NUMBER = "13700007788", "440304198511080017"
OTHER_PHONE, OTHER_ID = "13900001199", "E77665544"
SECRETS = [NAME, OTHER_NAME, PHONE, ID_NUMBER, OTHER_PHONE, OTHER_ID]
# What a log, a JSON payload or an address would make of them.
SPELLINGS = [
    spelling
    for text in SECRETS
    for spelling in (
        text.encode(),
        text.encode("unicode_escape"),
        urlencode({"": text})[1:].encode(),
        text.encode("utf-16-le"),
    )
]
BESIDE = ("jobs_job", "lib_recenttries", "accounts_auditentry")

pytestmark = pytest.mark.django_db(transaction=True)


def found_in(content: bytes) -> list[bytes]:
    return [spelling for spelling in SPELLINGS if spelling in content]


class Browser:
    """Somebody at a console, who sends what the forms hold."""

    def __init__(self, port: int) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.base, self.visited = f"http://127.0.0.1:{port}", []

    def open(self, path: str, data: bytes | None = None, headers: dict | None = None):
        request = urllib.request.Request(self.base + path, data, headers or {})  # noqa: S310 - ours
        try:
            response = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as refused:
            response = refused
        with response:
            self.visited += [path, response.geturl()]
            return response.status, response.read()

    def get(self, path: str) -> tuple[int, bytes]:
        return self.open(path)

    def post(self, path: str, form: dict, page: str = "") -> tuple[int, bytes]:
        fields = self.token(page or path) | form
        return self.open(path, urlencode(fields, doseq=True).encode())

    def upload(self, path: str, form: dict, file) -> tuple[int, bytes]:
        parts = [
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in (self.token(path) | form).items()
        ]
        head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
        body = b"".join([*parts, head.encode(), file.read_bytes(), b"\r\n--x--\r\n"])
        return self.open(path, body, {"Content-Type": "multipart/form-data; boundary=x"})

    def token(self, path: str) -> dict:
        page = self.get(path)[1].decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        seen = re.search(r'name="seen" value="([^"]*)"', page)
        return {"csrfmiddlewaretoken": token[1]} | ({"seen": seen[1]} if seen else {})


class Listener:
    """All that anybody says to this database of Redis."""

    def __init__(self, url: str) -> None:
        self.client = redis_client.Redis.from_url(url, socket_timeout=None)
        self.number = self.client.get_connection_kwargs()["db"]
        self.said, self.stop = [], threading.Event()
        self.thread = threading.Thread(target=self.listen, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.stop.set()
        self.client.ping()
        self.thread.join(timeout=10)

    def listen(self) -> None:
        with self.client.monitor() as monitor:
            for command in monitor.listen():
                if command["db"] == self.number:
                    self.said.append(str(command["command"]))
                if self.stop.is_set():
                    return

    def held(self) -> bytes:
        """All keys with all that is in them."""
        return b"\n".join(self.client.dump(key) or b"" for key in self.client.keys("*"))


@pytest.fixture
def redis():
    return emptied_redis()


@pytest.fixture
def director(creator, settings):
    """The creator, with a password that the real processes can check."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    creator.user.set_password(make.PASSWORD)
    creator.user.save()
    return creator


@pytest.fixture
def web(tmp_path, redis):
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "haina.wsgi", "--bind", f"127.0.0.1:{port}"]
    started = Started([*command, "--workers", "1"], tmp_path, "web", REDIS_URL=redis)
    assert wait_until(lambda: answers(port), 60)
    yield Browser(port)
    started.kill()


def person(community, **changes) -> dict:
    form = {"name": NAME, "gender": "male", "identity": "owner", "lease_ends_on": ""}
    form |= {"phone": PHONE, "id_number": ID_NUMBER, "community": community.pk}
    return form | {"at_0": "A", "at_1": "1", "at_2": "101"} | changes


WHY = {"reason": "消防检查", "password": make.PASSWORD, "once": "o"}


def by_hand(browser, at, community) -> None:
    """Adding, mistyping, correcting, searching, looking, and what the law asks."""
    assert browser.post(f"{at}add/", person(community))[0] == 200
    pk = Resident.objects.get(name=NAME).pk
    assert browser.post(f"{at}add/", person(community))[0] == 422
    assert browser.post(f"{at}add/", person(community, phone=f"{PHONE}x"))[0] == 422
    changed = person(community, name=OTHER_NAME, phone=OTHER_PHONE, id_number=OTHER_ID)
    assert browser.post(f"{at}{pk}/edit/", changed)[0] == 200
    for field, value in (("phone", OTHER_PHONE), ("id-number", OTHER_ID)):
        answer = browser.post(f"{at}{pk}/reveal/{field}/", {}, page=f"{at}{pk}/")
        assert value.encode() in answer[1]
    assert OTHER_NAME.encode() in browser.get(f"{at}?q=1199")[1]
    status, content = browser.post(f"{at}{pk}/personal/export/", WHY | {"rows": [pk]})
    assert (status, content[:2]) == (200, b"PK")


def by_file(browser, at, community, folder) -> None:
    """A good import, one with problems, a refused one, and one that PostgreSQL will not have."""
    cells = {"A": NAME, "C": "业主", "E": PHONE, "F": ID_NUMBER}
    good, bad = row(**cells), row(**cells | {"C": "房东", "E": f"{PHONE}9"})
    files = {
        "good": book(folder / f"{NAME}1.xlsx", [good]),
        "problems": book(folder / f"{NAME}2.xlsx", [good, bad]),
        "refused": book(folder / f"{NAME}3.xlsx", [good], header=good),
        "breaks": book(folder / f"{NAME}4.xlsx", [row(**cells | {"A": UNWANTED, "J": "909"})]),
    }
    for once, file in files.items():
        asked = {"community": community.pk, "once": once}
        assert browser.upload(f"{at}import/", asked, file)[0] == 200
        file.unlink()
    asked = WHY | {"community": community.pk}
    assert browser.post(f"{at}export/", asked)[0] == 200


@pytest.fixture
def unwanted():
    """A constraint that nobody foresaw: its message quotes the row."""
    with connection.cursor() as cursor:
        table = Resident._meta.db_table
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT odd CHECK (name <> '{UNWANTED}')")
        yield
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT odd")


def is_over() -> bool:
    return not Job.objects.exclude(state__in=Job.OVER).exists()


def test_nothing_but_the_data_knows_the_people(web, redis, tmp_path, director, community, unwanted):
    make.node(community, "A 1 101")
    at = f"/{community.account.slug}/residents/"
    folder = tmp_path / "of the browser"
    folder.mkdir()
    who = {"username": director.user.username, "password": make.PASSWORD}

    with Listener(redis) as listener:
        assert b"sign-out" in web.post("/sign-in/", who)[1]
        by_hand(web, at, community)
        by_file(web, at, community, folder)
        assert Job.objects.filter(state=Job.State.WAITING).count() == 5
        queued = listener.held()
        with worker(tmp_path, redis):
            assert wait_until(is_over, 120)
        web.get(at)
        web.get(f"/{community.account.slug}/jobs/")
        pk = Resident.objects.latest("pk").pk
        assert web.post(f"{at}{pk}/delete/", {})[0] == 200

    states = dict(Job.objects.order_by("pk").values_list("key", "state"))
    assert sorted(states.values()) == ["done", "done", "done", "failed", "failed"], states
    logs = {path.name: path.read_bytes() for path in tmp_path.glob("*.log")}
    assert logs.keys() == {"web.log", "worker.log", "beat.log"}
    assert b"broke" in logs["worker.log"]
    assert b"CheckViolation" in logs["worker.log"]
    assert b"celery" in queued
    assert len(listener.said) > 20
    searched = {
        **logs,
        "queue": queued,
        "Redis": listener.held() + "\n".join(listener.said).encode(),
        "addresses": "\n".join(web.visited).encode(),
        "sessions": str([each.get_decoded() for each in Session.objects.all()]).encode(),
        "names of files": str(sorted(settings.HAINA_VAR.rglob("*"))).encode(),
        "work": b"".join(path.read_bytes() for path in work() if path.is_file()),
        **{table: copy_of(table) for table in BESIDE},
    }
    assert {place: found for place, found in map_of(searched).items() if found} == {}
    raw = dump()
    assert NAME.encode() in raw
    assert [number for number in (ID_NUMBER, OTHER_ID) if number.encode() in raw] == []


def work():
    return (settings.HAINA_VAR / "work").rglob("*")


def map_of(searched: dict[str, bytes]) -> dict[str, list]:
    return {place: found_in(content) for place, content in searched.items()}


def copy_of(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(bytes(part) for part in copy)
