"""What became of a test message: the page tells it as soon as WeChat has."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import make
from tests.wechat.posting import AES_KEY, TOKEN, event, post

MSGID = 200163840


@pytest.fixture
def connected(account):
    own = {"token": TOKEN, "aes_key": AES_KEY}
    return make.wechat(account, connected_at="2026-11-22T08:00:00+08:00", **own)


@pytest.fixture
def see(sign_in, creator, account, connected):
    """The line about the test, and whether the page goes on asking."""

    def see(sent: object = MSGID, **query) -> tuple[str, bool]:
        page = reverse("official:settings", args=[account.slug])
        html = sign_in(creator).get(page, {"sent": sent, **query}).content.decode()
        line = re.search(r'<p id="test-outcome".*?</p>', html, re.S)
        return (line[0], "every 2s" in line[0]) if line else ("", False)

    return see


def finish(connection, status: str, msgid: int = MSGID) -> None:
    told = event("TEMPLATESENDJOBFINISH", MsgID=msgid, Status=status)
    assert post(Client(), connection, told).status_code == 200


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("success", "测试消息已送达。"),
        ("failed:user block", "该用户已拒收公众号的消息"),
        ("failed: system failed", "微信系统发送失败"),
        ("failed: something new", "微信系统发送失败"),
    ],
)
def test_the_outcome_is_told(see, connected, status, sentence):
    line, asks = see()
    assert "等待结果" in line
    assert "刷新查看结果" in line
    assert asks

    finish(connected, status)

    line, asks = see()
    assert sentence in line
    assert not asks


def test_the_page_stops_asking_after_a_minute(see, connected):
    line, asks = see(asked=30)
    assert "还没有告知是否送达" in line
    assert not asks

    finish(connected, "success")

    assert "测试消息已送达。" in see(asked=30)[0]


def test_the_outcome_of_another_message_is_not_this_ones(see, connected, stranger):
    finish(connected, "success", MSGID + 1)
    other = make.wechat(stranger.account, token=TOKEN)
    finish(other, "success")

    assert "等待结果" in see()[0]


@pytest.mark.parametrize("sent", ["", "x", "-1", "9" * 30, "0"])
def test_an_address_that_names_no_message_shows_none(see, sent):
    assert see(sent) == ("", False)
