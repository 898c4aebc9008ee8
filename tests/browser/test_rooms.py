"""What verified residents, owners and administrators find in WeChat, on a phone without scripts."""

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from haina.lib.encryption import keyed_hash
from residents.models import Invitation
from tests import make
from tests.browser.conftest import PHONE, look_by_day_and_night, picture
from tests.wechat.phone import USER_AGENT

HOME = "/m/fengniao/"


@pytest.fixture
def browser_context_args(browser_context_args):
    ours = {"viewport": PHONE, "user_agent": USER_AGENT, "java_script_enabled": True}
    return browser_context_args | ours


@pytest.fixture
def account(transactional_db, account):
    make.wechat(account)
    return account


@pytest.fixture
def community(community):
    community.owners_review = True
    community.save()
    return community


@pytest.fixture
def hold(client, context, live_server, account):
    """Puts the phone into the hand of a follower."""

    def into(follower):
        session = client.session
        session["wechat"] = {str(account.pk): follower.openid}
        session.save()
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key}
        context.add_cookies([cookie | {"url": live_server.url}])

    return into


@pytest.fixture
def owner(community, account, hold):
    follower = make.follower(account, nickname="小张")
    hold(follower)
    resident = make.resident(community, name="张三", phone="18912340001")
    return make.verified(resident, follower)


def applied(community, address="A 1 101", **claimed):
    claimed = {"name": "李小四", "identity": "family", "phone": "+8613700007788"} | claimed
    return make.application(community, make.follower(community.account), address, **claimed)


def in_both(page, name: str) -> None:
    """Pictures by day and by night, and what axe finds in either."""
    look_by_day_and_night(page, name)
    page.set_viewport_size(PHONE)


def test_an_owner_invites_and_decides(page, live_server, complaints, owner, community):
    make.resident(community, name="王小五", identity="tenant", phone="13700008899")
    applied(community)
    page.goto(f"{live_server.url}{HOME}rooms/{owner.pk}/")
    expect(page.get_by_text("王*五")).to_be_visible()
    in_both(page, "wechat-room")

    page.get_by_role("link", name="李小四").click()
    in_both(page, "wechat-owner-review")
    page.get_by_text("拒绝", exact=True).click()
    expect(page.get_by_role("button", name="确认拒绝")).to_be_visible()
    in_both(page, "wechat-owner-reject")
    page.get_by_role("button", name="确认拒绝").click()
    expect(page.get_by_role("alert")).to_be_visible()
    in_both(page, "wechat-owner-reject-wrong")
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_role("status")).to_have_text("已通过。")
    expect(page.get_by_text("李*四")).to_be_visible()

    page.get_by_role("link", name="邀请家属或租客").click()
    page.get_by_text("限期租客").click()
    page.get_by_role("button", name="生成邀请").click()
    expect(page.get_by_role("img", name="邀请的二维码")).to_be_visible()
    in_both(page, "wechat-invitation")
    address = page.locator(".address").inner_text()
    page.get_by_role("link", name="完成").click()
    expect(page.get_by_text("还可使用 5 次")).to_be_visible()
    in_both(page, "wechat-invite")
    page.get_by_role("button", name="结束").click()
    expect(page.get_by_text("还可使用")).to_have_count(0)
    picture(page, "wechat-invite-ended")
    page.goto(address)
    expect(page.get_by_role("heading", name="邀请已失效")).to_be_visible()
    in_both(page, "wechat-invitation-over")
    assert [line for line in complaints if "404" not in line] == []


def test_a_guest_opens_an_invitation(page, live_server, owner, hold, account):
    now = timezone.now()
    Invitation.objects.create(
        resident=owner,
        identity="term_tenant",
        digest=keyed_hash("t" * 32),
        created_at=now,
        expires_at=now + Invitation.LIFE,
    )
    hold(make.follower(account))

    page.goto(f"{live_server.url}{HOME}invited/?t={'t' * 32}")

    expect(page.get_by_text("腾讯小区 A 1 101")).to_be_visible()
    in_both(page, "wechat-invited")


def test_a_resident_moves_out(page, live_server, complaints, owner):
    page.goto(f"{live_server.url}{HOME}rooms/{owner.pk}/")
    page.get_by_role("link", name="我已搬离").click()
    in_both(page, "wechat-leave")
    page.get_by_role("button", name="确认搬离").click()
    expect(page.get_by_role("status")).to_contain_text("您已搬离 腾讯小区 A 1 101")
    in_both(page, "wechat-left")
    assert complaints == []


def test_an_expired_tenant(page, live_server, owner):
    owner.identity, owner.lease_ends_on = "term_tenant", "2026-10-31"
    owner.verification = "expired"
    owner.save()
    page.goto(f"{live_server.url}{HOME}rooms/{owner.pk}/")
    in_both(page, "wechat-room-expired")


def test_an_administrator_reviews(
    page, live_server, complaints, account, community, operator, hold
):
    follower = make.follower(account)
    make.colleague(operator, follower)
    hold(follower)
    make.resident(community, name="李四", phone="13700007788", identity="tenant")
    applied(community, id_number="11010519491231002X")
    applied(community, "A 1 102", name="王五", identity="owner", phone="+8613700007799")

    page.goto(f"{live_server.url}{HOME}review/")
    in_both(page, "wechat-review")
    page.get_by_role("link", name="李小四").click()
    expect(page.get_by_text("不一致").first).to_be_visible()
    in_both(page, "wechat-review-one")
    page.get_by_text("拒绝", exact=True).click()
    in_both(page, "wechat-review-reject")
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_role("status")).to_have_text("已通过李小四的申请。")
    expect(page.get_by_role("heading", name="A 1 102")).to_be_visible()
    in_both(page, "wechat-review-next")
    page.get_by_text("拒绝", exact=True).click()
    page.get_by_text("房间选择有误").click()
    page.get_by_role("button", name="确认拒绝").click()
    expect(page.get_by_role("heading", name="没有待审核的申请")).to_be_visible()
    in_both(page, "wechat-review-empty")
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="已处理")).to_be_visible()
    in_both(page, "wechat-review-done")
    assert complaints == []
