"""A hidden field has no say in any answer. Every route is asked twice, with two different values in
that field of the same resident, and the bytes must be the same: so it is neither shown, searched,
sorted, filtered nor counted by, and no message, error or file tells it. The routes, and the rows
that they need, come from the access table, in which a new route must be."""

import re
import zipfile
from functools import partial
from io import BytesIO
from urllib.parse import urlencode

import pgtrigger
import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.files.base import ContentFile
from django.utils import timezone

from haina.accounts.permissions import Level, ResidentField, Section
from haina.jobs import files, queue
from haina.jobs.models import Job
from haina.lib.meanwhile import as_text, marks
from residents.listing import token_of
from residents.models import RemovedResident, Resident, VerificationApplication
from residents.services import WRITTEN
from tests import make
from tests.architecture.access_table import ACCOUNT, CONSOLE
from tests.architecture.world import TOKEN, World, address, client_of, undone
from tests.residents.imports.workbooks import book, row, upload

FIELDS = ResidentField.values
TWIN = 1_000_000  # in the recycle bin
Event = Resident.pgh_event_model

VALUES = {
    "name": ("阿金丝雀", "左猫头鹰"),
    "gender": ("male", "female"),
    "identity": ("owner", "term_tenant"),
    "phone": ("+8613700007788", "+8613900001199"),
    "id_number": ("E77665544", "11010519491231002X"),
    "address": ("A 1 101", "笼 9 909"),
}
PRINTED = {
    "name": ("阿金丝雀", "左猫头鹰"),
    "gender": (">男<", ">女<"),
    "identity": (">业主<", ">限期租客<", "2031-03-03"),
    "phone": ("13700007788", "13900001199", "137*****88", "139*****99"),
    "id_number": ("E77665544", "E77****44", "11010519491231002X", "110*************2X"),
    "address": ("A 1 101<", "笼 9 909<"),
}

SEARCHES = ("阿金丝雀", "左猫头鹰", "7788", "1199", "13700007788", "E77665544", "笼 9 909", "男")
SORTS = ("name", "gender", "identity", "phone", "id_number", "address", "lease_ends_on")
LIST = [
    *({"q": text} for text in SEARCHES),
    *({"sort": sign + name} for name in SORTS for sign in ("", "-")),
    *({"gender": value} for value in VALUES["gender"]),
    *({"identity": value} for value in VALUES["identity"]),
    *({"lease": value} for value in ("soon", "over", "range")),
    {"lease": "range", "lease_from": "2031-01-01", "lease_to": "2031-12-31"},
    {"verification": "unverified", "page": "2", "per_page": "1"},
]
APPLICATIONS = [
    *LIST[: len(SEARCHES)],
    *({"identity": value} for value in VALUES["identity"]),
    *({"outcome": value} for value in ("consistent", "different", "unknown")),
]
EVERYWHERE = {"q": "7788", "sort": "name", "identity": "owner", "next": "/"}
PERSON = {"name": "新名", "gender": "male", "identity": "owner", "phone": "1", "id_number": "?"}
AGREED = {"all": "1", "act": "reject", "agreed": "x", "seen": "x", "once": "o"}
TYPED = {"preset": "房间选择有误", "reason": "消防检查", "password": make.PASSWORD}
FORMS = [  # a view reads of each what it knows
    {},
    PERSON | {"act": "reject"},
    {"all": "1"},
    AGREED | TYPED | {"at_0": "A", "at_1": "1", "at_2": "101", "words": "永久删除"},
]
HTMX = {"HX-Request": "true"}
RANDOM = re.compile(
    rb'(?<=name="once" value=")[0-9a-f]+|(?<=[?;]act=)[0-9a-f]+|(?<=/jobs/)[0-9]+'
    rb"|(?<=/residents/bulk/)[0-9]+|(?<=/imports/)[0-9]+|(?<='X-Request-ID', ')[0-9a-f]+"
    rb"|(?<=[?;]watched=)[0-9]+"
)

PLACES = ("residents/", "residents/<int:pk>/", "residents/bin/", "residents/<int:pk>/edit/")
SEARCHED = ("residents/", "residents/bin/", "residents/applications/", "residents/export/")
OF_A_COMMUNITY = ("residents/", "residents/bin/", "residents/delete/", "residents/move/")
ASKED = [path for path in CONSOLE if path.startswith(("residents/", "jobs/", "audit/"))]


