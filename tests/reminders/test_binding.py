"""邀请关注, scanning, 解除关联: who an administrator is in WeChat."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followers.models import Colleague
from haina.accounts import services
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry, Grant
from haina.accounts.permissions import Level, ResidentField, Section
from haina.accounts.terms import Terms
from haina.wechat import inbox
from reminders import binding
from reminders.models import BindingInvitation, Switch
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invite(sign_in, creator, url, connection):
    """The creator presses 邀请关注 for somebody; the newest invitation."""

    def press(administrator) -> BindingInvitation:
        sign_in(creator).post(url("invite", administrator.pk))
        return BindingInvitation.objects.filter(administrator=administrator).latest("pk")

    return press


@pytest.fixture
def scan(account, connection, sandbox):
    """WeChat posts what came of scanning the latest code, or another one."""

    def post(openid: str, *, scene: str = "", new: bool = False, ago: timedelta | None = None):
        scene = scene or latest_scene(sandbox)
        event, key = ("subscribe", f"qrscene_{scene}") if new else ("SCAN", scene)
        now = timezone.now() - (ago or timedelta())
        message = {"FromUserName": openid, "CreateTime": str(int(now.timestamp()))}
        message |= {"MsgType": "event", "Event": event, "EventKey": key}
        inbox.receive(connection, message, now=timezone.now())
        inbox.work()

    return post


def latest_scene(sandbox) -> str:
    return sandbox.see("codes")["codes"][-1]["scene"]


def test_scanned_by_a_follower_binds(
    operator, invite, scan, phone_of_wechat, sign_in, creator, url
):
    invitation = invite(operator)

    scan(phone_of_wechat.openid)

    assert Colleague.objects.get(administrator=operator).follower == phone_of_wechat
    page = sign_in(creator).get(url("invitation", invitation.pk), headers={"HX-Request": "true"})
    assert page.status_code == 286
    assert "已关联" in page.content.decode()
    assert page.headers["HX-Trigger"]
    assert "可微信提醒(微信: " in sign_in(creator).get(url("list")).content.decode()
    acts = AuditEntry.objects.filter(action__startswith="reminder.").order_by("pk")
    assert [(each.action, each.ids) for each in acts] == [
        ("reminder.invited", [operator.pk]),
        ("reminder.bound", [operator.pk]),
    ]


def test_scanned_by_somebody_new_binds(account, operator, invite, scan, sandbox):
    openid = sandbox.openids(following=False)[0]
    invite(operator)

    scan(openid, new=True)

    assert Colleague.objects.get(administrator=operator).follower.openid == openid


def test_a_code_works_once(account, operator, invite, scan, phone_of_wechat):
    invite(operator)
    scan(phone_of_wechat.openid)
    Colleague.objects.all().delete()

    scan(make.follower(account).openid)

    assert not Colleague.objects.exists()


def test_a_code_that_is_over_does_nothing(operator, invite, scan, phone_of_wechat):
    invitation = invite(operator)
    BindingInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    scan(phone_of_wechat.openid)

    invitation.refresh_from_db()
    assert not Colleague.objects.exists()
    assert invitation.used_at is None


def test_a_new_code_makes_the_one_before_void(operator, invite, scan, phone_of_wechat, sandbox):
    invite(operator)
    first = latest_scene(sandbox)
    invite(operator)

    scan(phone_of_wechat.openid, scene=first)

    assert not Colleague.objects.exists()


def test_a_code_of_another_account_does_nothing(
    account, operator, stranger, phone_of_wechat, connection, scan
):
    scene = f"{binding.PREFIX}x"
    make.invitation(stranger, digest=binding.keyed_hash(scene))

    scan(phone_of_wechat.openid, scene=scene)

    assert not Colleague.objects.exists()


def test_a_code_for_somebody_deactivated_does_nothing(operator, invite, scan, phone_of_wechat):
    invite(operator)
    operator.deactivated_at = timezone.now()
    operator.save()

    scan(phone_of_wechat.openid)

    assert not Colleague.objects.exists()


@pytest.mark.parametrize("change", ["none", "inviter left", "raised"])
def test_a_code_needs_who_made_it(
    account, operator, keeper, scan, phone_of_wechat, sign_in, url, change
):
    """Whoever holds the printed code of a colleague gets no more by it than they had."""
    keeper.grants.all().delete()
    everything = [{"section": name, "level": Level.MANAGE} for name in Section]
    everything += [{"field": name, "level": Level.MANAGE} for name in ResidentField]
    Grant.objects.bulk_create(Grant(administrator=keeper, **each) for each in everything)
    sign_in(keeper).post(url("invite", operator.pk))
    if change == "inviter left":
        services.deactivate(keeper, by=Actor.command(account), now=timezone.now())
    elif change == "raised":
        by, now = Actor.command(account), timezone.now()
        services.set_terms(operator, Terms("system"), by=by, now=now)

    scan(phone_of_wechat.openid)

    assert Colleague.objects.exists() == (change == "none")


@pytest.mark.parametrize("inviter", ["keeper", "creator"])
def test_who_is_raised_above_whoever_bound_them_is_unbound(
    account, operator, keeper, creator, scan, phone_of_wechat, sign_in, url, inviter
):
    """Else a phone of the keeper's own would open the review and the console of somebody else."""
    keeper.grants.all().delete()
    everything = [{"section": name, "level": Level.MANAGE} for name in Section]
    everything += [{"field": name, "level": Level.MANAGE} for name in ResidentField]
    Grant.objects.bulk_create(Grant(administrator=keeper, **each) for each in everything)
    sign_in({"keeper": keeper, "creator": creator}[inviter]).post(url("invite", operator.pk))
    scan(phone_of_wechat.openid)
    by, now = Actor.command(account), timezone.now()

    services.set_rights(operator, sections={Section.RESIDENTS: 2}, fields={}, by=by, now=now)
    assert Colleague.objects.exists()
    services.set_terms(operator, Terms("system"), by=by, now=now)
    assert Colleague.objects.exists() == (inviter == "creator")
    services.hand_over(account, to=operator, by=by, now=now)

    assert not Colleague.objects.exists()


