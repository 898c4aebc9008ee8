"""kill -9 in the middle of a pass, of pushing, of an event: another worker goes on from there."""

import signal

import pytest
from django.utils import timezone

from followers import push, store, sync
from followers.models import Follower, Seen, Sync, Tag, Tally
from haina.wechat.official import official
from tests.processes import ended

pytestmark = pytest.mark.django_db(transaction=True)


def die_at(point: str, function: str, account, sandbox) -> None:
    there = {"HAINA_SANDBOX": "1", "WECHAT_API_BASE": sandbox.url}
    assert ended(function, account.pk, HAINA_KILL_AT=point, **there) == -signal.SIGKILL


def test_pass_goes_on_where_its_worker_died(account, connection, sandbox):
    """It dies after each step anew; what was read is not read again."""
    sync.ask(account.pk, now=timezone.now())
    steps = 0
    while Sync.objects.get(account=account).is_running:
        die_at("followers.page", "followers.sync.work", account, sandbox)
        Sync.objects.filter(leased_until__isnull=False).update(leased_until=timezone.now())
        steps += 1

    assert steps > 3
    here = Follower.objects.filter(subscribed=True)
    assert sorted(here.values_list("openid", flat=True)) == sorted(sandbox.openids())
    assert Tally.objects.get(account=account, kind=0).number == here.count()
    assert not Seen.objects.exists()
    answered = [call for call in sandbox.calls("cgi-bin/user/get") if not call["errcode"]]
    asked = [call["query"].get("next_openid") for call in answered]
    assert len(asked) == len(set(asked))


def test_pushing_goes_on_where_its_worker_died(account, sandbox, synchronise):
    synchronise()
    openids = sandbox.openids()[:3]
    followers = Follower.objects.filter(openid__in=openids)
    followers.update(blocked=True, remark="李四")
    store.mark_to_push(account.pk, followers.values_list("pk", flat=True))

    die_at("followers.pushed", "followers.push.push", account, sandbox)
    push.push(account.pk)

    assert not followers.filter(to_push=True).exists()
    assert followers.filter(blocked_there=True, remark_there="李四").count() == 3


def test_new_tag_goes_on_to_its_followers_where_its_worker_died(
    account, connection, sandbox, synchronise
):
    """They are marked some at a time, and each time for good."""
    synchronise()
    openids = sandbox.openids()[:3]
    tag = Tag.objects.create(account=account, name="二期业主")
    having = Follower.objects.filter(openid__in=openids)
    having.update(tag_ids=[tag.pk])

    die_at("followers.tag_chunk", "tests.followers.slow.push_one_by_one", account, sandbox)
    assert having.filter(to_push=True).count() == 1
    push.push(account.pk)

    tag.refresh_from_db()
    told = official(connection).details(openids)
    assert [profile.tag_ids for profile in told] == [(tag.wechat_id,)] * 3
    assert not tag.to_give


def test_deleted_tag_is_taken_from_its_followers_where_its_worker_died(
    account, connection, sandbox, synchronise
):
    synchronise()
    tag = Tag.objects.filter(wechat_id__isnull=False).first()
    had = Follower.objects.filter(tag_ids__contains=[tag.pk])
    number = had.count()
    assert number > 1
    Tag.objects.filter(pk=tag.pk).update(gone=True)

    die_at("followers.tag_chunk", "tests.followers.slow.push_one_by_one", account, sandbox)
    assert had.count() == number - 1
    push.push(account.pk)

    assert not had.exists()
    assert not Tag.objects.filter(pk=tag.pk).exists()
    assert not Tally.objects.filter(kind=tag.pk, number__gt=0).exists()
