"""关联企业, as whoever manages the staff sees it, against the sandbox."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.utils import timezone

from haina.accounts.models import Administrator, AuditEntry
from haina.accounts.permissions import Level, Section
from haina.wechat.corp import inbox
from haina.wechat.models import Corp, SuiteTicket
from tests import make
from tests.wechat.corp.conftest import AGENT, APP_SECRET, CONTACTS_SECRET, CORP_ID, connected

HERE, CHECK, CHANGE, INSTALL, INSTALLED = (
    f"/fengniao/staff/corp/{end}" for end in ("", "check/", "change/", "install/", "installed/")
)
ENTERED = {
    "corp_id": CORP_ID,
    "contacts_secret": CONTACTS_SECRET,
    "app_secret": APP_SECRET,
    "agent_id": AGENT,
}


@pytest.fixture
def manager(sign_in, creator):
    return at_home(sign_in(creator))


def at_home(client):
    """The sandbox leads back to the loopback only."""
    client.defaults["SERVER_NAME"] = "127.0.0.1"
    return client


@pytest.fixture
def suite(sandbox, settings):
    """Ours is the sandbox's, and a ticket has come."""
    settings.WECOM_SUITE_ID = "wwsuite00000000001"
    settings.WECOM_SUITE_SECRET = "sandbox-suite-secret-00000000000000000001"
    renew_ticket(sandbox)


def renew_ticket(sandbox, **fields) -> None:
    ticket = sandbox.do("wecom/suite/ticket")["suite_ticket"]
    known = {"ticket": ticket, "at": timezone.now()} | fields
    SuiteTicket.objects.update_or_create(suite_id="wwsuite00000000001", defaults=known)


def text_of(reply) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", reply.content.decode())))


def install_page(client) -> str:
    page = client.post(INSTALL).content.decode()
    return unescape(re.search(r'href="([^"]*/3rdapp/install[^"]*)"', page)[1])


def approve(url: str, corp_id: str = CORP_ID, **chosen) -> str:
    """The corp's administrator agrees, on WeCom's page; where that leads back to."""
    browser = requests.Session()
    page = browser.get(url, timeout=10).text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    given = {"csrfmiddlewaretoken": token, "corp": corp_id, "answer": "approve", **chosen}
    reply = browser.post(url, given, allow_redirects=False, timeout=10)
    back = urlsplit(reply.headers["Location"])
    return f"{back.path}?{back.query}"


def test_without_a_corp_the_page_says_why_and_what_to_tick(manager, account):
    told = text_of(manager.get(HERE))

    assert "请将当前服务号授权关联贵公司的微信企业号" in told
    assert "勾选企业最顶级部门，并勾选全部应用" in told


def test_saved_checked_connected(manager, sandbox, account):
    reply = manager.post(HERE, ENTERED)
    assert reply.status_code == 302
    shown = text_of(manager.get(HERE))
    corp = Corp.entered.get()
    assert f"/wecom/{corp.door}/" in shown
    assert corp.token in shown
    assert corp.aes_key in shown
    assert "已关联" not in shown

    told = text_of(manager.post(CHECK, follow=True))

    assert "关联成功" in told
    assert "已关联" in told
    assert Corp.objects.get().account == account


def test_secrets_are_never_shown_again(manager, sandbox, account):
    manager.post(HERE, ENTERED)

    pages = manager.get(HERE), manager.post(HERE, ENTERED | {"corp_id": "x"})

    for page in pages:
        assert CONTACTS_SECRET not in page.content.decode()
        assert APP_SECRET not in page.content.decode()
    assert "请重新填写" in text_of(pages[1])


def test_an_empty_box_keeps_a_secret_unless_what_it_belongs_to_changes(manager, sandbox, account):
    manager.post(HERE, ENTERED)
    blank = ENTERED | {"contacts_secret": "", "app_secret": ""}

    assert manager.post(HERE, blank | {"user_limit": 500}).status_code == 302
    other_app = manager.post(HERE, blank | {"agent_id": 1000002})
    other_corp = manager.post(HERE, blank | {"corp_id": "ww0000000000000002"})

    corp = Corp.entered.get()
    assert (corp.contacts_secret, corp.user_limit) == (CONTACTS_SECRET, 500)
    assert list(other_app.context["form"].errors) == ["app_secret"]
    assert set(other_corp.context["form"].errors) == {"contacts_secret", "app_secret"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"corp_id": "x"},
        {"corp_id": ""},
        {"contacts_secret": "short"},
        {"agent_id": "x"},
        {"agent_id": 10**30},
        {"user_limit": 0},
        {"user_limit": 10**30},
        {"app_secret": CONTACTS_SECRET},
    ],
)
def test_what_cannot_be_is_refused_by_the_form(manager, account, wrong):
    reply = manager.post(HERE, ENTERED | wrong)

    assert reply.status_code == 422
    assert reply.context["form"].errors
    assert not Corp.entered.exists()


