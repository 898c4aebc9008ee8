"""kill -9 in the middle of a pass, of pushing, of an event: another worker goes on from there."""

import signal

import pytest
from django.utils import timezone

from followers import push, store, sync
from followers.models import Follower, Seen, Sync, Tally
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
