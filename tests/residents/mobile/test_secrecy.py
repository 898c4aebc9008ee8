"""Before the phone is proven nobody learns who lives where: not from what a page says, not from
its headers, and not from what the database is asked for it."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haina.accounts.scope import Scope
from residents.models import Resident, VerificationApplication
from tests import make
from tests.processes import in_processes
from tests.residents.mobile.conftest import Visitor

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
SUBJECTS = ("follower", "phone", "room")
ON_FILE, UNKNOWN = "18124768126", "18124768127"
# What differs between any two requests.
TOKENS = re.compile(r"[A-Za-z0-9]{64}|[0-9a-f]{32}|[0-9a-f-]{36}")
NUMBERS = re.compile(r"(applications/|from=)\d+")
VALUES = re.compile(r"NULL|s\d+_x\d+|'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b|'\\x[0-9a-f]+'")


@pytest.fixture(autouse=True)
def connected(account):
    return make.wechat(account)


@pytest.fixture(params=["nobody", "the same", "another name", "proven by another"])
def register(request, community, account):
    """What is on file of ON_FILE's room."""
    make.resident(community, "A 1 101", name="赵六", phone="13900000000")
    if request.param == "nobody":
        return
    name = "钱七" if request.param == "another name" else "张三"
    resident = make.resident(community, "A 1 101", name=name, phone=ON_FILE)
    if request.param == "proven by another":
        make.verified(resident, make.follower(account))


def seen(response) -> tuple:
    """All that the visitor has of an answer."""
    headers = {name: NUMBERS.sub(r"\1N", value) for name, value in response.items()}
    del headers["Content-Length"]  # with the digits of the number
    del headers["X-Request-ID"]  # of this request alone
    body = NUMBERS.sub(r"\1N", TOKENS.sub("T", response.content.decode()))
    return response.status_code, headers, sorted(response.cookies), body


def asked(response_of) -> tuple:
    """The answer, and the shape of each statement that it took."""
    with CaptureQueriesContext(connection) as queries:
        response = response_of()
    return seen(response), [VALUES.sub("?", each["sql"]) for each in queries]


def steps(visitor, path: str, claimed: dict) -> list[tuple]:
    """Every page that an applicant comes by while the phone is not proven."""
    told = [asked(lambda: visitor.get(path)), asked(lambda: visitor.post(path, claimed))]
    pk = VerificationApplication.objects.order_by("pk").last().pk
    one = f"applications/{pk}/"
    told += [asked(lambda: visitor.get(one)), asked(lambda: visitor.get(f"{one}code/"))]
    told.append(asked(lambda: visitor.post(f"{one}code/", {"code": "123456"})))
    told.append(asked(lambda: visitor.post(f"{one}code/again/")))
    told += [asked(lambda: visitor.get(f"{one}withdraw/")), asked(lambda: visitor.get())]
    told += [asked(lambda: visitor.get(f"{path}?from={pk}")), asked(lambda: visitor.get(path))]
    return told


def as_of_one_phone(answer: tuple) -> tuple:
    """One's own phone is shown in the form, and masked on the other pages."""
    *rest, body = answer
    return *rest, body.replace("*****27", "*****26").replace(UNKNOWN, ON_FILE)


@pytest.fixture
def told(account, community, claimed):
    """The steps of somebody new who claims to be 张三, with one phone or the other."""
    path = f"apply/{community.pk}/{make.node(community, 'A 1 101').pk}/"

    def of(number: str) -> list[tuple]:
        visitor = Visitor(account, make.follower(account).openid)
        answers = steps(visitor, path, claimed | {"phone": number})
        return [(as_of_one_phone(answer), queries) for answer, queries in answers]

    return of


@pytest.mark.parametrize("sends_codes", [False, True])
def test_a_match_and_none_are_the_same_step_by_step(
    account, register, told, settings, time_machine, sends_codes
):
    time_machine.move_to(timezone.now(), tick=False)
    settings.SMS_BACKEND = "console"
    if sends_codes:
        make.sms(account)
    told("18124768128")  # so that whatever is kept for later is there for both

    match, none = told(ON_FILE), told(UNKNOWN)

    for number, (one, other) in enumerate(zip(match, none, strict=True)):
        assert one[1] == other[1], f"step {number}"
        assert one == other, f"step {number}"
    pending = VerificationApplication.objects.pending().count()
    assert pending == (0 if sends_codes else 3)


def guesses(community, number_of_them: int):
    """Of ten rooms and a hundred phones, ten by each follower."""
    rooms = [make.node(community, f"G 1 {number}").pk for number in range(101, 111)]
    for number in range(number_of_them):
        phone = f"138{number % 100:08d}"
        yield number // 10, f"apply/{community.pk}/{rooms[number % 10]}/", phone


def transcript(community, claimed, number_of_them: int) -> list[tuple]:
    """The answer to each guess, and the page behind it."""
    account = community.account
    followers = [make.follower(account) for _ in range(0, number_of_them, 10)]
    visitors = [Visitor(account, follower.openid) for follower in followers]
    home, told = f"/m/{account.slug}/", []
    for who, path, phone in guesses(community, number_of_them):
        client = visitors[who].client
        answer = client.post(home + path, claimed | {"phone": phone})
        told.append(plain(answer, account))
        if answer.status_code == 302:
            told.append(plain(client.get(answer.headers["Location"]), account))
    return told


def plain(response, account) -> tuple:
    status, headers, _cookies, body = seen(response)
    text = f"{headers.get('Location', '')} {body}".replace(f"/m/{account.slug}/", "/m/")
    return status, re.sub(r"(apply/|node=)[\d/]+", r"\1N", text)


@pytest.mark.django_db
def test_guesses_learn_nothing(community, account, claimed, time_machine, request):
    """The answers are those of an empty register, and few guesses are taken at all."""
    time_machine.move_to(timezone.now(), tick=False)
    for number in (each for each in range(100) if each // 10 % 2):
        address = f"G 1 {101 + number % 10}"
        make.resident(community, address, name="张三", phone=f"138{number:08d}")
    empty = make.account("empty", name=account.name)
    make.wechat(empty)

    tries = request.config.getoption("guesses")
    full = transcript(community, claimed, tries)
    none = transcript(make.community(empty), claimed, tries)

    assert full == none
    taken = VerificationApplication.objects.within(Scope.whole(account))
    assert 0 < taken.count() <= 50  # five for each room
    assert not Resident.objects.exclude(verification="unverified").exists()


def try_once(told: tuple) -> int:
    """In a process of its own, where Redis cannot be reached."""
    account, openid, path, claimed = told
    settings.ALLOWED_HOSTS, settings.REDIS_URL = ["testserver"], "redis://127.0.0.1:1/0"
    settings.STORAGES["staticfiles"]["BACKEND"] = PLAIN
    return Visitor(account, openid).post(path, claimed).status_code


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", SUBJECTS)
def test_five_tries_and_no_more_of_eight_processes(account, community, claimed, same):
    tries = []
    for number in range(8):
        follower, phone, room = (0 if same == what else number for what in SUBJECTS)
        openid = f"oSame{follower:023d}"
        if number == 0 or same != "follower":
            make.follower(account, openid)
        path = f"apply/{community.pk}/{make.node(community, f'A 1 10{room}').pk}/"
        tries.append((account, openid, path, claimed | {"phone": f"1812476810{phone}"}))

    answers = in_processes(try_once, tries)

    # One follower has one draft: who begins at the same moment takes that of another process.
    assert answers.count(422) == 3
    assert answers.count(302) + answers.count(409) == 5
    assert same == "follower" or 409 not in answers