def test_what_no_agent_id_can_be_is_told_in_our_words(manager):
    html = manager.post(HERE, ENTERED | {"agent_id": -3, "user_limit": 0}).content.decode()

    assert "AgentId只有数字" in html
    assert "请填写1到1000000的整数。" in html


def test_a_fault_is_told_with_its_number(manager, sandbox, account):
    sandbox.do("wecom/app", trusted_ips=["203.0.113.7"])
    manager.post(HERE, ENTERED)

    told = text_of(manager.post(CHECK, follow=True))

    assert "服务器的IP 127.0.0.1 不在通讯录同步的企业可信IP中" in told
    assert "60020" in told


def test_a_corp_that_is_taken_is_told(manager, sandbox, account):
    connected(make.account("other"))
    manager.post(HERE, ENTERED)

    assert "该企业微信已关联其他服务号，不可重复授权" in text_of(manager.post(CHECK, follow=True))


def test_how_to_change_the_corp_is_told(manager, sandbox, account):
    assert "没有关联企业" in text_of(manager.get(CHANGE))
    connected(account)

    told = text_of(manager.get(CHANGE))

    assert "需联系海纳小助手协助取消" in told
    assert "我要更换关联企业>>" in text_of(manager.get(HERE))


@pytest.mark.parametrize("url", [HERE, CHANGE, INSTALLED])
def test_whoever_is_limited_to_some_communities_leaves_it(sign_in, account, community, url):
    sections = {Section.STAFF: Level.MANAGE}
    limited = make.operator(account, sections=sections, communities=(community,))
    free = make.operator(account, sections=sections)

    assert sign_in(limited).get(url).status_code == 403
    assert sign_in(free).get(url).status_code != 403


def test_a_corp_lets_the_suite_in(manager, suite, account):
    back = approve(install_page(manager))

    told = text_of(manager.get(back, follow=True))

    assert "关联成功" in told
    corp = Corp.objects.get()
    assert (corp.corp_id, corp.way, corp.user_limit) == (CORP_ID, Corp.Way.SUITE, 200)
    assert text_of(manager.post(CHECK, follow=True)).count("连接正常")


def test_htmx_is_led_there_at_once(manager, suite, account):
    reply = manager.post(INSTALL, headers={"HX-Request": "true"})

    assert "/3rdapp/install?" in reply.headers["HX-Redirect"]


@pytest.mark.parametrize("chosen", ["2", "3"])
def test_a_part_of_the_corp_only_is_a_warning(manager, suite, account, chosen):
    back = approve(install_page(manager), **{f"party-{CORP_ID}": chosen})

    assert "勾选企业最顶级部门" in text_of(manager.get(back, follow=True))
    assert Corp.objects.exists()


def test_a_code_works_once(manager, suite, account):
    back = approve(install_page(manager))
    manager.get(back)

    again = manager.get(back)
    fresh = parse_qs(urlsplit(install_page(manager)).query)["state"][0]
    code = parse_qs(urlsplit(back).query)["auth_code"][0]
    used = manager.get(INSTALLED, {"state": fresh, "auth_code": code})

    assert "这次授权已失效" in text_of(again)
    assert "授权码不正确、已使用过" in text_of(used)
    assert Corp.objects.count() == 1


@pytest.mark.parametrize("query", [{}, {"state": "x", "auth_code": "y"}, {"auth_code": "y"}])
def test_a_state_that_was_never_given_out_is_refused(manager, suite, account, query):
    reply = manager.get(INSTALLED, query)

    assert reply.status_code == 422
    assert "这次授权已失效" in text_of(reply)


def test_a_state_of_another_browser_is_refused(manager, suite, sign_in, creator):
    back = approve(install_page(manager))

    assert "这次授权已失效" in text_of(sign_in(creator).get(back))
    assert not Corp.objects.exists()


def test_a_state_of_another_account_is_refused(manager, suite, creator):
    other = make.account("other")
    place = make.operator(other, sections={Section.STAFF: Level.MANAGE})
    Administrator.objects.filter(pk=place.pk).update(user=creator.user)
    back = approve(install_page(manager)).replace("/fengniao/", "/other/")

    assert "这次授权已失效" in text_of(manager.get(back))
    assert not Corp.objects.exists()


