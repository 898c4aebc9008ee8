"""员工信息 in a browser: adding one and the next, correcting, deleting, and the departments."""

import pytest
from playwright.sync_api import expect

from staff.models import Employee
from tests import make
from tests.browser.conftest import entry_of_open_menu, look, look_by_day_and_night, settled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(account, community):
    """Three departments, and three people of whom WeCom has refused one."""
    works = make.department(account, "工程部")
    repairs = make.department(account, "维修组", parent=works)
    guards = make.department(account, "秩序部")
    second = make.community(account, "深圳小区")
    people = (
        ("陈三三", "维修师父", community, repairs, {"to_push": False}),
        ("林四", "秩序员", second, guards, {"push_fault": 60104, "to_push": False}),
        ("王五", "经理", community, works, {}),
    )
    for number, (name, position, served, department, told) in enumerate(people):
        fields = {"department_ids": [department.pk], "phone": f"+8613500001{number}26"}
        made = make.employee(account, served, name=name, position=position, **fields)
        Employee.objects.filter(pk=made.pk).update(**told)
    return account


def open_staff(page, live_server, query=""):
    page.goto(f"{live_server.url}/fengniao/staff/{query}")
    return page.locator("#employees tbody tr")


def test_without_a_corp_the_guides_page_leads_to_the_list(console, live_server, community):
    open_staff(console, live_server)
    expect(console.get_by_text("请将当前服务号授权关联贵公司的微信企业号")).to_be_visible()
    look(console, "staff-unconnected")

    console.get_by_role("link", name="先录入员工，以后再关联").click()

    expect(console.get_by_text("还没有员工")).to_be_visible()
    look(console, "staff-empty")


def test_add_one_and_the_next(console, live_server, company):
    make.corp(company)
    rows = open_staff(console, live_server)
    expect(rows).to_have_count(3)
    console.get_by_role("button", name="+ 添加员工").click()
    entry_of_open_menu(console, "手动添加").click()
    dialog = console.get_by_role("dialog")

    dialog.get_by_role("button", name="保存", exact=True).click()
    expect(dialog.get_by_text("请至少选择一个服务小区。")).to_be_visible()
    look(console, "staff-add-refused")
    dialog.get_by_label("腾讯小区").check()
    dialog.get_by_label("姓名").fill("赵六")
    dialog.get_by_label("女", exact=True).check()
    dialog.get_by_label("工程部 / 维修组").check()
    dialog.get_by_label("手机号").fill("１３６ 0000 0000")
    look(console, "staff-add")
    dialog.get_by_role("button", name="保存并添加下一个").click()

    expect(dialog.get_by_text("已添加员工“赵六”。")).to_be_visible()
    expect(dialog.get_by_label("姓名")).to_have_value("")
    expect(dialog.get_by_label("工程部 / 维修组")).to_be_checked()
    console.keyboard.press("Escape")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("136*****00")
    expect(rows.first).to_contain_text("待同步")
    expect(console.locator("#tree")).to_contain_text("维修组 (2人)")


def test_find_reveal_correct_and_delete(console, live_server, company):
    make.corp(company)
    rows = open_staff(console, live_server)
    look_by_day_and_night(console, "staff-list")
    search = console.get_by_placeholder("请输入姓名或手机号后4位进行搜索")
    search.fill("陈")
    expect(rows).to_have_count(1)
    assert "陈" not in console.url
    rows.first.get_by_role("button", name="显示手机号").click()
    expect(rows.first).to_contain_text("13500001026")

    rows.first.get_by_role("link", name="修改").click()
    dialog = console.get_by_role("dialog")
    dialog.get_by_label("职位").fill("主管")
    dialog.get_by_role("button", name="保存", exact=True).click()
    expect(rows.first).to_contain_text("主管")
    expect(rows.first).to_contain_text("待同步")

    rows.first.get_by_role("link", name="陈三三").click()
    expect(console.get_by_role("heading", name="变更记录")).to_be_visible()
    look(console, "staff-person")
    console.get_by_role("link", name="返回列表").click()
    search.fill("")
    expect(rows).to_have_count(3)
    console.get_by_label("全选").check()
    console.get_by_role("button", name="批量删除").click()
    expect(dialog).to_contain_text("以下 3 位员工")
    look(console, "staff-delete")
    dialog.get_by_role("button", name="删除").click()
    expect(console.get_by_text("还没有员工")).to_be_visible()


def test_filters_narrow_and_failures_can_be_tried_again(console, live_server, company):
    make.corp(company)
    rows = open_staff(console, live_server)

    console.get_by_label("服务小区", exact=True).select_option("深圳小区")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("失败")
    rows.first.get_by_role("button", name="重试").click()

    expect(rows.first).to_contain_text("待同步")
    expect(console.get_by_text("已重新排队")).to_be_visible()


def test_departments_by_keyboard(console, live_server, company):
    rows = open_staff(console, live_server)
    tree = console.get_by_role("navigation", name="部门")
    tree.get_by_role("link", name="蜂鸟小区A").focus()

    console.keyboard.press("ArrowDown")
    console.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    expect(tree.get_by_role("link", name="工程部")).to_have_attribute("aria-current", "true")
    console.keyboard.press("Tab")
    console.keyboard.press("Enter")
    settled(console)
    entry_of_open_menu(console, "添加下级部门").click()
    dialog = console.get_by_role("dialog")
    dialog.get_by_label("部门名称").fill("维修组")
    console.keyboard.press("Enter")
    expect(dialog.get_by_text("同一级下已有部门“维修组”")).to_be_visible()
    look(console, "staff-department")
    dialog.get_by_label("部门名称").fill("绿化组")
    console.keyboard.press("Enter")

    expect(tree).to_contain_text("绿化组 (0人)")
    expect(rows).to_have_count(2)


def test_going_back_ticks_nobody_elses_box(console, live_server, company):
    """What is ticked stands first, so the boxes have changed places since."""
    pk = Employee.objects.get(name="陈三三").pk
    console.goto(f"{live_server.url}/fengniao/staff/{pk}/edit/")
    console.get_by_label("腾讯小区").uncheck()
    console.get_by_label("深圳小区").check()
    console.get_by_role("button", name="保存", exact=True).click()
    expect(console.locator("#messages")).to_contain_text("已保存")

    console.go_back()

    expect(console.get_by_label("深圳小区")).to_be_checked()
    expect(console.get_by_label("腾讯小区")).not_to_be_checked()
