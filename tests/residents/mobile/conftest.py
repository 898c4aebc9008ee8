"""Somebody in WeChat: a browser session with an openid of the account."""

import re

import pytest
from django.test import Client

from tests import make

USER_AGENT = "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 MicroMessenger/8.0.50"
HOME = "/m/fengniao/"


class Visitor:
    """A follower's phone. Answers are kept as `page` and `text`."""

    def __init__(self, account, openid: str) -> None:
        self.openid = openid
        self.client = Client(headers={"user-agent": USER_AGENT})
        session = self.client.session
        session["wechat"] = {str(account.pk): openid}
        session.save()

    def get(self, path: str = "", **more):
        return self.client.get(HOME + path, **more)

    def post(self, path: str, data=None, **more):
        return self.client.post(HOME + path, data or {}, **more)


@pytest.fixture
def connected(account):
    return make.wechat(account)


@pytest.fixture
def follower(account, connected):
    return make.follower(account)


@pytest.fixture
def phone(account, follower) -> Visitor:
    return Visitor(account, follower.openid)


@pytest.fixture
def room(community):
    return make.node(community, "A 1 101")


@pytest.fixture
def form_path(community, room) -> str:
    return f"apply/{community.pk}/{room.pk}/"


@pytest.fixture
def claimed() -> dict:
    """What 张三 fills in."""
    said = {"name": "张三", "phone": "18124768126", "identity": "owner", "agrees": "on"}
    return said | {"id_number": "", "lease_ends_on": ""}


def text_of(response) -> str:
    """What can be read on the page, with single spaces."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
