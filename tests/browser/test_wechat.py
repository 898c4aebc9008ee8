"""公众号 from nothing: connected to the sandbox, its followers arrive, and what happens on a phone
is seen in the list."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from followers.models import Follower
from tests.browser.conftest import choose, look
from tests.jobs.processes import worker
from tests.sandbox.process import Api
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


def test_the_address_is_copied_and_template_messages_are_set_up(connected, context, sandbox):
    the_address_is_copied(connected, context)
    a_template_is_chosen(connected)
    a_test_message_arrives(connected)


def the_address_is_copied(console, context) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])

    console.get_by_role("button", name="复制").click()

    expect(console.get_by_text("已复制")).to_be_visible()
    copied = console.evaluate("navigator.clipboard.readText()")
    assert copied == console.get_by_label("URL").input_value()


def a_template_is_chosen(console) -> None:
    dialog = console.get_by_role("dialog")
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


def a_test_message_arrives(console) -> None:
    dialog = console.get_by_role("dialog")
    followers = Follower.objects.filter(subscribed=True)
    expect_soon(console, lambda: followers.exists())
    console.get_by_role("link", name="发送测试 住户审核提醒").click()
    dialog.get_by_role("radio").first.check()
    look(console, "wechat-test")
    dialog.get_by_role("button", name="发送").click()
    expect(console.get_by_text("微信已接受测试消息")).to_be_visible()
    expect(console.get_by_text("测试消息已送达。")).to_be_visible()
    look(console, "wechat-connected")


def test_saving_does_not_wait_for_the_preview(connected):
    """Nor is it lost while the preview of the latest choice is still on its way."""
    console, dialog = connected, connected.get_by_role("dialog")
    console.get_by_role("link", name="设置 住户审核提醒").click()
    choose(dialog, "公众号的模板", "住户认证审核提醒")
    expect(dialog.get_by_role("heading", name="预览")).to_be_visible()
    expect(console.locator(".htmx-added")).to_have_count(0)
    is_preview = "**/wechat/review/?*"
    console.route(is_preview, lambda one: None if one.request.method == "GET" else one.fallback())

    first = dialog.locator("form[method=post] select").first
    first.select_option(index=2)
    dialog.get_by_role("button", name="保存").click()

    expect(console.get_by_text("已保存模板消息")).to_be_visible()


def expect_soon(page, is_true) -> None:
    for _ in range(100):
        if is_true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come true")


@pytest.fixture
def latest(connected, live_server, sandbox):
    """Who follows since yesterday, in the list that the sync has filled; by the sandbox's word."""
    connected.goto(f"{live_server.url}/fengniao/followers/")
    everybody = sandbox.openids()
    expect(heading(connected, "全部用户", len(everybody))).to_be_visible(timeout=20_000)
    expect(connected.get_by_text("上次同步")).to_be_visible(timeout=20_000)
    return everybody[-1]


def heading(console, title: str, number: int):
    return console.get_by_role("heading", name=f"{title} 共{number}人")


def row_of(console, openid: str):
    pk = Follower.objects.get(openid=openid).pk
    return console.locator("#followers tbody tr", has=console.locator(f"#tick-{pk}"))


def settled(console) -> None:
    """Nothing waits to be told to WeChat, and htmx knows all that is on the page."""
    expect(console.get_by_text("待同步")).to_have_count(0, timeout=15_000)
    console.wait_for_load_state()
    expect(console.locator(".htmx-added")).to_have_count(0)


def confirm(console) -> None:
    console.get_by_role("dialog").get_by_role("button", name="确定").click()


def at_wechat(sandbox, openid: str) -> dict:
    return next(each for each in sandbox.people() if each["openid"] == openid)


def test_followers_are_kept_in_order_here_and_at_wechat(connected, context, sandbox, latest):
    starred_and_noted(connected, sandbox, latest)
    tagged(connected, sandbox, latest)
    blocked_and_released(connected, sandbox, latest)
    gone_and_back(connected, context, sandbox, latest)


def starred_and_noted(console, sandbox, openid) -> None:
    row = row_of(console, openid)
    expect(row).to_contain_text(f"微信用户{openid[-4:]}")
    row.get_by_role("button", name="星标").click()
    expect(row.get_by_role("button", name="星标")).to_have_attribute("aria-pressed", "true")
    expect(console.locator("#groups")).to_contain_text(
        "星标用户 1"
    )  # ours: WeChat has no such call

    settled(console)
    row.get_by_role("link", name="修改备注").click()
    console.get_by_role("dialog").get_by_label("备注名称").fill("三栋班长")
    confirm(console)
    expect(row).to_contain_text("三栋班长")
    settled(console)
    assert at_wechat(sandbox, openid)["remark"] == "三栋班长"


def tagged(console, sandbox, openid) -> None:
    console.get_by_role("link", name="新建标签").click()
    console.get_by_role("dialog").get_by_label("标签名称").fill("商户")
    confirm(console)
    expect(console.locator("#groups")).to_contain_text("商户")
    settled(console)
    ids = {tag["name"]: tag["id"] for tag in Api(sandbox).get("tags/get")["tags"]}

    row = row_of(console, openid)
    row.get_by_role("checkbox").check()
    console.get_by_role("button", name="打标签").click()
    console.get_by_role("dialog").get_by_label("商户").check()
    confirm(console)
    expect(row.locator(".follower-tags")).to_have_text("商户")
    settled(console)
    assert at_wechat(sandbox, openid)["tag_ids"] == [ids["商户"]]


def blocked_and_released(console, sandbox, openid) -> None:
    row, everybody = row_of(console, openid), len(sandbox.openids())
    row.get_by_role("checkbox").check()
    console.get_by_role("button", name="加入黑名单").click()
    confirm(console)
    expect(heading(console, "全部用户", everybody - 1)).to_be_visible()
    console.get_by_role("link", name="黑名单").click()
    expect(row).to_contain_text("三栋班长")
    settled(console)
    assert at_wechat(sandbox, openid)["blocked"]

    row.get_by_role("checkbox").check()
    console.get_by_role("button", name="移出黑名单").click()
    confirm(console)
    expect(heading(console, "黑名单", 0)).to_be_visible()
    console.get_by_role("link", name="查看全部用户").click()
    expect(row).to_contain_text("三栋班长")
    settled(console)
    assert not at_wechat(sandbox, openid)["blocked"]


def gone_and_back(connected, context, sandbox, latest) -> None:
    """On the phone, as is seen in the list."""
    everybody, person = len(sandbox.openids()), at_wechat(sandbox, latest)
    phone = context.new_page()
    phone.goto(sandbox.url)
    phone.locator(f"button[value='{person['unionid']}']").click()

    phone.get_by_role("button", name="取消关注").click()
    expect(phone.get_by_role("status")).to_have_text("已取消关注")
    expect(heading(connected, "全部用户", everybody - 1)).to_be_visible()
    expect(row_of(connected, latest)).to_have_count(0)
    settled(connected)
    connected.get_by_label("关注状态").select_option("已取消关注")
    expect(row_of(connected, latest)).to_contain_text("已取消关注")

    phone.get_by_role("button", name="关注服务号").click()
    expect(phone.get_by_role("status")).to_have_text("已关注")
    expect(row_of(connected, latest)).to_have_count(0)
    connected.get_by_label("关注状态").select_option("已关注")
    expect(heading(connected, "全部用户", everybody)).to_be_visible()
    expect(row_of(connected, latest)).to_be_visible()
