"""Everybody who may knock at a route, and every row that a route may be asked for."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlencode

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from haina.accounts import services
from haina.accounts.audit import Actor
from haina.accounts.models import Administrator, ServiceAccount
from haina.accounts.permissions import Level, Section
from haina.jobs import files
from haina.jobs.models import Job
from tests import make
from tests.jobs import kinds  # noqa: F401 - registers tests.count

JOBS = {
    "job": "tests.count",
    "import job": "residents.import",
    "staff import job": "staff.import",
    "bulk": "residents.remove",
    "range": "communities.add_range",
    "change": "followers.change",
}
OF_ACCOUNT = {  # rows that no community's limit hides
    "follower",
    "tag",
    "department",
    "account",
    "colleague",
    "invited",
    "reviewer",
    "binding",
    "reminder",
}
NEVER = 2_000_000_000
TOKEN = re.compile(rb"[A-Za-z0-9]{64}")
ARGUMENT = re.compile(r"<(?:int|slug|str|path):(\w+)>")


class World:
    """Two accounts; the first has two communities, and people with every right that there is."""

    def __init__(self):
        self.account = make.account("fengniao")
        self.community = make.community(self.account)
        self.creator = make.creator_of(self.account)
        self.second = make.community(self.account, "深圳小区")
        self.foreign_account = make.account("other")
        self.foreign = make.community(self.foreign_account, "别家小区")
        self.stranger = make.creator_of(self.foreign_account)
        self.rows = {c.pk: rows_of(c) for c in (self.community, self.second, self.foreign)}

    def insiders(self):
        """Name and administrator of everybody with a place in the first account."""
        yield "creator", self.creator
        yield "system administrator", self.add(Administrator.Role.SYSTEM)
        yield "newcomer", make.operator(self.account)
        for section in Section:
            for level in (Level.VIEW, Level.MANAGE):
                rights = {section: level}
                yield f"{section} {level.name}", self.operator(rights)
            others = dict.fromkeys(set(Section) - {section}, Level.MANAGE)
            yield f"all but {section}", self.operator(others)

    def outsiders(self):
        """Who must find nothing: 404 whatever they ask for."""
        yield "stranger", self.stranger
        yield "ops", make.user(is_staff=True)
        yield "deactivated", self.deactivated()

    def operator(self, rights, communities=None):
        communities = (self.community,) if communities is None else communities
        return make.operator(self.account, sections=rights, communities=communities)

    def add(self, role):
        call = {"by": Actor.command(self.account), "now": timezone.now()}
        return services.add_administrator(self.account, make.user(), role=role, **call)

    def deactivated(self):
        administrator = self.add(Administrator.Role.SYSTEM)
        by, now = Actor.command(self.account), timezone.now()
        services.deactivate(administrator, by=by, now=now)
        return administrator

    def row(self, kind: str, *, community, asker: Administrator) -> int:
        if kind in JOBS:
            rows = self.rows[community.pk]
            imported = rows["staff import" if kind == "staff import job" else "import"]
            payload = {"import": imported, "community": rows["community"]}
            return job_of(asker, JOBS[kind], payload=payload)
        return self.rows[community.pk][kind]


def rows_of(community) -> dict[str, int]:
    resident = make.resident(community, "A 1 101")
    block = make.node(community, "A")
    errors = make.stored_file(community.account)
    imported = make.imported(community, errors=errors)
    follower = make.follower(community.account)
    reviewer = make.operator(community.account, f"审核员{community.pk}")
    colleague = make.operator(community.account, communities=(community,))
    return {
        "reviewer": reviewer.pk,
        "binding": make.invitation(colleague).pk,
        "reminder": make.reminder(reviewer).pk,
        "community": community.pk,
        "application": make.application(community, follower, "A 1 101").pk,
        "block": block.pk,
        "resident": resident.pk,
        "room": resident.room_id,
        "import": imported.pk,
        "staff import": make.staff_imported(community.account, errors=errors).pk,
        "follower": follower.pk,
        "tag": make.tag(community.account, f"标签{community.pk}").pk,
        "account": community.account_id,
        "employee": make.employee(community.account, community).pk,
        "department": make.department(community.account, f"部门{community.pk}").pk,
        "move": make.moved(resident).pk,
        "colleague": colleague.pk,
        "invited": make.invited(community.account, communities=(community,))[0].pk,
    }


def job_of(asker: Administrator, kind: str, **fields) -> int:
    """A job that is done, with a file."""
    job = make.job(asker, kind, **fields)
    Job.objects.claim(job.pk, now=timezone.now())
    job.refresh_from_db()
    account = ServiceAccount.objects.get(pk=asker.account_id)
    stored = files.keep(account, ContentFile(b"x"), name="a.xlsx", now=timezone.now())
    job.finish({}, now=timezone.now(), output=stored)
    return job.pk


def client_of(who) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(getattr(who, "user", who))
    return client


def same_browser(client: Client) -> Client:
    """With the cookies that it had when it signed in, and none that it was given since."""
    same = Client(raise_request_exception=False, **client.defaults)
    same.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return same


def address(path: str, arguments: dict, ask: Iterable[str] = ()) -> str:
    query = urlencode({name: arguments[name] for name in ask})
    path = ARGUMENT.sub(lambda found: str(arguments[found.group(1)]), path)
    return f"/{path}?{query}" if query else f"/{path}"


@contextmanager
def undone():
    """What happens inside leaves no trace in the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def each_alone(paths: Iterable[str]) -> Iterator[str]:
    """Each path in the world as it was: what it took is undone before the next."""
    for path in paths:
        with undone():
            yield path


def answer(client: Client, method: str, url: str):
    with undone():
        response = client.generic(method, url)
        if response.streaming:
            b"".join(response.streaming_content)  # close() would end the test's connection
        return response


@cache
def every_method() -> tuple[str, ...]:
    return ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def body(response) -> bytes:
    return b"a file" if response.streaming else TOKEN.sub(b"", response.content)
