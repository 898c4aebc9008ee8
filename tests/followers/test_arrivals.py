"""Who followed a moment ago, and is on our page before the event is."""

import pytest

from followers.models import Follower
from tests import make
from tests.wechat.phone import Phone

HOME = "/m/fengniao/"


@pytest.fixture
def phone(sandbox, account):
    make.wechat(account, app_id=sandbox.appid, secret=sandbox.secret)
    return Phone(sandbox, sandbox.people()[0])


def test_who_has_just_followed_is_let_in(phone, sandbox):
    page = phone.visit(HOME)

    assert (page.status_code, "您好" in page.content.decode()) == (200, True)
    assert Follower.objects.get().openid == phone.openid
    assert phone.get(HOME).status_code == 200
    assert len(sandbox.calls("cgi-bin/user/info/batchget")) == 1


def test_who_came_back_is_let_in(phone, account):
    Follower.objects.create(account=account, openid=phone.openid, subscribed=False)

    assert phone.visit(HOME).status_code == 200


def test_who_does_not_follow_is_told_to_and_wechat_is_not_asked_without_end(phone, sandbox):
    sandbox.unfollow(phone.openid)

    pages = [phone.visit(HOME)] + [phone.get(HOME) for _ in range(5)]

    assert {page.status_code for page in pages} == {403}
    assert "请先关注公众号" in pages[-1].content.decode()
    assert not Follower.objects.exists()
    assert len(sandbox.calls("cgi-bin/user/info/batchget")) == 2


def test_while_wechat_cannot_be_asked_one_is_told_to_follow(phone, sandbox):
    phone.visit(HOME)
    Follower.objects.all().delete()
    sandbox.fault("cgi-bin/user/info/batchget", errcode=-1, times=9)

    assert phone.get(HOME).status_code == 403
