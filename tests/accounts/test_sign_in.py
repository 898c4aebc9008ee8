import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import get_hasher
from django.core import signing
from django.test import Client
from django.utils import timezone

from haina.accounts import services
from haina.accounts.backends import who_is
from tests import make
from tests.together import together

URL = "/sign-in/"
TOKEN = re.compile(rb'value="[A-Za-z0-9]{64}"|"X-CSRFToken": ?"[A-Za-z0-9]{64}"')


@pytest.fixture
def user(db):
    return make.user("xiaohe", name="小何", phone="+8618124768126")


def post(client, username="xiaohe", password=make.PASSWORD, address="10.0.0.1", **fields):
    fields |= {"username": username, "password": password}
    return client.post(URL, fields, REMOTE_ADDR=address)


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "typed",
    [
        "xiaohe",
        " XiaoHe ",
        "ｘｉａｏｈｅ",
        "18124768126",
        "+86 181 2476 8126",
        "１８１２４７６８１２６",
    ],
)
def test_either_name_signs_in_however_it_is_typed(client, user, typed):
    response = post(client, typed)

    assert response.status_code == 302
    assert is_signed_in(client)


@pytest.mark.parametrize("username", ["xiaohe", "18124768126", "nobody", "13800138000"])
def test_a_wrong_password_is_told_alike_for_known_and_unknown_names(user, username):
    client, other = Client(), Client()

    wrong = post(client, username, "wrong")
    reference = post(other, "somebody-else", "wrong")

    assert wrong.status_code == reference.status_code == 200
    assert stripped(wrong, username) == stripped(reference, "somebody-else")
    assert not is_signed_in(client)


def stripped(response, username: str) -> bytes:
    """The body less the token and the name that was typed."""
    return TOKEN.sub(b"", response.content).replace(username.encode(), b"NAME")


def test_an_inactive_user_is_told_the_same(client, user):
    user.is_active = False
    user.save()

    right, unknown = post(client), post(Client(), "nobody")

    assert stripped(right, "xiaohe") == stripped(unknown, "nobody")
    assert not is_signed_in(client)


@pytest.mark.parametrize("username", ["xiaohe", "nobody", "inactive", "13800138000"])
def test_every_try_costs_one_hash(user, monkeypatch, username):
    make.user("inactive", is_active=False)
    hasher, hashed = type(get_hasher()), []
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda *args: hashed.append(1) or encode(*args))

    post(Client(), username, "wrong")

    assert len(hashed) == 1


def test_the_session_gets_a_new_key(client, user):
    client.get(URL)
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["haina-session"] = before = session.session_key

    post(client)

    assert client.session.session_key != before
    assert is_signed_in(client)


@pytest.mark.parametrize("wanted", ["/fengniao/", "/fengniao/residents/?q=1126"])
def test_it_leads_back_to_where_one_came_from(client, user, wanted):
    assert post(client, next=wanted).headers["Location"] == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "https:///evil.example",
        "javascript:alert(1)",
        "evil.example",
        "sign-out",
        " //evil.example",
        "/%0d%0aX: 1\r\nX-Evil: 1",
        "",
    ],
)
def test_it_leads_nowhere_else(client, user, wanted):
    location = post(client, next=wanted).headers["Location"]

    assert location == "/" or location.startswith("/%0d")
    assert "evil.example" not in location


def test_five_tries_for_a_name_whatever_the_address_and_the_spelling(user):
    spellings = [
        "18124768126",
        "+8618124768126",
        "181 2476 8126",
        "８618124768126",
        "181-2476-8126",
    ]
    for number, spelling in enumerate(spellings):
        assert post(Client(), spelling, "wrong", address=f"10.0.1.{number}").status_code == 200

    client = Client()
    refused = post(client, "18124768126", address="10.0.2.1")

    assert refused.status_code == 429
    assert not is_signed_in(client)


def test_unknown_names_are_refused_alike(user):
    for number in range(5):
        post(Client(), "xiaohe", "wrong", address=f"10.0.1.{number}")
        post(Client(), "nobody", "wrong", address=f"10.0.3.{number}")

    known = post(Client(), "xiaohe", "wrong", address="10.0.2.1")
    unknown = post(Client(), "nobody", "wrong", address="10.0.2.2")

    assert known.status_code == unknown.status_code == 429
    assert stripped(known, "xiaohe") == stripped(unknown, "nobody")


@pytest.mark.parametrize("address", ["10.0.0.%d", "2001:db8::%d"])
def test_twenty_tries_from_an_address(user, address):
    one_place = [address % (1 if "." in address else number) for number in range(1, 22)]

    answers = [
        post(Client(), f"name{number}", "wrong", address=place).status_code
        for number, place in enumerate(one_place)
    ]

    assert answers == [200] * 20 + [429]


