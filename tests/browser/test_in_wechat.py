"""The pages in WeChat, in a phone's browser with WeChat's name and without scripts."""

import pytest
from playwright.sync_api import expect

from followers.models import Follower
from tests import make
from tests.browser.conftest import PHONE, look, picture
from tests.wechat.phone import USER_AGENT

HOME = "/m/fengniao/"


@pytest.fixture
def browser_context_args(browser_context_args):
    return browser_context_args | {"viewport": PHONE, "user_agent": USER_AGENT}


@pytest.fixture
def held(context, sandbox, account, transactional_db):
    """A phone in the hand of somebody who follows the account."""
    make.wechat(account, app_id=sandbox.appid, secret=sandbox.secret)
    person = sandbox.people()[0]
    Follower.objects.create(account=account, openid=person["openid"])
    cookie = {"name": "sandbox-person", "value": person["unionid"], "url": sandbox.url}
    context.add_cookies([cookie])
    return person


def test_a_visitor_lets_us_know_their_name(page, live_server, held):
    page.goto(live_server.url + HOME)
    expect(page.get_by_role("link", name="去认证")).to_be_visible()
    look(page, "wechat-home")

    page.get_by_role("link", name="使用微信昵称").click()
    page.get_by_role("button", name="同意").click()

    expect(page.get_by_role("heading", name=f"您好，{held['nickname']}")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    look(page, "wechat-home-dark")


def test_refusals_can_be_read(page, live_server, held):
    page.goto(f"{live_server.url}{HOME}oauth/?code=1&state=1")
    expect(page.get_by_role("link", name="重新打开")).to_be_visible()
    look(page, "wechat-expired")

    Follower.objects.update(blocked=True)
    page.get_by_role("link", name="重新打开").click()
    expect(page.get_by_role("heading", name="暂时不能使用")).to_be_visible()
    look(page, "wechat-refused")


def test_elsewhere_there_is_a_code(browser, live_server, held):
    context = browser.new_context(locale="zh-CN", viewport=PHONE, java_script_enabled=True)
    page = context.new_page()

    page.goto(live_server.url + HOME)

    expect(page.get_by_role("img", name="本页网址的二维码")).to_be_visible()
    look(page, "wechat-outside")
    page.emulate_media(color_scheme="dark")
    picture(page, "wechat-outside-dark")
    context.close()
