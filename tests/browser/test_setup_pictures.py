"""The way of docs/wechat.md and docs/wecom.md, step by step, with the sandbox for the vendor's
console. The pictures of both pages are made here."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.conftest import choose, picture_of_docs, settled
from tests.browser.test_corp import FORM as CORP_FORM
from tests.jobs.processes import worker
from tests.wechat.corp.conftest import AGENT
from tests.wechat.test_settings import FORM

pytestmark = pytest.mark.django_db(transaction=True)

SIZE, NARROW = {"width": 1100, "height": 720}, {"width": 480, "height": 720}


@pytest.fixture
def working(tmp_path, sandbox, transactional_db):
    there = {name: getattr(settings, name) for name in ("WECHAT_API_BASE", "WECOM_API_BASE")}
    with worker(tmp_path, settings.REDIS_URL, HAINA_SANDBOX="1", **there):
        yield


@pytest.fixture
def desk(console, sandbox, complaints):
    """The console, which here goes to the vendor's pages as well."""
    console.set_viewport_size(SIZE)
    yield console
    complaints[:] = [each for each in complaints if sandbox.url not in each]


def step(page, name: str, at=None) -> None:
    """What is to be seen at this step, from there on."""
    if at is not None:
        at.evaluate("place => place.scrollIntoView({block: 'start'})")
    picture_of_docs(page, name)


def go(page, address: str, size=SIZE) -> None:
    page.set_viewport_size(size)
    page.goto(address)


def test_a_service_account(desk, live_server, sandbox, working, community):
    ours, theirs = f"{live_server.url}/fengniao/wechat/", f"{sandbox.url}/office"
    sandbox.do("account", allowed_ips=["203.0.113.7"])
    go(desk, theirs, NARROW)
    step(desk, "setup-wechat-1-developer")
    go(desk, ours)
    labels = {"app_id": "AppID", "secret": "AppSecret", "token": "Token"}
    for field, label in (labels | {"aes_key": "EncodingAESKey"}).items():
        desk.get_by_label(label, exact=True).fill(FORM[field])
    step(desk, "setup-wechat-2-form")
    desk.get_by_role("button", name="保存").click()
    address = desk.get_by_label("URL").input_value()
    step(desk, "setup-wechat-3-address", desk.get_by_role("heading", name="服务器地址"))

    go(desk, theirs, NARROW)
    desk.get_by_label("服务器地址 (URL)").fill(address)
    desk.get_by_label("令牌 (Token)").fill(FORM["token"])
    desk.get_by_label("消息加解密密钥 (EncodingAESKey)").fill(FORM["aes_key"])
    step(desk, "setup-wechat-4-server", desk.get_by_role("heading", name="服务器配置"))
    desk.get_by_role("button", name="提交").click()

    go(desk, ours)
    desk.get_by_role("button", name="检测连接").click()
    expect(desk.get_by_text("40164")).to_be_visible()
    step(desk, "setup-wechat-5-whitelist", desk.get_by_role("heading", name="服务器地址"))
    sandbox.do("account", allowed_ips=["127.0.0.1"])
    desk.get_by_role("button", name="检测连接").click()
    expect(desk.get_by_text("已接入")).to_be_visible()
    expect(desk.get_by_text("已验证")).to_be_visible()
    step(desk, "setup-wechat-6-connected", desk.get_by_role("heading", name="服务器地址"))

    dialog = desk.get_by_role("dialog")
    desk.get_by_role("link", name="设置 住户审核提醒").click()
    choose(dialog, "公众号的模板", "住户认证审核提醒")
    expect(dialog.get_by_role("heading", name="预览")).to_be_visible()
    settled(desk)
    step(desk, "setup-wechat-7-template")


def test_a_corp(desk, live_server, sandbox, working, community):
    ours, theirs = f"{live_server.url}/fengniao/staff/corp/", f"{sandbox.url}/corp/settings"
    sandbox.do("wecom/app", trusted_ips=["203.0.113.7"])
    go(desk, theirs, NARROW)
    step(desk, "setup-wecom-1-secrets")
    go(desk, ours)
    for label, value in CORP_FORM.items():
        desk.get_by_label(label, exact=True).fill(value)
    step(desk, "setup-wecom-2-form", desk.get_by_role("heading", name="自建应用"))
    desk.get_by_role("button", name="保存").click()
    server = {"url": desk.get_by_label("URL").input_value()}
    server |= {"token": desk.get_by_label("Token", exact=True).input_value()}
    server |= {"aes_key": desk.get_by_label("EncodingAESKey").input_value()}
    step(desk, "setup-wecom-3-address", desk.get_by_role("heading", name="接收事件服务器"))

    sandbox.do("wecom/server", **server)
    go(desk, theirs, NARROW)
    step(desk, "setup-wecom-4-server", desk.get_by_role("heading", name="接收事件服务器").first)
    go(desk, ours)
    desk.get_by_role("button", name="检测连接").click()
    expect(desk.get_by_text("不在通讯录同步的企业可信IP中")).to_be_visible()
    step(desk, "setup-wecom-5-trusted", desk.get_by_role("heading", name="接收事件服务器"))
    sandbox.do("wecom/app", trusted_ips=["127.0.0.1"])
    sandbox.do("wecom/app", agentid=AGENT, trusted_ips=["127.0.0.1"])
    desk.get_by_role("button", name="检测连接").click()
    expect(desk.get_by_text("已关联", exact=True)).to_be_visible()
    step(desk, "setup-wecom-6-connected")
    until_read(desk, f"{live_server.url}/fengniao/staff/")
    step(desk, "setup-wecom-7-staff")


def until_read(page, address: str) -> None:
    """The list, as soon as the worker has read WeCom."""
    for _ in range(60):
        go(page, address)
        if page.get_by_text("上次同步").count():
            return
        page.wait_for_timeout(500)
    raise AssertionError("WeCom was not read")
