"""Signing in with an authenticator app, and by scanning a code with WeChat."""

import pytest
from playwright.sync_api import expect

from followers.models import Follower
from tests import make
from tests.browser.conftest import (
    PHONE,
    entry_of_open_menu,
    look,
    look_by_day_and_night,
    open_user_menu,
    picture,
)
from tests.wechat.phone import USER_AGENT

pytestmark = pytest.mark.django_db(transaction=True)


def password(page, user) -> None:
    page.get_by_label("手机号或用户名").fill(user.username)
    page.get_by_label("密码").fill(make.PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_a_second_factor_is_set_up_and_asked_for(console, live_server, creator):
    console.goto(live_server.url)
    open_user_menu(console)
    console.get_by_role("link", name="登录安全").click()
    look_by_day_and_night(console, "security")
    console.get_by_role("link", name="启用两步验证").click()
    look_by_day_and_night(console, "set-up")
    secret = console.locator(".secret").inner_text()
    console.get_by_label("验证器应用显示的 6 位数字").fill(make.code(secret))
    console.get_by_label("登录密码").fill(make.PASSWORD)
    console.get_by_role("button", name="启用").click()
    expect(console.get_by_role("heading", name="请保存恢复码")).to_be_visible()
    look(console, "recovery-codes")
    recovery = console.locator(".recovery-codes code").first.inner_text()
    console.get_by_role("link", name="已保存，继续").click()

    open_user_menu(console)
    console.get_by_role("button", name="退出").click()
    password(console, creator.user)
    expect(console.get_by_role("heading", name="两步验证")).to_be_visible()
    look_by_day_and_night(console, "code")
    console.get_by_label("动态验证码").fill(make.code(secret, step=1))
    console.get_by_role("button", name="登录").click()
    console.wait_for_url("**/fengniao/**")

    open_user_menu(console)
    console.get_by_role("button", name="退出").click()
    password(console, creator.user)
    console.get_by_label("动态验证码").fill(recovery)
    console.get_by_role("button", name="登录").click()
    console.wait_for_url("**/fengniao/**")
    console.goto(f"{live_server.url}/sign-in/security/")
    expect(console.get_by_text("还有 9 个恢复码可用")).to_be_visible()
    look(console, "security-on")
    console.get_by_role("link", name="关闭两步验证").click()
    look(console, "switch-off")


def test_an_export_asks_for_both_in_the_dialog(console, live_server, creator, community):
    make.resident(community)
    make.second_factor(creator.user)
    console.goto(f"{live_server.url}/fengniao/residents/")  # a session of before ends
    password(console, creator.user)
    console.get_by_label("动态验证码").fill(make.code(step=-1))
    console.get_by_role("button", name="登录").click()
    console.wait_for_url("**/fengniao/residents/")

    console.get_by_role("button", name="+ 添加住户").click()
    entry_of_open_menu(console, "导出住户信息").click()
    dialog = console.locator("#dialog")
    dialog.get_by_label("原因").fill("消防检查")
    dialog.get_by_label("登录密码").fill(make.PASSWORD)
    dialog.get_by_label("动态验证码").fill("000000")
    dialog.get_by_role("button", name="导出").click()
    expect(dialog).to_contain_text("动态验证码不正确或已经用过")
    expect(dialog.get_by_label("原因")).to_have_value("消防检查")
    look(console, "step-up")
    dialog.get_by_label("登录密码").fill(make.PASSWORD)
    dialog.get_by_label("动态验证码").fill(make.code(step=1))
    dialog.get_by_role("button", name="导出").click()
    console.wait_for_url("**/jobs/**")


def test_the_rule_of_an_account(console, live_server):
    console.goto(f"{live_server.url}/fengniao/administrators/")
    console.get_by_role("region", name="两步验证").get_by_role("link", name="修改").click()
    dialog = console.locator("#dialog")
    dialog.get_by_label("要求所有管理员启用两步验证").check()
    look(console, "rule")
    dialog.get_by_label("登录密码").fill(make.PASSWORD)
    dialog.get_by_role("button", name="保存").click()

    expect(console.get_by_text("这里要求启用两步验证")).to_be_visible()
    look(console, "set-up-required")


@pytest.fixture
def phone(browser, sandbox, account, creator):
    """The sandbox's phone, in the hand of the creator, who is bound."""
    make.wechat(account, app_id=sandbox.appid, secret=sandbox.secret)
    person = sandbox.people()[0]
    follower = Follower.objects.create(account=account, openid=person["openid"])
    make.colleague(creator, follower)
    context = browser.new_context(locale="zh-CN", viewport=PHONE, user_agent=USER_AGENT)
    cookie = {"name": "sandbox-person", "value": person["unionid"], "url": sandbox.url}
    context.add_cookies([cookie])
    yield context.new_page()
    context.close()


def scanned(page, phone, sandbox, tmp_path) -> None:
    """A photograph of the code, taken with the phone."""
    photograph = tmp_path / "code.png"
    code = page.get_by_role("img", name="微信扫码登录的二维码")
    photograph.write_bytes(code.screenshot())
    phone.goto(f"{sandbox.url}/scanner")
    phone.get_by_label("二维码的照片或图片").set_input_files(photograph)
    phone.get_by_role("button", name="扫描图片").click()


def test_a_phone_signs_the_desk_in(page, complaints, phone, sandbox, live_server, tmp_path):
    page.goto(f"{live_server.url}/fengniao/residents/")
    look(page, "sign-in")
    page.get_by_role("link", name="微信扫码登录").click()
    expect(page.get_by_role("img", name="微信扫码登录的二维码")).to_be_visible()
    look_by_day_and_night(page, "scan")
    scanned(page, phone, sandbox, tmp_path)

    expect(phone.get_by_role("heading", name="登录管理后台？")).to_be_visible()
    expect(phone.get_by_text("Chrome")).to_be_visible()
    look_by_day_and_night(phone, "scan-confirm")
    phone.get_by_role("button", name="确认登录").click()
    expect(phone.get_by_role("heading", name="已确认登录")).to_be_visible()
    picture(phone, "scan-confirmed")

    page.wait_for_url("**/fengniao/residents/")
    expect(page.get_by_label("我的菜单")).to_be_visible()
    assert complaints == []


def test_a_phone_cancels(page, phone, sandbox, live_server, tmp_path):
    page.goto(f"{live_server.url}/sign-in/scan/")
    look(page, "which-account")
    page.get_by_label("服务号网址标识").fill("fengniao")
    page.get_by_role("button", name="下一步").click()
    scanned(page, phone, sandbox, tmp_path)
    phone.get_by_role("button", name="取消").click()

    expect(page.get_by_text("二维码已过期、已取消")).to_be_visible()
    look(page, "scan-over")


def test_the_console_is_read_in_english_and_in_chinese(console, live_server):
    console.goto(live_server.url)
    open_user_menu(console)
    picture(console, "user-menu")
    console.get_by_role("button", name="English").click()
    expect(console.locator("html")).to_have_attribute("lang", "en")
    look(console, "english")

    console.locator(".topbar summary").last.click()
    console.get_by_role("button", name="简体中文").click()
    expect(console.locator("html")).to_have_attribute("lang", "zh-hans")