def test_ones_own_success_opens_nothing_else(user):
    """Somebody with an account of their own must not clear the address for guessing at others."""
    make.user("guesser")
    for number in range(20):
        post(Client(), f"name{number}", "wrong")
        if number == 18:
            assert post(Client(), "guesser").status_code == 302

    assert post(Client(), "another-name", "wrong").status_code == 429


def test_right_passwords_do_not_count(user):
    assert [post(Client()).status_code for _ in range(8)] == [302] * 8


def test_the_owner_is_not_locked_out_on_a_known_device(user):
    owner = Client()
    post(owner)
    owner.post("/sign-out/")
    for number in range(8):
        post(Client(), password="wrong", address=f"10.0.1.{number}")

    assert post(owner).status_code == 302
    assert post(Client(), address="10.0.2.1").status_code == 429


def test_a_known_device_has_five_tries_as_well(user):
    thief = Client()
    post(thief)
    thief.post("/sign-out/")

    answers = [post(thief, password="wrong").status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]


def test_a_device_is_known_for_its_own_user_only(user):
    guesser = Client()
    make.user("guesser")
    post(guesser, "guesser")
    for number in range(5):
        post(Client(), password="wrong", address=f"10.0.1.{number}")

    assert post(guesser, password="wrong").status_code == 429


def test_a_forged_device_is_none(client, user):
    """Neither a bare value, nor one that we signed for something else."""
    signed_otherwise = signing.dumps([user.pk, "mark"], salt="something else")
    for number in range(5):
        post(Client(), password="wrong", address=f"10.0.1.{number}")

    for cookie in ("", "x", f'[{user.pk}, "mark"]', signed_otherwise):
        client.cookies["haina-device"] = cookie
        assert post(client).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_exactly_five_of_eight_at_once(user):
    def one(number):
        return post(Client(), password="wrong", address=f"10.0.1.{number}").status_code

    assert sorted(together(one, range(8))) == [200] * 5 + [429] * 3


@pytest.mark.django_db
def test_limits_need_no_redis(user, settings):
    """Sign-in knows neither cache nor broker; that no port of Redis answers changes nothing."""
    settings.CELERY_BROKER_URL = settings.REDIS_URL = "redis://127.0.0.1:9/0"

    test_five_tries_for_a_name_whatever_the_address_and_the_spelling(user)


def test_half_an_hour_later_it_is_open_again(user):
    now = timezone.now()
    known = {"address": "10.0.0.1", "device": None}
    for _ in range(5):
        services.sign_in("xiaohe", "wrong", **known, now=now)

    with pytest.raises(services.TooManyTries):
        services.sign_in("xiaohe", make.PASSWORD, **known, now=now + timedelta(minutes=29))
    later = now + timedelta(minutes=30, seconds=1)
    assert services.sign_in("xiaohe", make.PASSWORD, **known, now=later) == user


def test_a_name_that_looks_like_a_phone_does_not_shadow_the_phone(user):
    make.user("18124768126", name="假冒")

    assert who_is("18124768126") == user


def test_signing_out_ends_the_session(client, user):
    post(client)
    key = client.session.session_key

    client.post("/sign-out/")

    assert not is_signed_in(client)
    client.cookies["haina-session"] = key
    assert client.get("/").headers["Location"] == "/sign-in/?next=/"


def test_signing_out_by_a_link_is_refused(client, user):
    post(client)

    assert client.get("/sign-out/").status_code == 405
    assert is_signed_in(client)


def test_a_post_needs_the_token(user):
    client = Client(enforce_csrf_checks=True)

    assert post(client).status_code == 403
    assert not is_signed_in(client)


def test_the_token_of_the_page_is_good_in_a_header(user):
    """The cookie is HttpOnly; htmx sends the token that <body hx-headers> holds."""
    client = Client(enforce_csrf_checks=True)
    found = TOKEN.search(client.get(URL).content)
    token = re.search(rb"[A-Za-z0-9]{64}", found.group()).group().decode()

    fields = {"username": "xiaohe", "password": make.PASSWORD}
    response = client.post(URL, fields, headers={"X-CSRFToken": token})

    assert response.status_code == 302
    assert client.cookies["haina-csrf"]["httponly"]


@pytest.mark.parametrize("field", ["username", "password"])
def test_nul_in_a_field_is_told_at_the_field(client, db, field):
    response = client.post("/sign-in/", {"username": "a", "password": "b", field: "a\0b"})

    assert response.status_code == 200
    assert response.context["form"].errors[field]
