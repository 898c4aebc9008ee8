"""The guide's last chapter: an administrator is invited, scans, is switched on and told in WeChat;
whoever is not gets an SMS; of who has neither the row says so; a wrong scan is put right."""

from contextlib import contextmanager

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from haina.accounts.permissions import Level, Section
from reminders.models import Plan, Reminder
from tests import make
from tests.browser.conftest import PHONE, look, look_by_day_and_night, settled
from tests.browser.test_verify import choose_room, fill_in, hand_in, heading, prove
from tests.jobs.processes import worker
from tests.wechat.phone import USER_AGENT

pytestmark = pytest.mark.django_db(transaction=True)
SERVER = {"token": "TokenOfTheTest", "aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}
OF_REVIEWER, OF_AUNT = "+8613800138000", "+8613800138001"
PATIENCE_SECONDS = 30


@pytest.fixture
def connection(account, sandbox, live_server):
    """The account is connected both ways, sends template messages and SMS, at any hour."""
    told = {"app_id": sandbox.appid, "secret": sandbox.secret, "connected_at": timezone.now()}
    connection = make.wechat(account, **SERVER, **told)
    make.review_template(connection)
    make.decision_template(connection)
    make.sms(account)
    Plan.objects.create(account=account, night_begins=24, night_ends=0)
    return connection


@pytest.fixture
def working(tmp_path, sandbox, live_server, connection, transactional_db):
    """A worker and beat that know where the sandbox is, which knows where we are."""
    there = {"WECHAT_API_BASE": sandbox.url, "SMS_ENDPOINT": settings.SMS_ENDPOINT}
    there |= {"HAINA_SANDBOX": "1", "HAINA_BASE_URL": live_server.url}
    address = f"{live_server.url}/wechat/{connection.door}/"
    sandbox.server(url=address, mode="safe", **SERVER)
    with worker(tmp_path, settings.REDIS_URL, **there):
        yield


@pytest.fixture
def people(account, sandbox, connection):
    """Of the sandbox: two who follow, and one who does not."""
    following = [each for each in sandbox.people() if each["subscribed"]][:3]
    for person in following:
        make.follower(account, person["openid"])
    new = next(each for each in sandbox.people() if not each["subscribed"])
    return [*following, new]


@pytest.fixture
def phone_of(browser, sandbox):
    @contextmanager
    def held(person: dict):
        context = browser.new_context(locale="zh-CN", viewport=PHONE, user_agent=USER_AGENT)
        cookie = {"name": "sandbox-person", "value": person["unionid"], "url": sandbox.url}
        context.add_cookies([cookie])
        try:
            yield context.new_page()
        finally:
            context.close()

    return held


@pytest.fixture
def reviewers(account, operator):
    """小何 and 小周 have a phone, 小吴 has none."""
    operator.user.phone = OF_REVIEWER
    operator.user.save()
    may = {"sections": {Section.RESIDENTS: Level.MANAGE}}
    second, third = (make.operator(account, name, **may) for name in ("小周", "小吴"))
    second.user.phone = OF_AUNT
    second.user.save()
    return operator, second, third


def row_of(console, name: str):
    return console.locator("#reminders tbody tr").filter(has_text=name)


def scan_latest(phone, sandbox) -> None:
    phone.goto(f"{sandbox.url}/scanner")
    phone.locator("button.code").first.click()
    expect(phone.get_by_text("已扫码")).to_be_visible()


def test_from_the_invitation_to_the_review(
    console, working, live_server, sandbox, people, phone_of, reviewers, community, account
):
    make.node(community, "A 1 101")
    console.goto(live_server.url)
    console.get_by_role("link", name="提醒设置").first.click()
    expect(row_of(console, "小吴")).to_contain_text("收不到提醒")
    look_by_day_and_night(console, "reminders")

    with phone_of(people[1]) as wrong, phone_of(people[0]) as right, phone_of(people[2]) as tenant:
        a_wrong_scan_is_put_right(console, wrong, right, sandbox)
        switch_on(console, "小何")
        switch_on(console, "小周")
        switch_on(console, "小吴")
        look(console, "reminders-on")

        somebody_applies(tenant, live_server, sandbox)
        (message,) = arrived(console, sandbox, people[0])
        assert message["values"]["number2"] == "1"
        expect_sms(console, sandbox, OF_AUNT)
        assert not sandbox.see("sms", phone=OF_REVIEWER)["messages"]

        right.goto(message["url"])
        right.get_by_role("link", name="A 1 101").click()
        right.get_by_role("button", name="通过", exact=True).click()
        expect(right.get_by_role("status")).to_contain_text("已通过")
        assert "审核通过" in str(arrived(console, sandbox, people[2])[0])

    console.get_by_role("link", name="发送记录").click()
    expect(console.locator("#sent tbody tr")).to_have_count(2)
    look_by_day_and_night(console, "reminders-sent")
    assert Reminder.objects.filter(state="sent").count() == 2


def a_wrong_scan_is_put_right(console, wrong, right, sandbox) -> None:
    dialog = console.get_by_role("dialog")
    row_of(console, "小何").get_by_role("button", name="邀请关注").click()
    expect(dialog).to_contain_text("请 小何 用微信扫码")
    expect(dialog).to_contain_text("等待扫码")
    look_by_day_and_night(console, "reminders-invitation")
    scan_latest(wrong, sandbox)
    expect(dialog).to_contain_text("已关联")
    console.keyboard.press("Escape")
    expect(row_of(console, "小何")).to_contain_text("可微信提醒")

    settled(console)
    row_of(console, "小何").get_by_role("link", name="解除关联").click()
    look_by_day_and_night(console, "reminders-unbind")
    dialog.get_by_role("button", name="解除关联").click()
    expect(row_of(console, "小何")).to_contain_text("未关联公众号")
    settled(console)
    row_of(console, "小何").get_by_role("button", name="邀请关联").click()
    expect(dialog).to_contain_text("等待扫码")
    scan_latest(right, sandbox)
    expect(dialog).to_contain_text("已关联")
    console.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(row_of(console, "小何")).to_contain_text("可微信提醒")


def switch_on(console, name: str) -> None:
    settled(console)
    row_of(console, name).get_by_role("switch").check()
    expect(row_of(console, name)).to_contain_text("已开启")


def somebody_applies(phone, live_server, sandbox) -> None:
    choose_room(phone, live_server, "A", "1", "101")
    fill_in(phone, "王五", "13600000030")
    hand_in(phone)
    prove(phone, sandbox)
    heading(phone, "已提交，等待审核")


def arrived(console, sandbox, person: dict) -> list[dict]:
    for _ in range(PATIENCE_SECONDS * 10):
        if messages := sandbox.inbox(person["openid"]):
            return messages
        console.wait_for_timeout(100)
    pytest.fail("nothing arrived")


def expect_sms(console, sandbox, phone: str) -> None:
    for _ in range(PATIENCE_SECONDS * 10):
        if sandbox.see("sms", phone=phone)["messages"]:
            return
        console.wait_for_timeout(100)
    pytest.fail("no SMS arrived")


def test_somebody_new_follows_and_is_known(
    console, working, live_server, sandbox, people, phone_of, reviewers
):
    """The page that is printed shows it by itself."""
    console.goto(f"{live_server.url}/fengniao/reminders/")
    row_of(console, "小周").get_by_role("button", name="邀请关注").click()
    console.get_by_role("dialog").get_by_role("link", name="打印页面").click()
    expect(console.get_by_role("img", name="小周 的关联二维码")).to_be_visible()
    look(console, "reminders-print")

    with phone_of(people[3]) as phone:
        scan_latest(phone, sandbox)
        expect(console.locator("#outcome")).to_contain_text("已关联")

    console.goto(f"{live_server.url}/fengniao/reminders/")
    expect(row_of(console, "小周")).to_contain_text("可微信提醒")


def test_the_rules_of_reminders(console, live_server, connection, account):
    Plan.objects.all().delete()
    console.goto(f"{live_server.url}/fengniao/reminders/")
    console.get_by_role("link", name="提醒规则").click()
    dialog = console.get_by_role("dialog")
    dialog.get_by_label("晚上从几点起不提醒").select_option("21:00")
    dialog.get_by_label("每月短信提醒上限").fill("-1")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.locator(".errorlist").first).to_be_visible()
    look_by_day_and_night(console, "reminders-rules")
    dialog.get_by_label("每月短信提醒上限").fill("50")
    dialog.get_by_role("button", name="保存").click()
    expect(console.locator("#messages")).to_contain_text("已保存。")
    expect(console.get_by_text("21:00 至次日 8:00 不提醒")).to_be_visible()
