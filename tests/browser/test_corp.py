"""关联企业微信 in a browser, with the sandbox for WeCom: both ways, a fault and its correction."""

from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from haina.wechat.models import Corp, SuiteTicket
from tests.browser.conftest import look
from tests.wechat.corp.conftest import AGENT, APP_SECRET, CONTACTS_SECRET, CORP_ID

pytestmark = pytest.mark.django_db(transaction=True)

FORM = {
    "CorpID": CORP_ID,
    "通讯录同步Secret": CONTACTS_SECRET,
    "AgentId": str(AGENT),
    "应用Secret": APP_SECRET,
}


def test_by_an_app_of_ones_own(console, live_server, sandbox, community):
    sandbox.do("wecom/app", trusted_ips=["203.0.113.7"])
    console.goto(f"{live_server.url}/fengniao/staff/")
    console.get_by_role("link", name="前往授权关联").click()
    expect(console.get_by_label("CorpID")).to_be_visible()
    look(console, "corp-new")
    for label, value in FORM.items():
        console.get_by_label(label, exact=True).fill(value)
    console.get_by_role("button", name="保存").click()

    server = {"url": console.get_by_label("URL").input_value()}
    server |= {"token": console.get_by_label("Token", exact=True).input_value()}
    server |= {"aes_key": console.get_by_label("EncodingAESKey").input_value()}
    sandbox.do("wecom/server", **server)
    console.get_by_role("button", name="检测连接").click()
    expect(console.get_by_text("服务器的IP 127.0.0.1 不在通讯录同步的企业可信IP中")).to_be_visible()
    expect(console.get_by_text("已验证")).to_be_visible()
    look(console, "corp-fault")

    sandbox.do("wecom/app", trusted_ips=["127.0.0.1"])
    sandbox.do("wecom/app", agentid=AGENT, parties=[2])
    console.get_by_role("button", name="检测连接").click()
    expect(console.get_by_text("已关联", exact=True)).to_be_visible()
    expect(console.get_by_text("可见范围没有包含企业最顶级部门")).to_be_visible()
    console.emulate_media(color_scheme="dark")
    look(console, "corp-warned-dark")

    console.emulate_media(color_scheme="light")
    console.get_by_role("link", name="我要更换关联企业>>").click()
    expect(console.get_by_text("需联系海纳小助手协助取消")).to_be_visible()
    look(console, "corp-change")
    assert Corp.objects.get().verified_at


def test_by_the_suite(console, live_server, sandbox, settings, community, complaints):
    settings.WECOM_SUITE_ID = "wwsuite00000000001"
    settings.WECOM_SUITE_SECRET = "sandbox-suite-secret-00000000000000000001"
    ticket = sandbox.do("wecom/suite/ticket")["suite_ticket"]
    known = {"suite_id": settings.WECOM_SUITE_ID, "ticket": ticket, "at": timezone.now()}
    SuiteTicket.objects.create(**known)
    console.goto(f"{live_server.url}/fengniao/staff/corp/")
    look(console, "corp-suite-new")

    console.get_by_role("button", name="前往授权关联").click()
    console.wait_for_url("**/3rdapp/install?**")
    console.get_by_role("button", name="同意授权并安装").click()

    expect(console.get_by_text("关联成功")).to_be_visible()
    assert urlsplit(console.url).path == "/fengniao/staff/corp/"
    look(console, "corp-suite")
    console.goto(f"{live_server.url}/fengniao/staff/corp/installed/?state=x&auth_code=y")
    expect(console.get_by_text("这次授权已失效")).to_be_visible()
    look(console, "corp-refused")
    complaints[:] = [each for each in complaints if sandbox.url not in each]