class Cage:
    """Somebody whose hidden field changes, on file, in the recycle bin and in the history."""

    def __init__(self, folder):
        self.world = World()
        self.community = self.world.community
        self.canary = Resident.objects.get(pk=self.world.rows[self.community.pk]["resident"])
        self.rooms = {text: make.node(self.community, text) for text in VALUES["address"]}
        for name, gender, place in (("李四", "female", "A 1 102"), ("王五", "male", "M 2 202")):
            make.resident(self.community, place, name=name, gender=gender, identity="family")
        self.applies()
        self.put(dict.fromkeys(FIELDS, 0))
        self.remove_a_twin()
        self.canary.verification = "verified"  # one more event
        self.canary.save(update_fields=["verification"])
        self.plan(folder)

    def applies(self) -> None:
        """One application claims the first of the values for good, another always the present."""
        first = VerificationApplication.objects.get(
            pk=self.world.rows[self.community.pk]["application"]
        )
        for field, values in VALUES.items():
            self.claim(first.pk, field, values[0])
        first.refresh_from_db()
        evidence = dict.fromkeys(("name", "phone", "identity", "id_number"), "agreed")
        type(first).objects.update(resident=self.canary, outcome="consistent", evidence=evidence)
        follower = make.follower(self.world.account)
        self.applicant = make.application(self.community, follower, "M 2 202").pk
        self.world.rows[self.community.pk]["application"] = first.pk

    def claim(self, application: int, field: str, value: str) -> None:
        columns = self.columns_of(field, value)
        columns.pop("name_key", None)
        columns.pop("gender", None)
        if field == "address":
            columns["address"] = value
        if columns:
            VerificationApplication.objects.filter(pk=application).update(**columns)

    def put(self, which: dict[str, int]) -> None:
        """One of the two values in each of the fields, without a trace."""
        columns = {}
        for field, number in which.items():
            columns |= self.columns_of(field, VALUES[field][number])
            self.claim(self.applicant, field, VALUES[field][number])
        with pgtrigger.ignore():
            Resident.objects.filter(pk=self.canary.pk).update(**columns)
        Event.objects.filter(pgh_obj_id=self.canary.pk).update(**columns)
        binned = columns | ({"address": place_of(which)} if "address" in which else {})
        RemovedResident.objects.filter(pk=TWIN).update(**binned)
        self.canary.refresh_from_db()

    def columns_of(self, field: str, value: str) -> dict:
        if field == "address":
            return {"room_id": self.rooms[value].pk}
        columns = {field: value}
        if field == "identity":
            columns["lease_ends_on"] = "2031-03-03" if value == "term_tenant" else None
        derived = Resident(**{"name": "x", "phone": "+8613700000000"} | {field: value})
        derived.derive()
        also = {"name": ["name_key"], "phone": ["phone_last4"], "id_number": ["id_number_hash"]}
        return columns | {name: getattr(derived, name) for name in also.get(field, [])}

    def remove_a_twin(self) -> None:
        fields = [field.attname for field in Resident._meta.concrete_fields]
        twin = {name: getattr(self.canary, name) for name in fields} | {"id": TWIN}
        now = timezone.now()
        told = {"removed_at": now, "removed_by": "小何", "act": "f"}
        RemovedResident.objects.create(address=VALUES["address"][0], **told, **twin)

    def plan(self, folder) -> None:
        """An import that would change the canary, has a problem, and waits for a decision."""
        cells = {"A": "别名", "C": "家属", "E": "13700007788", "F": "E77665544"}
        bad = row(A="阿金丝雀", E="137000077", F="E77665544", B="女", C="业主")
        rows = [row(**cells), bad]
        path = book(folder / "plan.xlsx", rows)
        planned = upload(path, self.community, by=self.world.creator).imported
        assert planned.state == planned.State.PLANNED
        keep = {"name": "错误.xlsx", "now": timezone.now()}
        planned.errors = files.keep(self.world.account, ContentFile(path.read_bytes()), **keep)
        planned.save()
        self.world.rows[self.community.pk]["import"] = planned.pk

    def clerk(self, field: str, level: Level):
        """Manages everything but the one field."""
        sections = dict.fromkeys(Section, Level.MANAGE)
        return make.operator(self.world.account, "小藏", sections=sections, fields={field: level})


def place_of(which: dict[str, int]) -> str:
    return VALUES["address"][which["address"]]


@pytest.fixture
def cage(db, tmp_path):
    return Cage(tmp_path)


def addresses(cage, asker) -> dict[str, str]:
    """Each route with rows for all that it needs."""
    found = {}
    for path in ASKED:
        names = CONSOLE[path].names.items()
        row_of = partial(cage.world.row, community=cage.community, asker=asker)
        rows = {"account": "fengniao"} | {name: row_of(kind) for name, kind in names}
        found[path] = address(ACCOUNT + path, rows, CONSOLE[path].ask)
    here = f"?community={cage.community.pk}"
    return found | {path: found[path] + here for path in OF_A_COMMUNITY}


def looks(cage, places: dict[str, str]):
    """(method, address, form, headers) of each page by itself."""
    for url in places.values():
        yield "GET", url, {}, {}
    yield "GET", places["residents/<int:pk>/"].replace(str(cage.canary.pk), str(TWIN)), {}, {}


