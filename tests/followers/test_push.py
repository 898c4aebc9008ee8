"""What is changed here comes to WeChat: in chunks, once, told where it is refused."""

import pytest
from django.utils import timezone

from followers import push, services, store
from followers.models import Follower, Tag
from haina.accounts.audit import Actor
from haina.wechat.errors import AccountRefused, RecipientGone, WeChatRefused
from haina.wechat.official import official

pytestmark = pytest.mark.django_db(transaction=True)


def wish(**fields):
    """What the console does: write what is wanted, and mark it."""
    openids = fields.pop("openids")
    found = Follower.objects.filter(openid__in=openids)
    found.update(**fields)
    with_lock = list(found.values_list("account", "pk"))
    store.mark_to_push(with_lock[0][0], [pk for _account, pk in with_lock])


def person(sandbox, openid: str) -> dict:
    return next(each for each in sandbox.people() if each["openid"] == openid)


def numbers(sandbox, endpoint: str) -> int:
    return len(sandbox.calls(endpoint))


def test_everything_that_differs_comes_to_wechat(account, sandbox, connection, synchronise):
    synchronise()
    one, two = sandbox.openids()[:2]
    tag = Tag.objects.create(account=account, name="二期业主")
    wish(openids=[one], remark="李四", tag_ids=[tag.pk])
    wish(openids=[two], blocked=True)

    push.push(account.pk)

    wechat = official(connection)
    (there,) = [each for each in wechat.tags() if each.name == "二期业主"]
    (profile,) = wechat.details([one])
    assert (profile.remark, profile.tag_ids) == ("李四", (there.id,))
    assert two in wechat.blacklist().openids
    assert not Follower.objects.filter(to_push=True).exists()


def test_what_was_pushed_is_not_pushed_again(account, sandbox, synchronise):
    synchronise()
    wish(openids=sandbox.openids()[:3], remark="李四")
    push.push(account.pk)
    before = len(sandbox.calls())

    push.push(account.pk)

    assert len(sandbox.calls()) == before


def test_batches_are_cut_to_what_wechat_takes(account, sandbox, synchronise):
    synchronise()
    openids = sandbox.openids()
    tag = Tag.objects.create(account=account, name="二期业主")
    wish(openids=openids[:51], tag_ids=[tag.pk])
    wish(openids=openids[:21], blocked=True)
    marked = Follower.objects.filter(openid__in=openids[:51])

    push.push(account.pk)

    assert numbers(sandbox, "cgi-bin/tags/members/batchtagging") == 2
    assert numbers(sandbox, "cgi-bin/tags/members/batchblacklist") == 2
    assert not marked.filter(to_push=True).exists()


def test_one_who_is_refused_does_not_keep_the_others(account, sandbox, synchronise):
    """WeChat refuses a whole chunk for one of them: the others are tried one by one."""
    synchronise()
    Follower.objects.create(account=account, openid="o-of-another-account", to_ask=False)
    good = sandbox.openids()[:5]
    wish(openids=[*good, "o-of-another-account"], blocked=True)

    push.push(account.pk)

    assert Follower.objects.get(openid="o-of-another-account").push_fault == 40003
    assert Follower.objects.filter(openid__in=good, blocked_there=True).count() == 5
    assert not Follower.objects.filter(to_push=True).exists()


def test_what_wechat_does_not_take_stays_here(account, sandbox, synchronise):
    synchronise()
    one = sandbox.openids()[0]
    tag = Tag.objects.create(account=account, name="东区二十三栋业主委员会")
    assert tag.is_local
    wish(openids=[one], remark="住在东区二十三栋的老张", tag_ids=[tag.pk])

    push.push(account.pk)

    follower = Follower.objects.get(openid=one)
    assert not follower.to_push
    assert (follower.remark, follower.remark_there) == ("住在东区二十三栋的老张", "")
    assert numbers(sandbox, "cgi-bin/tags/create") == 0


def test_fault_of_the_account_leaves_everything_to_be_pushed(
    account, connection, sandbox, synchronise
):
    synchronise()
    wish(openids=sandbox.openids()[:3], remark="李四")
    sandbox.fault("cgi-bin/user/info/updateremark", errcode=48001)

    with pytest.raises(AccountRefused):
        push.push(account.pk)

    assert Follower.objects.filter(to_push=True).count() == 3
    sandbox.clear_faults()
    official(connection).check()  # or a minute passes
    push.push(account.pk)
    assert not Follower.objects.filter(to_push=True).exists()


