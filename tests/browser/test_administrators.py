"""管理员设置 in two browsers: invited with a link, at work, changed, deactivated, brought back; and
the creatorship handed over."""

import pytest
from playwright.sync_api import expect

from haina.accounts.models import Administrator
from tests import make
from tests.browser.conftest import DESK, PATIENCE, choose, look, look_by_day_and_night

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "hao-jiu-bu-jian-7"


@pytest.fixture
def administrators(console, live_server, account):
    """The page, of an account that has three communities and somebody of each kind."""
    for name in ("腾讯小区", "深圳小区", "蜂鸟花园"):
        make.community(account, name)
    make.system(account)
    console.goto(f"{live_server.url}/fengniao/administrators/")
    return console


@pytest.fixture
def elsewhere(browser):
    """Somebody else's browser."""
    context = browser.new_context(locale="zh-CN", viewport=DESK, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def invite(page, phone: str) -> str:
    """小李 may see the residents of 深圳小区, without their ID numbers; the link."""
    page.get_by_role("link", name="添加管理权限").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("手机号").first.fill(phone)
    choose(dialog, "住户信息", "查看")
    choose(dialog, "证件号", "不可见")
    dialog.get_by_label("深圳小区").check()
    dialog.get_by_label("登录密码").fill(make.PASSWORD)
    look(page, "administrators-add")
    dialog.get_by_role("button", name="确定").click()
    link = dialog.get_by_label("链接").input_value()
    look(page, "administrators-link")
    return link


def join(page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_text("139*****01").first).to_be_visible()
    look(page, "administrators-join")
    page.get_by_label("姓名").fill("小李")
    page.get_by_label("设置密码").fill("12345678")
    page.get_by_label("再输入一次").fill(PASSWORD)
    page.get_by_role("button", name="接受邀请").click()
    look(page, "administrators-join-refused")
    page.get_by_label("设置密码").fill(PASSWORD)
    page.get_by_label("再输入一次").fill(PASSWORD)
    page.get_by_role("button", name="接受邀请").click()
    page.wait_for_url("**/fengniao/overview/**")
    page.get_by_role("link", name="住户信息", exact=True).first.click()


def test_invited_at_work_changed_deactivated_and_back(administrators, elsewhere, live_server):
    page, dialog = administrators, administrators.get_by_role("dialog")
    look(page, "administrators-new")
    link = invite(page, "139 0000 0001")
    dialog.get_by_role("link", name="完成").click()
    expect(page.get_by_role("heading", name="待接受的邀请 (1)")).to_be_visible()

    join(elsewhere, link)
    expect(elsewhere.get_by_role("link", name="深圳小区 (0人)")).to_be_visible()
    expect(elsewhere.get_by_role("link", name="管理员设置")).to_have_count(0)
    elsewhere.goto(link)
    expect(elsewhere.get_by_role("heading", name="邀请已失效")).to_be_visible()
    look(elsewhere, "administrators-over")

    page.reload()
    expect(page.get_by_role("heading", name="物业运营者 (1人)")).to_be_visible()
    look_by_day_and_night(page, "administrators")

    page.get_by_role("link", name="修改小李的权限").click()
    expect(dialog.get_by_label("深圳小区")).to_be_checked()
    choose(dialog, "住户信息", "无权限")
    choose(dialog, "小区楼栋信息", "管理")
    dialog.get_by_role("button", name="确定").click()
    expect(page.get_by_text("已保存“小李”的权限")).to_be_visible()
    elsewhere.goto(f"{live_server.url}/fengniao/residents/")
    expect(elsewhere.get_by_text("没有权限").first).to_be_visible()

    page.get_by_role("link", name="停用小李").click()
    expect(dialog.get_by_text("住户审核提醒")).to_be_visible()
    look(page, "administrators-deactivate")
    dialog.get_by_role("button", name="停用").click()
    expect(page.get_by_role("heading", name="已停用 (1人)")).to_be_visible()
    assert elsewhere.goto(f"{live_server.url}/fengniao/communities/").status == 404

    page.get_by_role("link", name="恢复小李").click()
    dialog.get_by_role("button", name="确定").click()
    expect(page.get_by_role("heading", name="物业运营者 (1人)")).to_be_visible()
    assert elsewhere.goto(f"{live_server.url}/fengniao/communities/").status == 200


def test_what_is_refused_is_told_in_the_dialog(administrators, account):
    page, dialog = administrators, administrators.get_by_role("dialog")
    page.get_by_role("link", name="添加管理权限").click()
    dialog.get_by_label("手机号").first.fill("12")
    dialog.get_by_label("截止日期").fill("2020-01-01")
    dialog.get_by_role("button", name="确定").click()
    expect(dialog.get_by_text("手机号格式不正确")).to_be_visible()
    expect(dialog.get_by_text("截止日期已经过去")).to_be_visible()
    look(page, "administrators-refused")

    for _ in range(19):
        make.system(account)
    dialog.get_by_label("手机号").first.fill("13900000001")
    dialog.get_by_label("截止日期").fill("")
    dialog.get_by_label("系统管理员").check()
    dialog.get_by_label("登录密码").fill(make.PASSWORD)
    expect(dialog.get_by_label("住户信息")).to_be_hidden()
    dialog.get_by_role("button", name="确定").click()
    expect(dialog.get_by_text("系统管理员最多支持添加 20 个")).to_be_visible()
    look(page, "administrators-twenty")


def test_by_keyboard(administrators):
    page, dialog = administrators, administrators.get_by_role("dialog")
    page.get_by_role("link", name="添加管理权限").focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("手机号").first).to_be_focused()
    page.keyboard.type("13900000001")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_label("系统管理员")).to_be_checked()
    page.keyboard.press("Tab")
    expect(dialog.get_by_label("登录密码")).to_be_focused()
    page.keyboard.type(make.PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("链接")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("heading", name="待接受的邀请 (1)")).to_be_visible()


def test_the_creatorship_is_handed_over(administrators, elsewhere, account, live_server):
    page, dialog = administrators, administrators.get_by_role("dialog")
    page.get_by_role("link", name="移交创建者").click()
    choose(dialog, "移交给", "老周 (系统管理员)")
    dialog.get_by_label("登录密码").fill(make.PASSWORD)
    look(page, "administrators-handover")
    dialog.get_by_role("button", name="提出移交").click()
    expect(page.get_by_role("heading", name="等待“老周”接受")).to_be_visible()
    look(page, "administrators-offered")
    link = page.get_by_label("链接").input_value()

    heir = account.administrators.get(role=Administrator.Role.SYSTEM)
    elsewhere.goto(link)
    elsewhere.get_by_label("手机号或用户名").fill(heir.user.username)
    elsewhere.get_by_label("密码").fill(make.PASSWORD)
    elsewhere.get_by_role("button", name="登录").click()
    elsewhere.get_by_label("登录密码").fill(make.PASSWORD)
    look(elsewhere, "administrators-accept")
    elsewhere.get_by_role("button", name="接受", exact=True).click()
    expect(elsewhere.get_by_text("您现在是本服务号的创建者")).to_be_visible()

    page.reload()
    row = page.get_by_role("table", name="创建者").get_by_role("row", name="老周")
    expect(row).to_be_visible()
