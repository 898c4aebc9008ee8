"""Asked again before what cannot be taken back; what was shown holds five minutes."""

import re
from datetime import timedelta

import pytest
import time_machine

from communities.models import Community
from haina.jobs.models import Job
from tests import make

EXPORT, TRAIL = "/fengniao/residents/export/", "/fengniao/audit/export/"
MOMENT = 1_790_000_000


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def client(creator, sign_in):
    return sign_in(creator)


def ask(client, community, **more):
    """For an export; `once` makes each another one."""
    told = {"community": community.pk, "once": f"o{Job.objects.count()}", "reason": "消防检查"}
    return client.post(EXPORT, told | more)


def asks(client, page=EXPORT) -> list[str]:
    return re.findall(r'name="(password|code)"', client.get(page).content.decode())


def test_what_was_proven_holds_five_minutes_everywhere(client, community, clock):
    assert asks(client) == ["password"]
    ask(client, community, password=make.PASSWORD)

    delete = f"/fengniao/communities/{community.pk}/delete/"
    assert [asks(client, page) for page in (EXPORT, TRAIL, delete)] == [[], [], []]
    clock.shift(timedelta(minutes=4, seconds=59))
    assert ask(client, community).status_code == 302
    clock.shift(timedelta(seconds=1))
    assert asks(client) == ["password"]
    assert ask(client, community).status_code == 422
    assert Job.objects.count() == 2


def test_using_it_does_not_make_it_last(client, community, clock):
    ask(client, community, password=make.PASSWORD)
    clock.shift(timedelta(minutes=3))
    ask(client, community)
    clock.shift(timedelta(minutes=3))

    assert ask(client, community).status_code == 422


def test_it_holds_in_that_session_only(client, community, creator, sign_in):
    ask(client, community, password=make.PASSWORD)

    assert asks(sign_in(creator)) == ["password"]


def test_it_is_that_users_only(client, community, operator):
    ask(client, community, password=make.PASSWORD)
    session = client.session
    kept = session["proven_again"]
    client.force_login(operator.user)
    session = client.session
    session["proven_again"] = kept
    session.save()

    assert asks(client) == ["password"]


def test_signing_in_is_no_proof(creator, community, client):
    name = {"username": creator.user.username, "password": make.PASSWORD}
    client.post("/sign-out/")
    client.post("/sign-in/", name)

    assert asks(client) == ["password"]


def test_the_code_is_asked_where_there_is_one(creator, sign_in, community, clock):
    make.second_factor(creator.user)
    client = sign_in(creator)
    proof = {"password": make.PASSWORD}

    assert asks(client) == ["password", "code"]
    without = ask(client, community, **proof)
    wrong = ask(client, community, **proof, code="000000")

    assert "请输入动态验证码" in without.content.decode()
    assert "动态验证码不正确或已经用过" in wrong.content.decode()
    assert 'value="消防检查"' in wrong.content.decode()
    assert not Job.objects.exists()
    assert ask(client, community, **proof, code=make.code()).status_code == 302
    clock.shift(timedelta(minutes=6))
    used = ask(client, community, **proof, code=make.code(step=-12))
    assert used.status_code == 422


def test_a_right_code_with_a_wrong_password_is_not_used_up(creator, sign_in, community):
    make.second_factor(creator.user)
    client = sign_in(creator)

    ask(client, community, password="wrong", code=make.code())

    assert ask(client, community, password=make.PASSWORD, code=make.code()).status_code == 302


def test_five_wrong_codes_close_it(creator, sign_in, community):
    make.second_factor(creator.user)
    client, proof = sign_in(creator), {"password": make.PASSWORD}
    for _ in range(5):
        ask(client, community, **proof, code="000000")

    response = ask(client, community, **proof, code=make.code())

    assert "动态验证码输入错误次数过多" in response.content.decode()
    assert not Job.objects.exists()


def test_five_wrong_passwords_close_all_of_it(client, community):
    delete, proof = f"/fengniao/communities/{community.pk}/delete/", {"password": "wrong"}
    for _ in range(5):
        client.post(delete, {"name": "腾讯小区"} | proof)

    response = ask(client, community, password=make.PASSWORD)

    assert "密码输入错误次数过多" in response.content.decode()
    assert Community.objects.exists()
    assert not Job.objects.exists()