def test_change_made_while_pushing_is_pushed_as_well(account, connection, sandbox, synchronise):
    """What WeChat has taken is written beside what is wanted, not over it."""
    synchronise()
    one = sandbox.openids()[0]
    wish(openids=[one], remark="第一")
    (follower,) = push.next_batch(account.pk)
    wish(openids=[one], remark="第二")

    push.push_batch(account.pk, [follower], official(connection))

    follower = Follower.objects.get(openid=one)
    assert (follower.remark, follower.remark_there, follower.to_push) == ("第二", "第一", True)


def test_tag_is_renamed_and_deleted_at_wechat(account, connection, sandbox, synchronise):
    synchronise()
    renamed, deleted = Tag.objects.filter(wechat_id__isnull=False)[:2]
    Tag.objects.filter(pk=renamed.pk).update(name="新名字")
    Tag.objects.filter(pk=deleted.pk).update(gone=True)

    push.push(account.pk)

    there = {tag.id: tag.name for tag in official(connection).tags()}
    assert there[renamed.wechat_id] == "新名字"
    assert deleted.wechat_id not in there
    assert not Tag.objects.filter(pk=deleted.pk).exists()


def test_tag_made_before_a_crash_is_found_again(account, connection, sandbox, synchronise):
    synchronise()
    official(connection).create_tag("二期业主")
    tag = Tag.objects.create(account=account, name="二期业主")

    push.push(account.pk)

    assert Tag.objects.get(pk=tag.pk).wechat_id


def test_refused_tag_is_told_and_does_not_come_again(account, sandbox, synchronise):
    synchronise()
    tag = Tag.objects.create(account=account, name="一百零一")
    sandbox.fault("cgi-bin/tags/create", errcode=45056)

    push.push(account.pk)
    push.push(account.pk)

    assert Tag.objects.get(pk=tag.pk).push_fault == 45056
    assert numbers(sandbox, "cgi-bin/tags/create") == 1


@pytest.mark.parametrize("is_taken", [False, True])
def test_tag_that_wechat_does_not_delete_comes_back(account, sandbox, synchronise, is_taken):
    synchronise()
    tag = Tag.objects.filter(wechat_id__isnull=False).first()
    Tag.objects.filter(pk=tag.pk).update(gone=True)
    if is_taken:
        Tag.objects.create(account=account, name=tag.name)
    sandbox.fault("cgi-bin/tags/delete", errcode=45057)

    push.push(account.pk)

    tag.refresh_from_db()
    assert (tag.push_fault, tag.gone) == (45057, is_taken)


def test_pushing_ends_where_a_tag_is_refused(account, sandbox, synchronise):
    synchronise()
    one = sandbox.openids()[0]
    tag = Tag.objects.create(account=account, name="一百零一")
    wish(openids=[one], tag_ids=[tag.pk], remark="李四")
    sandbox.fault("cgi-bin/tags/create", errcode=45056)

    push.push(account.pk)

    follower = Follower.objects.get(openid=one)
    assert (follower.remark_there, follower.to_push) == ("李四", False)


def test_tag_that_gets_a_shorter_name_comes_to_wechat_with_its_followers(
    account, connection, sandbox, synchronise, creator
):
    synchronise()
    one = sandbox.openids()[0]
    tag = Tag.objects.create(account=account, name="东区二十三栋业主委员会")
    wish(openids=[one], tag_ids=[tag.pk])

    by, now = Actor.of(creator), timezone.now()
    services.rename_tag(tag, "业委会", by=by, now=now)
    push.push(account.pk)

    tag.refresh_from_db()
    (profile,) = official(connection).details([one])
    assert profile.tag_ids == (tag.wechat_id,)


def test_tag_that_gets_a_longer_name_is_pushed_no_more(account, sandbox, synchronise, creator):
    synchronise()
    tag = Tag.objects.filter(wechat_id__isnull=False).first()
    one = Follower.objects.filter(tag_ids__contains=[tag.pk], subscribed=True).first()

    by, now = Actor.of(creator), timezone.now()
    services.rename_tag(tag, "东区二十三栋业主委员会", by=by, now=now)
    store.mark_to_push(account.pk, [one.pk])
    push.push(account.pk)

    one.refresh_from_db()
    assert not one.to_push


def test_who_comes_back_gets_our_remark_again(account, connection, sandbox, synchronise):
    synchronise()
    one = sandbox.openids()[0]
    wish(openids=[one], remark="李四")
    push.push(account.pk)
    sandbox.unfollow(one)
    synchronise()
    sandbox.follow(one)
    synchronise()

    push.push(account.pk)

    (profile,) = official(connection).details([one])
    assert profile.remark == "李四"


