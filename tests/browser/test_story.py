"""The whole story of 认证 in a manager's and in residents' browsers, with a worker and the sandbox:
from the guide's workbook to the end of a lease."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from followers.daytime import by_day
from residents.models import Notice, Resident
from residents.verification import expiry
from tests import make
from tests.browser.conftest import PHONE, look
from tests.browser.test_guide import add_the_community, import_the_template, open_residents
from tests.browser.test_verify import choose_room, fill_in, hand_in, heading, prove
from tests.jobs.processes import worker
from tests.wechat.phone import USER_AGENT

pytestmark = pytest.mark.django_db(transaction=True)
HOME, APPLICATIONS = "/m/fengniao/", "/fengniao/residents/applications/"


@pytest.fixture
def working(tmp_path, sandbox, live_server, transactional_db):
    """A worker and beat that know where the sandbox is."""
    there = {"WECHAT_API_BASE": sandbox.url, "SMS_ENDPOINT": settings.SMS_ENDPOINT}
    there |= {"HAINA_SANDBOX": "1", "HAINA_BASE_URL": live_server.url}
    with worker(tmp_path, settings.REDIS_URL, **there):
        yield


@pytest.fixture
def wechat(account, sandbox):
    """The account is connected, sends template messages and SMS, and has followers."""
    told = {"app_id": sandbox.appid, "secret": sandbox.secret, "connected_at": timezone.now()}
    make.decision_template(make.wechat(account, **told))
    make.sms(account)
    people = [each for each in sandbox.people() if each["subscribed"]][:4]
    for person in people:
        make.follower(account, person["openid"])
    return people


@pytest.fixture
def phone_of(browser, sandbox, wechat):
    """A phone in the hand of one of the followers: its page, in WeChat's browser."""

    @contextmanager
    def held(number: int):
        context = browser.new_context(locale="zh-CN", viewport=PHONE, user_agent=USER_AGENT)
        person = wechat[number]
        cookie = {"name": "sandbox-person", "value": person["unionid"], "url": sandbox.url}
        context.add_cookies([cookie])
        try:
            yield context.new_page()
        finally:
            context.close()

    return held


@pytest.fixture
def told(console, sandbox, wechat):
    """What has arrived in WeChat for one of the followers, as soon as it is so many messages."""

    def messages(number: int, count: int) -> list[str]:
        for _ in range(200):
            arrived = sandbox.inbox(wechat[number]["openid"])
            if len(arrived) >= count:
                break
            console.wait_for_timeout(100)
        assert len(arrived) == count
        return [str(each) for each in arrived]

    return messages


def test_from_the_workbook_to_the_end_of_a_lease(
    console, working, live_server, sandbox, wechat, phone_of, told, tmp_path
):
    console.goto(live_server.url)
    add_the_community(console)
    open_residents(console)
    import_the_template(console, tmp_path)

    with (
        phone_of(0) as owner,
        phone_of(1) as stranger,
        phone_of(2) as family,
        phone_of(3) as tenant,
    ):
        who_is_on_file_passes(owner, live_server, sandbox)
        assert "审核通过" in told(0, 1)[0]
        a_stranger_is_refused_and_corrects(console, stranger, live_server, sandbox)
        assert "审核未通过" in told(1, 1)[0]
        the_rest_is_approved_in_bulk(console, live_server)
        assert "审核通过" in told(1, 2)[1]
        an_owner_lets_the_family_in(console, owner, family, live_server, sandbox)
        assert "审核通过" in told(2, 1)[0]
        a_lease_ends(console, tenant, live_server, sandbox)
        the_tenant_is_told_by_day(told)


def who_is_on_file_passes(phone, live_server, sandbox) -> None:
    choose_room(phone, live_server, "A", "1", "101")
    fill_in(phone, "张三", "18913112121")
    hand_in(phone)
    prove(phone, sandbox)
    heading(phone, "认证通过")


def a_stranger_is_refused_and_corrects(console, phone, live_server, sandbox) -> None:
    choose_room(phone, live_server, "A", "1", "101")
    fill_in(phone, "李思", "13600000030", "家属")
    hand_in(phone)
    prove(phone, sandbox)
    heading(phone, "已提交，等待审核")

    console.goto(live_server.url + APPLICATIONS)
    console.locator("#applications tbody tr").get_by_role("link", name="审核").click()
    dialog = console.get_by_role("dialog")
    dialog.get_by_text("拒绝…").click()
    dialog.get_by_label("房间选择有误").check()
    dialog.get_by_role("button", name="拒绝", exact=True).click()
    expect(console.locator("#messages")).to_contain_text("已拒绝 李思")

    phone.goto(live_server.url + HOME)
    phone.get_by_role("link", name="未通过").click()
    expect(phone.get_by_text("原因：房间选择有误")).to_be_visible()
    choose_room(phone, live_server, "A", "1", "102")
    fill_in(phone, "李思", "13600000030", "家属")
    hand_in(phone)
    heading(phone, "已提交，等待审核")


def the_rest_is_approved_in_bulk(console, live_server) -> None:
    console.goto(live_server.url + APPLICATIONS)
    console.get_by_label("全选").check()
    console.get_by_role("button", name="批量通过").click()
    dialog = console.get_by_role("dialog")
    expect(dialog).to_contain_text("李思")
    dialog.get_by_role("button", name="通过").click()
    expect(console.locator("#messages")).to_contain_text("已通过 1 份申请。")


def an_owner_lets_the_family_in(console, owner, family, live_server, sandbox) -> None:
    console.goto(f"{live_server.url}/fengniao/residents/")
    console.get_by_label("是否允许业主审核所属房间住户的申请").check()
    choose_room(family, live_server, "A", "1", "101")
    fill_in(family, "张小三", "13700000031", "家属")
    hand_in(family)
    prove(family, sandbox)
    heading(family, "已提交，等待审核")

    owner.goto(live_server.url + HOME)
    owner.get_by_role("link", name=re.compile("A 1 101")).click()
    owner.get_by_role("link", name="张小三").click()
    owner.get_by_role("button", name="通过").click()
    expect(owner.get_by_role("status")).to_have_text("已通过。")
    family.goto(live_server.url + HOME)
    expect(family.get_by_text("已认证")).to_be_visible()


def a_lease_ends(console, tenant, live_server, sandbox) -> None:
    """刘六, whose lease in the workbook is made to end tomorrow, and then is over."""
    today, liu = timezone.localdate(), Resident.objects.filter(name="刘六")
    liu.update(lease_ends_on=today + timedelta(days=1), verification="unverified")
    choose_room(tenant, live_server, "B", "1", "102")
    fill_in(tenant, "刘六", "18124768126", "限期租客")
    tenant.get_by_label("租约到期时间").fill(str(today + timedelta(days=1)))
    hand_in(tenant)
    prove(tenant, sandbox)
    heading(tenant, "认证通过")

    liu.update(lease_ends_on=today - timedelta(days=1))
    expiry.work(liu.get().community.account, now=timezone.now())
    tenant.goto(live_server.url + HOME)
    expect(tenant.get_by_text("已到期")).to_be_visible()
    console.goto(f"{live_server.url}/fengniao/residents/")
    row = console.locator("#residents tbody tr").filter(has_text="刘六")
    expect(row).to_contain_text("已到期")
    look(console, "story-residents")


def the_tenant_is_told_by_day(told) -> None:
    notice = Notice.objects.get(kind=Notice.Kind.LEASE_OVER)
    if by_day(notice.created_at) == notice.created_at:
        assert "租约已到期" in told(3, 2)[1]
    else:
        assert notice.next_at == by_day(notice.created_at)
        told(3, 1)
