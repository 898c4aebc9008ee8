"""Followers and WeChat agree after a pass, whatever happened on either side before it."""

from contextlib import contextmanager

import pytest
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from followers import details, push, store, sync
from followers.models import Follower, Seen, Sync, Tag, Tally
from haina.lib.leases import LeaseLost
from haina.lib.locks import Lock
from haina.wechat.errors import UNREACHABLE
from haina.wechat.official import official
from tests.wechat.stand_in import StandIn

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> list[dict]:
    return list(Follower.objects.order_by("openid").values())


def tallies(account) -> dict[int, int]:
    numbers = Tally.objects.filter(account=account, number__gt=0)
    return dict(numbers.values_list("kind", "number"))


def counted(account) -> dict[int, int]:
    found = {}
    for groups in Follower.objects.filter(account=account).values_list("groups", flat=True):
        for group in groups:
            found[group] = found.get(group, 0) + 1
    return found


def test_first_pass_brings_everybody_who_follows(account, sandbox, synchronise):
    done = synchronise()

    assert not done.is_running
    assert done.fault is None
    here = Follower.objects.filter(subscribed=True)
    assert sorted(here.values_list("openid", flat=True)) == sorted(sandbox.openids())
    assert done.arrived == here.count()
    assert not here.filter(to_ask=True).exists()
    assert not Seen.objects.exists()


def test_second_pass_writes_nothing(account, synchronise):
    synchronise()
    before = rows()

    again = synchronise()

    assert rows() == before
    assert (again.arrived, again.left, again.changed) == (0, 0, 0)


def test_pass_takes_over_what_was_done_at_wechat(sandbox, connection, synchronise):
    synchronise()
    one, two, three, four = sandbox.openids()[:4]
    wechat = official(connection)
    number = wechat.create_tag("三期业主")
    wechat.tag(number, [one])
    wechat.remark(two, "张三")
    wechat.block([three])
    sandbox.unfollow(four)

    done = synchronise()

    tag = Tag.objects.get(wechat_id=number)
    assert tag.pk in Follower.objects.get(openid=one).tag_ids
    assert Follower.objects.get(openid=two).remark == "张三"
    assert Follower.objects.get(openid=three).blocked
    assert not Follower.objects.get(openid=four).subscribed
    assert (done.left, done.changed) == (1, 3)
    assert not Follower.objects.filter(to_push=True).exists()


def test_pass_leaves_what_is_still_to_be_pushed(sandbox, connection, synchronise):
    synchronise()
    one = sandbox.openids()[0]
    Follower.objects.filter(openid=one).update(remark="我们的", to_push=True)
    official(connection).remark(one, "微信的")

    synchronise()

    follower = Follower.objects.get(openid=one)
    assert (follower.remark, follower.remark_there) == ("我们的", "微信的")
    assert follower.to_push


def test_tag_that_is_gone_at_wechat_goes_here(account, sandbox, connection, synchronise):
    synchronise()
    tag = Tag.objects.filter(wechat_id__isnull=False).first()
    official(connection).delete_tag(tag.wechat_id)

    synchronise()

    assert Tag.objects.get(pk=tag.pk).gone
    push.push(account.pk)
    assert not Tag.objects.filter(pk=tag.pk).exists()
    assert not Follower.objects.filter(tag_ids__contains=[tag.pk]).exists()


def test_who_left_keeps_our_notes_and_loses_the_profile(sandbox, synchronise):
    synchronise()
    one = sandbox.openids()[0]
    Follower.objects.filter(openid=one).update(
        starred=True, remark="3栋班长", nickname="小马", unionid="u-1"
    )
    sandbox.unfollow(one)

    synchronise()

    follower = Follower.objects.get(openid=one)
    assert follower.unsubscribed_at
    assert (follower.remark, follower.starred) == ("3栋班长", True)
    assert (follower.nickname, follower.unionid, follower.scene) == ("", "", "")


@pytest.mark.parametrize("phase", ["openids", "blacklist"])
def test_nobody_is_compared_with_all_of_the_others(account, connection, phase):
    """A first pass writes its rows faster than PostgreSQL has statistics of them."""
    plans = []

    def explained(execute, statement, values, many, context):
        if "NOT EXISTS" in statement and not statement.startswith("EXPLAIN"):
            context["cursor"].execute(f"EXPLAIN {statement}", values)
            plans.append(str(context["cursor"].fetchall()))
        return execute(statement, values, many, context)

    sync.ask(account.pk, now=timezone.now())
    row, now = Sync.objects.get(), timezone.now()
    store.arrive(account.pk, [f"o{number:027d}" for number in range(2000)], began=now)
    store.see(row, phase, [f"o{number:027d}" for number in range(1000)])
    with transaction.atomic(), database.execute_wrapper(explained):
        if phase == "openids":
            assert store.leave_unseen(row, now=now) == 1000
        else:
            store.release_unlisted(row, now=now)

    assert ["Nested Loop" in plan for plan in plans] == [False]
    with database.cursor() as cursor:
        cursor.execute("SHOW enable_nestloop")
        assert cursor.fetchone() == ("on",)