def test_reason_that_is_nobodys_leaves_everybody_to_be_pushed(account, sandbox, synchronise):
    """A code that we do not know may be the account's: a few tries, and all of them wait."""
    synchronise()
    wish(openids=sandbox.openids()[:60], blocked=True)
    fault = sandbox.fault("cgi-bin/tags/members/batchblacklist", errcode=50002)
    before = len(sandbox.calls())

    with pytest.raises(WeChatRefused):
        push.push(account.pk)

    assert len(sandbox.calls()) - before < 6
    assert Follower.objects.filter(to_push=True, push_fault=None).count() == 60
    sandbox.do("faults/clear", id=fault)
    push.push(account.pk)
    assert Follower.objects.filter(blocked_there=True).count() == 60


def test_one_unknown_refusal_does_not_keep_the_others(account, sandbox, synchronise):
    synchronise()
    openids = sandbox.openids()[:5]
    wish(openids=openids, remark="李四")
    sandbox.fault("cgi-bin/user/info/updateremark", errcode=50002, times=1)

    with pytest.raises(WeChatRefused):
        push.push(account.pk)

    assert Follower.objects.filter(remark_there="李四").count() == 4


def test_refusal_of_a_former_wish_does_not_stop_the_new_one(
    account, connection, sandbox, synchronise
):
    synchronise()
    one = sandbox.openids()[0]
    wish(openids=[one], remark="第一")
    (follower,) = push.next_batch(account.pk)
    wish(openids=[one], remark="第二")
    sandbox.fault("cgi-bin/user/info/updateremark", errcode=40092)

    push.push_batch(account.pk, [follower], official(connection))

    follower = Follower.objects.get(openid=one)
    assert (follower.to_push, follower.push_fault) == (True, None)


def test_what_is_taken_of_somebody_who_has_left_is_not_written_back(
    account, connection, sandbox, synchronise
):
    synchronise()
    one = sandbox.openids()[0]
    wish(openids=[one], remark="李四")
    (follower,) = push.next_batch(account.pk)
    store.leave([follower.pk], now=timezone.now())

    push.push_batch(account.pk, [follower], official(connection))

    assert Follower.objects.get(openid=one).remark_there == ""


def test_who_has_left_is_taken_out_of_the_blacklist_too(account, connection, sandbox, synchronise):
    synchronise()
    one = sandbox.openids()[0]
    wish(openids=[one], blocked=True)
    push.push(account.pk)
    Follower.objects.filter(openid=one).update(subscribed=False)

    wish(openids=[one], blocked=False)
    push.push(account.pk)

    assert one not in official(connection).blacklist().openids
    assert not Follower.objects.get(openid=one).blocked_there


def test_nothing_is_sent_to_the_blocked(account, connection, sandbox, synchronise):
    """Not by any way: the gateway itself refuses."""
    synchronise()
    one = sandbox.openids()[0]
    wish(openids=[one], blocked=True)

    with pytest.raises(RecipientGone):
        official(connection).send(one, official(connection).templates()[0].id, {})

    assert sandbox.calls("cgi-bin/message/template/send") == []


def test_tag_that_was_refused_is_deleted_all_the_same(
    account, connection, sandbox, synchronise, creator
):
    synchronise()
    tag = Tag.objects.filter(wechat_id__isnull=False).first()
    by, now = Actor.of(creator), timezone.now()
    services.rename_tag(tag, "不行", by=by, now=now)
    fault = sandbox.fault("cgi-bin/tags/update", errcode=45157)
    push.push(account.pk)
    sandbox.do("faults/clear", id=fault)

    services.delete_tag(tag, by=by, now=now)
    push.push(account.pk)

    assert tag.wechat_id not in {there.id for there in official(connection).tags()}
    assert not Tag.objects.filter(pk=tag.pk).exists()


def test_refused_name_saved_again_is_tried_again(account, sandbox, synchronise, creator):
    synchronise()
    by, now = Actor.of(creator), timezone.now()
    tag = services.add_tag(account, "二期业主", by=by, now=now)
    fault = sandbox.fault("cgi-bin/tags/create", errcode=45056)
    push.push(account.pk)
    sandbox.do("faults/clear", id=fault)

    services.rename_tag(tag, "二期业主", by=by, now=now)
    push.push(account.pk)

    tag.refresh_from_db()
    assert (tag.push_fault, tag.name_there) == (None, "二期业主")


def test_tag_that_appears_at_wechat_is_given_to_whoever_has_it_here(
    account, connection, sandbox, synchronise
):
    synchronise()
    one = sandbox.openids()[0]
    tag = Tag.objects.create(account=account, name="二期业主", push_fault=45056)
    wish(openids=[one], tag_ids=[tag.pk])
    official(connection).create_tag("二期业主")

    synchronise()
    push.push(account.pk)

    (profile,) = official(connection).details([one])
    tag.refresh_from_db()
    assert profile.tag_ids == (tag.wechat_id,)
    assert (tag.push_fault, tag.to_give) == (None, False)
