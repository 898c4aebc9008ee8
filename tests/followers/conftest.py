from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from followers import sync
from followers.models import Sync
from haina.accounts.permissions import Level, Section
from tests import make


@pytest.fixture
def connection(account, sandbox):
    """The account, connected to the sandbox."""
    own = {"app_id": sandbox.appid, "secret": sandbox.secret}
    return make.wechat(account, **own, connected_at=timezone.now())


@pytest.fixture
def synchronise(account, connection):
    """A whole pass, as a worker does it."""

    def run() -> Sync:
        sync.ask(account.pk, now=timezone.now())
        sync.work(account.pk)
        return Sync.objects.get(account=account)

    return run


@pytest.fixture
def url(account):
    """The address of one of the section's screens."""

    def address_of(name: str, *args, **query) -> str:
        return reverse(f"followers:{name}", args=[account.slug, *args], query=query or None)

    return address_of


@pytest.fixture
def connected(account):
    return make.wechat(account, connected_at=timezone.now())


@pytest.fixture
def tags(account):
    return {name: make.tag(account, name) for name in ("业主", "租客")}


@pytest.fixture
def four(account, tags, connected):
    """One with a remark, one with a nickname, one of the tag 业主 with a star, one without
    anything; the last one followed first."""
    told = {
        "鲁宁": {"remark": "鲁宁"},
        "j4ck": {"nickname": "j4ck", "scene": "ADD_SCENE_QR_CODE"},
        "李海": {"remark": "李海", "tag_ids": [tags["业主"].pk], "starred": True},
        "wxyz": {"openid": "oNobodyKnowsThisOne00000wxyz"},
    }
    now = timezone.now()
    return {
        name: make.follower(account, subscribed_at=now - timedelta(days=day), **fields)
        for day, (name, fields) in enumerate(told.items())
    }


@pytest.fixture
def viewer(account):
    """Sees followers, and nothing of residents."""
    return make.operator(account, "看客", sections={Section.FOLLOWERS: Level.VIEW})