def test_one_wechat_is_one_administrator(
    operator, newcomer, invite, scan, phone_of_wechat, sign_in, creator, url
):
    make.colleague(newcomer, phone_of_wechat)
    invitation = invite(operator)

    scan(phone_of_wechat.openid)

    assert Colleague.objects.get().administrator == newcomer
    page = sign_in(creator).get(url("invitation", invitation.pk), headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "已关联本服务号的另一位管理员" in page.content.decode()


def test_the_wechat_of_who_was_deactivated_is_free(
    account, operator, newcomer, invite, scan, phone_of_wechat
):
    make.colleague(newcomer, phone_of_wechat)
    services.deactivate(newcomer, by=Actor.command(account), now=timezone.now())
    invite(operator)

    scan(phone_of_wechat.openid)

    assert Colleague.objects.get().administrator == operator


def test_a_wrong_scan_is_put_right(
    account, operator, invite, scan, phone_of_wechat, sign_in, creator, url
):
    wrong = make.follower(account)
    invite(operator)
    scan(wrong.openid)

    client = sign_in(creator)
    client.post(url("unbind", operator.pk))
    assert "未关联公众号" in client.get(url("list")).content.decode()
    invite(operator)
    scan(phone_of_wechat.openid)

    assert Colleague.objects.get(administrator=operator).follower == phone_of_wechat
    assert AuditEntry.objects.filter(action="reminder.unbound").count() == 1


def test_who_left_wechat_may_be_invited_anew(operator, invite, scan, phone_of_wechat, account):
    gone = make.follower(account, subscribed=False)
    make.colleague(operator, gone)
    invite(operator)

    scan(phone_of_wechat.openid)

    assert Colleague.objects.get(administrator=operator).follower == phone_of_wechat


def test_who_comes_back_by_a_code_is_bound_as_before(
    operator, invite, scan, phone_of_wechat, sign_in, creator, url
):
    phone_of_wechat.subscribed = False
    phone_of_wechat.save()
    make.colleague(operator, phone_of_wechat)
    invitation = invite(operator)

    scan(phone_of_wechat.openid, new=True)

    assert Colleague.objects.get().administrator == operator
    page = sign_in(creator).get(url("invitation", invitation.pk), headers={"HX-Request": "true"})
    assert "已关联微信" in page.content.decode()


def test_who_is_bound_is_not_invited(bound, invite, sandbox):
    with pytest.raises(BindingInvitation.DoesNotExist):
        invite(bound)

    assert sandbox.see("codes")["codes"] == []


@pytest.mark.parametrize("act", ["invite", "unbind"])
def test_nobody_acts_for_whoever_holds_more(
    account, creator, operator, keeper, sign_in, url, connection, act
):
    """Being known in WeChat opens the review there: a code is a key."""
    system = make.operator(account, sections={Section.RESIDENTS: Level.MANAGE})
    for one in (creator, operator, system):
        make.colleague(one, make.follower(account, subscribed=act == "unbind"))

    for one in (creator, operator, system):
        response = sign_in(keeper).post(url(act, one.pk), follow=True)
        assert "权限超过您的" in response.content.decode()

    assert not BindingInvitation.objects.exists()
    assert Colleague.objects.count() == 3


def test_the_list_offers_only_what_one_may_do(operator, keeper, sign_in, url):
    html = sign_in(keeper).get(url("list")).content.decode()

    assert url("invite", keeper.pk) in html
    assert url("switch", operator.pk) in html
    assert url("invite", operator.pk) not in html


def test_nobody_sees_the_code_of_whoever_holds_more(account, creator, keeper, sign_in, url):
    """Whoever scans it is known as them, and signs in as them."""
    system = make.operator(account, sections={Section.RESIDENTS: Level.MANAGE})
    for one in (creator, system):
        address = url("invitation", make.invitation(one).pk)
        for headers in ({}, {"HX-Request": "true"}):
            assert sign_in(keeper).get(address, headers=headers).status_code == 403

    assert sign_in(creator).get(address).status_code == 200


def test_one_may_invite_oneself(keeper, sign_in, url, connection):
    sign_in(keeper).post(url("invite", keeper.pk))

    assert BindingInvitation.objects.get().administrator == keeper


def test_without_a_connection_the_answer_says_what_to_do(creator, sign_in, url):
    response = sign_in(creator).post(url("invite", creator.pk), follow=True)

    assert "公众号还没有接入" in response.content.decode()


def test_what_wechat_refuses_is_told(creator, sign_in, url, connection, sandbox):
    sandbox.fault("cgi-bin/qrcode/create", errcode=48001)

    response = sign_in(creator).post(url("invite", creator.pk), follow=True)

    assert "公众号没有调用这个接口的权限" in response.content.decode()
    assert not BindingInvitation.objects.exists()


def test_another_accounts_people_are_not_there(creator, stranger, sign_in, url, connection):
    make.switched_on(stranger)
    for name in ("invite", "unbind", "switch"):
        assert sign_in(creator).post(url(name, stranger.pk)).status_code == 404
    assert Switch.objects.get(administrator=stranger).is_on
    other = make.invitation(stranger)
    assert sign_in(creator).get(url("invitation", other.pk)).status_code == 404


def test_the_switch_is_turned_and_told(creator, operator, sign_in, url):
    client = sign_in(creator)

    row = client.post(url("switch", operator.pk), {"on": "1"}, headers={"HX-Request": "true"})

    assert "checked" in row.content.decode()
    assert Switch.objects.get(administrator=operator).is_on
    client.post(url("switch", operator.pk))
    assert not Switch.objects.get(administrator=operator).is_on
    acts = AuditEntry.objects.filter(action__startswith="reminder.switched").order_by("pk")
    assert [each.action for each in acts] == ["reminder.switched_on", "reminder.switched_off"]


def test_the_switch_answers_with_what_is_still_missing(
    account, creator, operator, phone_of_wechat, sign_in, url
):
    make.colleague(operator, phone_of_wechat)
    client, missing = sign_in(creator), "还没有人能收到提醒"
    assert missing in client.get(url("list")).content.decode()

    for changed, is_told in (({"on": "1"}, False), ({}, True)):
        answer = client.post(url("switch", operator.pk), changed, headers={"HX-Request": "true"})
        assert (missing in answer.content.decode()) == is_told


def test_the_rows_say_how_each_is_told(
    account, creator, reviewer, newcomer, keeper, sign_in, url, phone_of_wechat
):
    make.colleague(creator, phone_of_wechat)
    phone_of_wechat.nickname, phone_of_wechat.remark = "小厨子", "不该出现的备注"
    phone_of_wechat.save()

    html = sign_in(keeper).get(url("list")).content.decode()

    assert "可微信提醒(微信: 小厨子)" in html
    assert "不该出现的备注" not in html
    assert "138*****00" in html
    assert str(reviewer.user.phone) not in html
    assert "没有住户信息的管理权限" in html
    assert "蜂鸟小区A”服务号接收提醒" in html


def test_neither_wechat_nor_phone_is_said(creator, sign_in, url):
    html = sign_in(creator).get(url("list")).content.decode()

    assert "没有关联微信，也没有手机号，收不到提醒。" in html


def test_a_phone_is_no_way_without_sms(account, reviewer, creator, sign_in, url):
    html = sign_in(creator).get(url("list")).content.decode()
    assert "没有关联微信，短信也没有接入，收不到提醒。" in html

    make.sms(account)

    html = sign_in(creator).get(url("list")).content.decode()
    assert "短信也没有接入" not in html


def test_the_list_costs_the_same_for_many(account, creator, sign_in, url):
    client = sign_in(creator)
    client.get(url("list"))
    with CaptureQueriesContext(database) as few:
        client.get(url("list"))
    for _number in range(3):
        place = make.operator(account, sections={Section.RESIDENTS: Level.MANAGE})
        make.colleague(place, make.follower(account))
        make.switched_on(place)

    with CaptureQueriesContext(database) as many:
        client.get(url("list"))

    assert len(many) == len(few)


def test_viewers_see_and_change_nothing(account, operator, sign_in, url):
    viewer = make.operator(account, "小吴", sections={Section.REMINDERS: Level.VIEW})
    client = sign_in(viewer)

    html = client.get(url("list")).content.decode()

    assert "邀请关注" not in html
    assert client.post(url("switch", operator.pk), {"on": "1"}).status_code == 403
    assert not Switch.objects.exists()
