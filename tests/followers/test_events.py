"""Who follows and who leaves is known at once, in whatever order WeChat tells it."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from followers import events
from followers.models import Follower
from haina.wechat import inbox
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tell(connection):
    """WeChat posts an event of this person, so many seconds before the test began."""
    now = timezone.now()

    def receive(openid: str, event: str, *, ago: int = 0, key: str = ""):
        message = {
            "ToUserName": "gh_sandbox",
            "FromUserName": openid,
            "CreateTime": str(int((now - timedelta(seconds=ago)).timestamp())),
            "MsgType": "event",
            "Event": event,
            "EventKey": key,
        }
        inbox.receive(connection, message, now=now)

    return receive


def follows(openid: str) -> bool:
    return Follower.objects.get(openid=openid).subscribed


def test_new_follower_is_there_at_once(account, tell):
    tell("o-new", "subscribe", key="qrscene_b_123")

    inbox.work()

    follower = Follower.objects.get(account=account, openid="o-new")
    assert (follower.subscribed, follower.qr_scene, follower.to_ask) == (True, "b_123", True)


def test_who_leaves_is_kept_without_profile(tell):
    tell("o-new", "subscribe", ago=10)
    inbox.work()
    Follower.objects.update(nickname="小马", remark="班长")

    tell("o-new", "unsubscribe")
    inbox.work()

    follower = Follower.objects.get(openid="o-new")
    assert not follower.subscribed
    assert (follower.nickname, follower.remark) == ("", "班长")


STORY = [(40, "subscribe"), (30, "unsubscribe"), (20, "subscribe"), (10, "unsubscribe")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_latest_event_wins_in_every_order(order, tell):
    for number in order:
        ago, event = STORY[number]
        tell("o-new", event, ago=ago)
        inbox.work()

    assert not follows("o-new")


@pytest.mark.parametrize("last", ["subscribe", "unsubscribe"])
def test_of_two_in_one_second_wechat_is_asked_for_the_last(last, account, sandbox, tell):
    openid = sandbox.openids()[0] if last == "subscribe" else "o-nobody"
    for event in ("subscribe", "unsubscribe"):
        tell(openid, event, ago=5)
    inbox.work()

    events.look_up(account.pk)

    assert follows(openid) == (last == "subscribe")


def test_details_of_a_new_follower_are_asked_for(account, sandbox, tell):
    openid = sandbox.openids()[0]
    tell(openid, "subscribe")
    inbox.work()

    events.look_up(account.pk)

    follower = Follower.objects.get(openid=openid)
    assert not follower.to_ask
    assert follower.scene


def test_event_of_another_account_touches_nobody_here(account, tell, sandbox):
    other = make.account("other", name="别家物业")
    Follower.objects.create(account=other, openid="o-new")

    tell("o-new", "unsubscribe")
    inbox.work()

    assert Follower.objects.get(account=other).subscribed
