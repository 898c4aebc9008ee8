"""Followers and WeChat agree after a pass, whatever happened on either side before and during it."""

import pytest
from django.utils import timezone

from followers import sync
from followers.models import Follower, Sync, Tag, Tally
from haina.wechat.official import official

pytestmark = pytest.mark.django_db(transaction=True)


def run(account) -> Sync:
    sync.ask(account.pk, now=timezone.now())
    sync.work(account.pk)
    return Sync.objects.get(account=account)


def state() -> list[dict]:
    return list(Follower.objects.order_by("openid").values())


def tallies(account) -> dict[int, int]:
    return dict(Tally.objects.filter(account=account).values_list("kind", "number"))


def test_first_pass_brings_everybody_who_follows(account, sandbox, connection):
    done = run(account)

    assert not done.is_running
    assert done.fault is None
    here = Follower.objects.filter(subscribed=True)
    assert sorted(here.values_list("openid", flat=True)) == sorted(sandbox.openids())
    assert tallies(account)[0] == here.count() == done.arrived


def test_second_pass_writes_nothing(account, sandbox, connection):
    run(account)
    before = state()

    again = run(account)

    assert state() == before
    assert (again.arrived, again.left, again.changed) == (0, 0, 0)


def test_pass_takes_over_what_was_done_at_wechat(account, sandbox, connection):
    run(account)
    one, two, three = sandbox.openids()[:3]
    wechat = official(connection)
    tag = wechat.create_tag("三期业主")
    wechat.tag(tag, [one])
    wechat.remark(two, "张三")
    wechat.block([three])
    sandbox.unfollow(sandbox.openids()[3])

    done = run(account)

    tag = Tag.objects.get(wechat_id=tag)
    assert Follower.objects.get(openid=one).tag_ids == [tag.pk]
    assert Follower.objects.get(openid=two).remark == "张三"
    assert Follower.objects.get(openid=three).blocked
    assert done.left == 1
    assert not Follower.objects.filter(to_push=True).exists()
