"""Residents prove themselves on a phone, in WeChat's browser without scripts, with the code that
the sandbox's phone has received."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from followers.models import Follower
from haina.accounts.audit import Actor
from residents.models import Resident, VerificationApplication
from residents.verification import decisions
from tests import make
from tests.browser.conftest import (
    ALL_RULES,
    COLOURS_ALONE,
    PHONE,
    PICTURES,
    axe_finds_nothing,
    picture_of_docs,
)
from tests.browser.test_phone import INLINE, LEAST, TARGETS, TOO_SMALL
from tests.wechat.phone import USER_AGENT

HOME = "/m/fengniao/"
WAY = VerificationApplication.Way
IN_TEXT = f"{INLINE}, .hint a, .text a, summary"


@pytest.fixture
def browser_context_args(browser_context_args):
    return browser_context_args | {"viewport": PHONE, "user_agent": USER_AGENT}


@pytest.fixture
def held(context, sandbox, account, transactional_db):
    """A phone in the hand of somebody who follows the account, which sends codes by SMS."""
    make.wechat(account, app_id=sandbox.appid, secret=sandbox.secret)
    make.sms(account)
    person = sandbox.people()[0]
    make.follower(account, person["openid"])
    cookie = {"name": "sandbox-person", "value": person["unionid"], "url": sandbox.url}
    context.add_cookies([cookie])
    return person


def see(page, name: str) -> None:
    """Light and dark: axe finds nothing, nothing scrolls sideways, a finger hits everything."""
    for scheme, rules in (("light", ALL_RULES), ("dark", COLOURS_ALONE)):
        page.emulate_media(color_scheme=scheme)
        axe_finds_nothing(page, rules)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert page.evaluate(TOO_SMALL, [TARGETS, IN_TEXT, LEAST]) == []
        if PICTURES:
            path = Path(PICTURES) / f"verify-{name}-{scheme}.png"
            page.screenshot(path=path, full_page=True, animations="disabled")
    page.emulate_media(color_scheme="light")


def heading(page, text: str) -> None:
    expect(page.get_by_role("heading", name=text)).to_be_visible()


def choose_room(page, live_server, *names: str) -> None:
    page.goto(live_server.url + HOME)
    page.get_by_role("link", name=re.compile("去认证|添加住所")).click()
    for name in names:
        page.get_by_role("listitem").get_by_role("link", name=name, exact=True).click()
    heading(page, "住户认证")


def fill_in(page, name: str, phone: str, identity: str = "业主") -> None:
    page.get_by_label("姓名").fill(name)
    page.get_by_label("手机号").fill(phone)
    page.get_by_role("radio", name=identity).check()
    page.get_by_label("我已阅读并同意").check()


def hand_in(page) -> None:
    page.get_by_role("button", name="提交认证").click()


def code_of_latest_sms(page, sandbox) -> str:
    """Read on the sandbox's phone, in another tab."""
    phone = page.context.new_page()
    phone.goto(sandbox.url)
    codes = re.findall(r"(?<!\d)\d{6}(?!\d)", phone.locator("body").inner_text())
    phone.close()
    return codes[0]


def prove(page, sandbox) -> None:
    heading(page, "验证手机号")
    page.get_by_label("验证码").fill(code_of_latest_sms(page, sandbox))
    hand_in(page)


def test_who_is_on_file_passes_with_the_code_of_an_sms(page, live_server, held, sandbox, community):
    resident = make.resident(community, "A 1 101", phone="18124768126")
    page.goto(live_server.url + HOME)
    see(page, "home-empty")
    choose_room(page, live_server, "A", "1", "101")
    see(page, "form")
    picture_of_docs(page, "verify", full_page=True)
    hand_in(page)
    expect(page.get_by_text("请填写姓名。")).to_be_visible()
    page.get_by_role("radio", name="限期租客").check()
    see(page, "form-wrong")

    fill_in(page, "张三", "18124768126")
    hand_in(page)
    heading(page, "验证手机号")
    see(page, "code")
    page.get_by_label("验证码").fill("000000")
    hand_in(page)
    see(page, "code-wrong")
    page.get_by_role("button", name="重新发送").click()
    see(page, "code-too-soon")
    prove(page, sandbox)

    heading(page, "认证通过")
    see(page, "passed")
    page.get_by_role("link", name="返回我的住所").click()
    expect(page.get_by_text("已认证")).to_be_visible()
    see(page, "home-verified")
    resident.refresh_from_db()
    assert resident.verification == Resident.Verification.VERIFIED
    page.goto(f"{live_server.url}{HOME}apply/{community.pk}/{resident.room_id}/")
    see(page, "already-verified")