def questions(cage, places: dict[str, str]):
    """The same, with all that may be asked for and sent."""
    yield from looks(cage, {path: places[path] for path in (*SEARCHED, "residents/<int:pk>/")})
    applications = [cage.world.rows[cage.community.pk]["application"], cage.applicant]
    ours = {
        "pk": [cage.canary.pk, *applications],
        "rows": cage.canary.pk,
        "community": cage.community.pk,
    }
    for path, url in places.items():
        join = "&" if "?" in url else "?"
        yield "GET", url + join + urlencode(EVERYWHERE), {}, {}
        for query in LIST if path == "residents/" else ():
            yield "GET", url + join + urlencode(query), {}, HTMX
        for query in APPLICATIONS if path == "residents/applications/" else ():
            yield "GET", url + join + urlencode(query), {}, HTMX
        for form in FORMS if "POST" in CONSOLE[path].methods else ():
            yield "POST", url, ours | form, {}


def answers(asker, questions) -> dict[tuple, bytes]:
    """What each question brings, with the messages that the next page would show. Who may not post
    to an address at all is refused there once."""
    client, told, refused = client_of(asker), {}, set()
    for method, url, form, headers in questions:
        if (method, url) in refused:
            continue
        with undone():
            send = client.post if method == "POST" else client.get
            response = send(url, form or None, headers=headers)
            assert response.status_code < 500, url
            if response.status_code == 403:
                refused.add((method, url))
            content = bytes_of(response) + str(sorted(response.headers.items())).encode()
            if method == "POST":
                left = get_messages(response.wsgi_request)
                content += " ".join(str(message) for message in left).encode()
        told[method, url, str(form), bool(headers)] = RANDOM.sub(b"", TOKEN.sub(b"", content))
    return told


def bytes_of(response) -> bytes:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(BytesIO(content)) as parts:
        names = [name for name in parts.namelist() if name != "docProps/core.xml"]
        return b"".join(parts.read(name) for name in names)


@time_machine.travel("2026-11-22 12:00+08:00", tick=False)
@pytest.mark.parametrize("field", FIELDS)
def test_a_hidden_field_changes_no_byte_of_any_answer(cage, field):
    clerk = cage.clerk(field, Level.NONE)
    places = addresses(cage, clerk)

    before = answers(clerk, questions(cage, places))
    cage.put({field: 1})
    after = answers(clerk, questions(cage, places))

    assert len(before) > 150
    assert before.keys() == after.keys()
    assert [asked for asked in before if before[asked] != after[asked]] == []
    shown = [
        (asked, text)
        for asked, content in before.items()
        for text in PRINTED[field]
        if "q=" not in asked[1] and "/rules/" not in asked[1] and text.encode() in content
    ]
    assert shown == []


@time_machine.travel("2026-11-22 12:00+08:00", tick=False)
@pytest.mark.parametrize("field", FIELDS)
def test_the_same_questions_would_find_a_field_that_may_be_seen(cage, field):
    """So that the test above is known to look in the right places."""
    clerk = cage.clerk(field, Level.VIEW)
    places = {path: url for path, url in addresses(cage, clerk).items() if path in PLACES}

    before = answers(clerk, looks(cage, places))
    cage.put({field: 1})
    after = answers(clerk, looks(cage, places))

    differ = [asked for asked in before if before[asked] != after[asked]]
    assert len(differ) == (3 if field == "id_number" else 5)  # ID numbers are in no list


COLUMNS = {"address": "room_id", "identity": "lease_ends_on"}
CHANGED = {
    "name": "新名",
    "gender": "female",
    "identity": "term_tenant",
    "lease_ends_on": "2031-03-03",
    "phone": "13500000001",
    "id_number": "X1",
    "at_0": "M",
    "at_1": "2",
    "at_2": "202",
}


def run_waiting() -> None:
    for pk in (
        Job.objects.filter(state=Job.State.WAITING)
        .order_by("heavy", "pk")
        .values_list("pk", flat=True)
    ):
        queue.run(pk)


def on_file(field) -> dict:
    return dict(Resident.objects.values_list("pk", COLUMNS.get(field, field)))


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_may_only_be_seen_is_written_nowhere(cage, field):
    clerk = cage.clerk(field, Level.VIEW)
    client, before, saved = client_of(clerk), on_file(field), 0
    chosen = {"pk": cage.canary.pk, "rows": cage.canary.pk, "community": cage.community.pk}
    chosen["seen"] = as_text(marks(cage.canary, WRITTEN))
    meant = {"agreed": token_of([cage.canary.pk]), "policy": "overwrite", "good_rows_only": "on"}
    for path, url in addresses(cage, clerk).items():
        if "POST" not in CONSOLE[path].methods:
            continue
        for form in (CHANGED, CHANGED | meant):
            with undone():
                response = client.post(url, chosen | form)
                run_waiting()
                after = on_file(field)
            saved += response.status_code == 302 and path.endswith("edit/")
            assert {pk: before.get(pk) for pk in after} == after, path

    assert saved == 2  # the other fields were accepted
