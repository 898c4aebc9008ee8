"""公众号 from nothing: connected to the sandbox, its followers arrive, and what happens on a phone
is seen in the list."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from followers.models import Follower
from haina.wechat.official import official
from tests.browser.conftest import choose, look
from tests.jobs.processes import worker
from tests.wechat.test_settings import FORM

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def working(tmp_path, sandbox, transactional_db):
    """A worker and beat that know where the sandbox is."""
    there = {"HAINA_SANDBOX": "1", "WECHAT_API_BASE": sandbox.url}
    with worker(tmp_path, settings.REDIS_URL, **there):
        yield


@pytest.fixture
def connected(console, live_server, sandbox, working):
    """The account after 公众号设置, with all followers of the sandbox in the list."""
    console.goto(f"{live_server.url}/fengniao/wechat/")
    labels = {"app_id": "AppID", "secret": "AppSecret", "token": "Token"}
    for field, label in (labels | {"aes_key": "EncodingAESKey"}).items():
        console.get_by_label(label, exact=True).fill(FORM[field])
    look(console, "wechat-new")
    console.get_by_role("button", name="保存").click()

    address = console.get_by_label("URL").input_value()
    own = {name: FORM[name] for name in ("token", "aes_key")}
    sandbox.server(url=address, mode="safe", **own)
    console.get_by_role("button", name="检测连接").click()
    expect(console.get_by_text("已接入")).to_be_visible()
    expect(console.get_by_text("已验证")).to_be_visible()
    return console


def test_template_messages_are_set_up(connected, sandbox):
    console, dialog = connected, connected.get_by_role("dialog")
    console.get_by_role("link", name="设置 住户审核提醒").click()
    choose(dialog, "公众号的模板", "住户认证审核提醒")
    expect(dialog.get_by_role("heading", name="预览")).to_be_visible()
    expect(console.locator(".htmx-added")).to_have_count(0)
    for label in dialog.locator("form[method=post] label").all_inner_texts():
        select = dialog.get_by_label(label, exact=True)
        select.select_option(index=1)
    expect(dialog.locator("#example")).to_contain_text("蜂鸟小区A")
    look(console, "wechat-template")
    dialog.get_by_role("button", name="保存").click()
    expect(console.get_by_text("已保存模板消息")).to_be_visible()

    followers = Follower.objects.filter(subscribed=True)
    expect_soon(console, lambda: followers.exists())
    console.get_by_role("link", name="发送测试 住户审核提醒").click()
    dialog.get_by_role("radio").first.check()
    look(console, "wechat-test")
    dialog.get_by_role("button", name="发送").click()
    expect(console.get_by_text("微信已接受测试消息")).to_be_visible()
    look(console, "wechat-connected")


def expect_soon(page, is_true) -> None:
    for _ in range(100):
        if is_true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come true")


def test_followers_arrive_and_the_phone_is_seen_at_once(
    connected, live_server, sandbox, account, connection_of
):
    console = connected
    console.goto(f"{live_server.url}/fengniao/followers/")
    everybody = len(sandbox.openids())
    expect(console.get_by_role("heading", name=f"全部用户 共{everybody}人")).to_be_visible(
        timeout=20_000
    )

    one = sandbox.openids()[0]
    sandbox.unfollow(one)
    expect(console.get_by_role("heading", name=f"共{everybody - 1}人")).to_be_visible(timeout=4000)
    sandbox.follow(one)
    expect(console.get_by_role("heading", name=f"共{everybody}人")).to_be_visible(timeout=4000)

    row = console.locator("#followers tbody tr").first
    row.get_by_role("link", name=re.compile("修改备注")).click()
    console.get_by_role("dialog").get_by_label("备注名称").fill("三栋班长")
    console.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(row).to_contain_text("三栋班长")
    wechat = official(connection_of(account))
    expect_soon(console, lambda: wechat.details([one])[0].remark == "三栋班长")


@pytest.fixture
def connection_of():
    return lambda account: account.wechat