def test_a_stranger_waits_is_refused_corrects_and_waits_again(
    page, live_server, held, sandbox, community
):
    make.resident(community, "A 1 101", name="李四")
    choose_room(page, live_server, "A", "1", "101")
    fill_in(page, "王五", "18124768127")
    hand_in(page)
    prove(page, sandbox)

    heading(page, "已提交，等待审核")
    see(page, "pending")
    application = VerificationApplication.objects.get()
    page.goto(f"{live_server.url}{HOME}apply/{community.pk}/{application.room_id}/")
    see(page, "already-pending")
    page.get_by_role("link", name="返回我的住所").click()
    see(page, "home-pending")

    told = {"by": Actor.command(application.community.account), "now": timezone.now()}
    decisions.reject(application, way=WAY.CONSOLE, reason="姓名与产权证不符，请核对", **told)
    page.reload()
    see(page, "home-rejected")
    page.get_by_role("link", name="未通过").click()
    heading(page, "审核未通过")
    expect(page.get_by_text("原因：姓名与产权证不符，请核对")).to_be_visible()
    see(page, "rejected")

    page.get_by_role("link", name="修改后重新提交").click()
    expect(page.get_by_label("姓名")).to_have_value("王五")
    page.get_by_label("姓名").fill("王小五")
    page.get_by_label("我已阅读并同意").check()
    hand_in(page)

    heading(page, "已提交，等待审核")  # the phone is proven already
    again = VerificationApplication.objects.pending().get()
    assert (again.name, str(again.phone)) == ("王小五", "+8618124768127")
    page.get_by_role("link", name="撤回申请").click()
    see(page, "withdraw")
    page.get_by_role("button", name="撤回申请").click()
    heading(page, "已撤回")
    see(page, "withdrawn")


def test_every_state_can_be_read(page, live_server, held, sandbox, account, community):
    follower = Follower.objects.get(openid=held["openid"])
    long = make.community(account, "深圳湾一号花园别墅区南区")
    rules = {"needs_id_number": True, "identities": ["family", "tenant", "term_tenant"]}
    make.rules(long, **rules)
    tenant = {"identity": "term_tenant", "lease_ends_on": "2026-01-01"}
    over = make.verified(make.resident(community, "A 1 102", **tenant), follower)
    Resident.objects.filter(pk=over.pk).update(verification="expired")
    make.verified(make.resident(long, "1栋 2单元 1203"), follower)
    revoked = make.application(long, follower, "13栋 2单元 1203")
    why = {"reason": "房屋已转让，请由新业主重新认证，或携带产权证到物业管理处办理"}
    VerificationApplication.objects.filter(pk=revoked.pk).update(state="revoked", **why)
    make.draft(community, follower, "C 1 101")

    page.goto(live_server.url + HOME)
    expect(page.get_by_role("listitem")).to_have_count(4)
    see(page, "home-states")
    page.get_by_role("link", name="认证已撤销").click()
    see(page, "revoked")
    page.get_by_role("link", name="修改后重新提交").click()
    see(page, "form-of-rules")
    page.get_by_text("阅读《个人信息保护说明》全文").click()
    see(page, "form-consent")
    page.get_by_label("手机号").focus()
    page.keyboard.press("Tab")
    see(page, "form-focus")


def test_long_lists_are_searched(page, live_server, held, account, community):
    for number in range(1, 31):
        make.node(community, f"{number}栋")
    make.node(community, "8栋 2单元 1203")
    make.community(account, "深圳湾一号花园别墅区南区")
    page.goto(live_server.url + HOME + "apply/")
    see(page, "communities")
    page.get_by_role("link", name="腾讯小区").click()
    see(page, "blocks")

    page.get_by_role("searchbox").fill("1203")
    page.get_by_role("button", name="搜索").click()
    expect(page.get_by_role("listitem")).to_have_count(1)
    see(page, "found")
    page.get_by_role("listitem").get_by_role("link").click()
    heading(page, "住户认证")

    page.get_by_role("link", name="更改").click()
    heading(page, "选择房间号")
    see(page, "rooms")
    page.goto(f"{live_server.url}{HOME}apply/{community.pk}/?q=没有")
    see(page, "not-found")
    page.goto(f"{live_server.url}{HOME}apply/{community.pk}/999999/")
    see(page, "gone")
    page.goto(f"{live_server.url}{HOME}consent/")
    see(page, "consent")
