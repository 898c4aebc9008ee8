"""概览: what there is to do in numbers, the first steps of a new account, and its demo data."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from haina.accounts.models import ServiceAccount
from tests import make
from tests.browser.conftest import look, look_by_day_and_night

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_page_leads_to_what_it_counts(console, live_server, account, community, creator):
    fill(community, creator)
    another = make.community(account, "深圳小区")
    make.resident(another, "A 1 101")
    console.goto(live_server.url)
    console.wait_for_url("**/fengniao/overview/")
    expect(console.get_by_role("heading", name="概览")).to_be_visible()

    console.get_by_text("腾讯小区：认证率最低的楼栋").click()
    look_by_day_and_night(console, "overview")
    console.get_by_role("link", name="腾讯小区：1 份租约 30 天内到期").press("Enter")

    expect(console.locator("#residents .rows tbody tr")).to_have_count(1)


def fill(community, creator) -> None:
    now = timezone.now()
    for number in range(12):
        resident = make.resident(community, f"{'ABC'[number % 3]} 1 10{number}")
        if number % 3:
            make.verified(resident, make.follower(community.account))
    ends = timezone.localdate(now)
    make.resident(community, "B 2 101", identity="term_tenant", lease_ends_on=ends)
    for name in ("李四", "王五", "刘六"):
        make.application(community, make.follower(community.account), "A 1 101", name=name)
    job = make.job(creator, state="failed", ended_at=now, message="读取失败")
    make.imported(community, job=job)
    make.reminder(creator, state="failed")


def test_a_new_account_is_led_from_step_to_step(console, live_server, account):
    console.goto(live_server.url)
    expect(console.get_by_role("heading", name="四步开始使用")).to_be_visible()
    look(console, "overview-new")

    console.get_by_role("link", name="添加小区").first.click()

    expect(console.get_by_label("小区名称")).to_be_visible()


def test_a_demo_account_is_emptied_by_typing_its_name(
    console, live_server, account, community, working
):
    make.resident(community, "A 1 101")
    ServiceAccount.objects.filter(pk=account.pk).update(is_demo=True)
    console.goto(live_server.url)
    console.get_by_role("link", name="清空演示数据").click()
    dialog = console.get_by_role("dialog")
    button = dialog.get_by_role("button", name="清空")
    expect(button).to_be_disabled()
    look(console, "overview-clear")

    dialog.get_by_label("请输入服务号名称“蜂鸟小区A”以确认清空").fill("蜂鸟小区A")
    dialog.get_by_label("登录密码").fill(make.PASSWORD)
    button.click()

    expect(console.locator(".job-over .state")).to_have_text("已完成")
    console.get_by_role("navigation", name="管理中心").get_by_role("link", name="概览").click()
    expect(console.get_by_role("heading", name="建小区 未完成")).to_be_visible()
    expect(console.get_by_role("link", name="清空演示数据")).to_have_count(0)