def test_tallies_are_what_counting_gives(account, sandbox, connection, synchronise):
    synchronise()
    openids = sandbox.openids()
    official(connection).block(openids[:5])
    Follower.objects.filter(openid__in=openids[3:9]).update(starred=True)
    sandbox.unfollow(openids[9])
    synchronise()

    Follower.objects.filter(openid=openids[10]).delete()

    assert tallies(account) == counted(account)


def test_details_that_are_older_than_a_change_are_not_taken_over(account, connection, synchronise):
    """Asked, then changed and pushed by somebody, then answered: the answer is out of date."""
    synchronise()
    follower = Follower.objects.filter(subscribed=True).first()
    asked_at = timezone.now()
    told = details.profiles_of([follower.openid], official(connection))
    Follower.objects.filter(pk=follower.pk).update(
        remark="新备注", remark_there="新备注", known_at=timezone.now()
    )

    details.write_down(account.pk, told, asked_at=asked_at)

    assert Follower.objects.get(pk=follower.pk).remark == "新备注"


def test_one_unknown_openid_does_not_keep_the_others(account, sandbox, connection, synchronise):
    Follower.objects.create(account=account, openid="o-nobody")

    synchronise()

    assert not Follower.objects.get(openid="o-nobody").subscribed
    here = Follower.objects.filter(subscribed=True)
    assert sorted(here.values_list("openid", flat=True)) == sorted(sandbox.openids())


def test_fault_of_the_account_stops_the_pass_and_is_told(account, connection, sandbox, synchronise):
    sandbox.fault("cgi-bin/user/info/batchget", errcode=48001)

    stopped = synchronise()

    assert stopped.is_running
    assert stopped.fault == 48001
    assert account.pk not in sync.due(now=timezone.now())
    sandbox.clear_faults()
    official(connection).check()  # or a minute passes
    assert not synchronise().is_running


def test_only_one_worker_is_in_a_pass(account, sandbox, connection):
    sync.ask(account.pk, now=timezone.now())
    Sync.objects.update(leased_until=timezone.now() + Sync.LEASE)

    sync.work(account.pk)

    assert sandbox.calls("cgi-bin/user/get") == []


def test_worker_that_lost_its_lease_writes_nothing(account, connection):
    sync.ask(account.pk, now=timezone.now())
    wechat = official(connection)
    mine = Sync.objects.get(account=account)
    Sync.objects.update(leased_until=timezone.now())

    with pytest.raises(LeaseLost):
        sync.read_openids(mine, wechat)

    assert not Follower.objects.exists()


@pytest.mark.parametrize("code", [50002, 48003, 40066, 47001])
def test_fault_of_the_question_makes_nobody_leave(sandbox, synchronise, code):
    synchronise()
    Follower.objects.update(nickname="小马")
    sandbox.fault("cgi-bin/user/info/batchget", errcode=code)

    stopped = synchronise()

    assert stopped.fault == code
    assert Follower.objects.filter(subscribed=True, nickname="小马").count() == 80


def test_list_that_ends_too_early_makes_nobody_leave(synchronise, settings):
    synchronise()
    Follower.objects.update(nickname="小马")
    odd = StandIn()
    odd.answers["/cgi-bin/stable_token"] = {"access_token": "TOKEN-1", "expires_in": 7200}
    odd.answers["/cgi-bin/user/get"] = {"total": 80, "count": 0, "next_openid": ""}
    settings.WECHAT_API_BASE = odd.url

    stopped = synchronise()

    odd.stop()
    assert (stopped.fault, stopped.cursor, stopped.seen) == (UNREACHABLE, "", 0)
    assert Follower.objects.filter(subscribed=True, nickname="小马").count() == 80


def test_pass_begins_anew_where_wechat_does_not_know_its_cursor(account, sandbox, connection):
    sync.ask(account.pk, now=timezone.now())
    Sync.objects.update(cursor="o-nobody-any-more", seen=10_000)

    sync.work(account.pk)

    assert not Sync.objects.get().is_running
    here = Follower.objects.filter(subscribed=True)
    assert sorted(here.values_list("openid", flat=True)) == sorted(sandbox.openids())


def test_tags_are_not_read_while_they_are_pushed(account, synchronise):
    """The answer would be from before the push, and take it back."""
    with in_another_connection() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [int(Lock.PUSH), account.pk])
        assert synchronise().fault == UNREACHABLE
    assert Sync.objects.get().phase == Sync.Phase.DETAILS
    assert not Tag.objects.exists()


@contextmanager
def in_another_connection():
    other = database.copy()
    try:
        with other.cursor() as cursor:
            yield cursor
    finally:
        other.close()