def test_a_state_ends(manager, suite, account, monkeypatch):
    monkeypatch.setattr("staff.views.corp.LASTS_SECONDS", -1)
    back = approve(install_page(manager))

    assert "这次授权已失效" in text_of(manager.get(back))


def test_nothing_granted_is_told(manager, suite, account):
    state = parse_qs(urlsplit(install_page(manager)).query)["state"][0]

    assert "授权没有完成" in text_of(manager.get(INSTALLED, {"state": state}))


def test_without_a_ticket_the_page_says_when_to_come_back(manager, suite, account):
    SuiteTicket.objects.all().delete()

    assert "还没有收到企业微信推送的凭证" in text_of(manager.post(INSTALL, follow=True))


def test_an_old_ticket_is_not_used(manager, suite, sandbox, account):
    renew_ticket(sandbox, at=timezone.now() - timedelta(minutes=31))

    assert "已超过半小时" in text_of(manager.post(INSTALL, follow=True))
    assert not sandbox.calls("wecom/cgi-bin/service/get_suite_token")


@pytest.mark.parametrize(
    ("field", "part"), [("ticket", "suite_ticket"), ("secret", "第三方应用的Secret不正确")]
)
def test_what_wecom_refuses_of_the_suite_is_told(
    manager, suite, sandbox, settings, account, field, part
):
    if field == "ticket":
        renew_ticket(sandbox, ticket="wrong")
    else:
        settings.WECOM_SUITE_SECRET = "wrong"

    assert part in text_of(manager.post(INSTALL, follow=True))


def test_a_corp_of_another_account_is_refused_and_still_works_there(
    manager, suite, sign_in, account
):
    other = make.account("other")
    theirs = at_home(sign_in(make.creator_of(other)))
    theirs.get(approve(install_page_of(theirs, "other")))

    told = text_of(manager.get(approve(install_page(manager))))

    assert "不可重复授权" in told
    assert Corp.objects.get().account == other
    assert "连接正常" in text_of(theirs.post("/other/staff/corp/check/", follow=True))


def install_page_of(client, slug: str) -> str:
    page = client.post(f"/{slug}/staff/corp/install/").content.decode()
    return unescape(re.search(r'href="([^"]*/3rdapp/install[^"]*)"', page)[1])


def test_an_install_from_the_market_renews_and_connects_nobody(manager, suite, sandbox, account):
    manager.get(approve(install_page(manager)))
    before = Corp.objects.get().permanent_code

    tell_of_install(sandbox)

    assert Corp.objects.get().permanent_code != before
    assert "连接正常" in text_of(manager.post(CHECK, follow=True))

    tell_of_install(sandbox, corpid="ww0000000000000002")

    assert Corp.entered.count() == 1


def tell_of_install(sandbox, **corp) -> None:
    code, now = sandbox.do("wecom/suite/install", **corp)["auth_code"], timezone.now()
    told = {"SuiteId": "wwsuite00000000001", "InfoType": "create_auth", "AuthCode": code}
    inbox.receive_command(told | {"TimeStamp": str(int(now.timestamp()))}, now=now)
    inbox.work()


def test_ops_cancels_with_a_reason(sign_in, ops, sandbox, account):
    corp = connected(account)
    client, url = sign_in(ops), f"/ops/wechat/corp/{corp.pk}/cancel/"
    assert "取消关联" in text_of(client.get(f"/ops/wechat/corp/{corp.pk}/change/"))

    client.post(url, {"reason": " "})
    assert Corp.objects.exists()
    told = text_of(client.post(url, {"reason": "物业要求更换企业"}, follow=True))

    assert "已取消关联" in told
    assert not Corp.entered.exists()
    entry = AuditEntry.objects.get(action="corp.disconnected")
    assert (entry.account, entry.reason, entry.actor) == (account, "物业要求更换企业", ops.name)
    assert "已被取消" in text_of(client.post(url, {"reason": "再次"}, follow=True))


def test_ops_sees_no_secret(sign_in, ops, sandbox, account):
    corp = connected(account, token="the-token", aes_key="the-key", permanent_code="the-code")
    client = sign_in(ops)

    for url in ("/ops/wechat/corp/", f"/ops/wechat/corp/{corp.pk}/change/"):
        page = client.get(url).content.decode()
        for secret in (CONTACTS_SECRET, APP_SECRET, "the-token", "the-key", "the-code", corp.door):
            assert secret not in page
