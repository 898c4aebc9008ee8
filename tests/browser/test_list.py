"""住户信息: the tree by keyboard, the menu of the button, sorting on a phone, dates that are wrong,
and two people at one form."""

import re

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.conftest import (
    PHONE,
    entry_of_open_menu,
    look,
    look_by_day_and_night,
    picture,
    settled,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rows(console, live_server, community):
    make.resident(community, "A 1 101", name="张三", phone="18913112121")
    make.resident(community, "B 1 101", name="李四", phone="13625895630")
    console.goto(f"{live_server.url}/fengniao/residents/")
    return console.locator("#residents tbody tr")


def in_focus(page) -> str:
    return page.evaluate("document.activeElement.innerText.trim()")


def test_the_tree_is_one_stop_and_goes_by_arrows(console, rows):
    tree = console.locator("#tree")
    tree.get_by_role("link", name="腾讯小区 (2人)").focus()
    console.keyboard.press("Tab")  # the map of the row
    console.keyboard.press("Tab")  # its menu
    console.keyboard.press("Tab")
    assert not console.evaluate("document.activeElement.closest('#tree') !== null")

    tree.get_by_role("link", name="腾讯小区 (2人)").focus()
    for key in ("ArrowDown", "ArrowLeft", "ArrowDown"):
        console.keyboard.press(key)
    assert in_focus(console) == "B (1人)"
    console.keyboard.press("Home")
    console.keyboard.press("End")
    assert in_focus(console) == "101 (1人)"
    assert tree.locator("a.tree-label[tabindex='0']").count() == 1
    console.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    look(console, "residents-tree")


def test_the_menu_of_the_button_goes_by_keyboard(console, rows):
    console.get_by_role("button", name="+ 添加住户").focus()
    console.keyboard.press("Enter")
    expect(entry_of_open_menu(console, "手动添加")).to_be_visible()
    picture(console, "residents-menu")
    console.keyboard.press("ArrowDown")
    assert in_focus(console) == "手动添加"
    console.keyboard.press("Enter")
    expect(console.get_by_role("dialog").get_by_label("姓名")).to_be_focused()
    picture(console, "resident-add-address")


def test_a_phone_sorts(console, rows):
    console.set_viewport_size(PHONE)
    console.locator(".sort-line").get_by_role("link", name="住址").click()
    expect(rows.first).to_contain_text("张三")
    console.locator(".sort-line").get_by_role("link", name="住址").click()
    expect(rows.first).to_contain_text("李四")
    look(console, "residents-sorted")


def test_wrong_dates_are_told_at_the_date(console, rows):
    console.get_by_label("租约").select_option("range")
    expect(console).to_have_url(re.compile("lease=range"))
    console.get_by_label("起始日期").fill("2018-13-31")
    console.get_by_label("起始日期").press("Tab")

    expect(console.locator("#id_lease_from_error")).to_contain_text("日期格式不正确")
    expect(console.get_by_text("租约日期有误")).to_be_visible()
    look_by_day_and_night(console, "residents-dates")
    console.get_by_label("起始日期").fill("2018-12-31")
    console.get_by_label("起始日期").press("Tab")
    expect(console.locator("#id_lease_from_error")).to_be_empty()


def test_two_people_at_one_form(console, rows, community):
    rows.first.get_by_role("link", name="修改").click()
    dialog = console.get_by_role("dialog")
    expect(dialog.get_by_label("姓名")).to_have_value("李四")
    community.residents.filter(name="李四").update(name="李梅")
    dialog.get_by_label("姓名").fill("李思")
    dialog.get_by_label("证件号").fill("44030419851108000")
    dialog.get_by_role("button", name="保存").click()

    expect(dialog).to_contain_text("修改了姓名，现在是“李梅”")
    look_by_day_and_night(console, "resident-meanwhile")
    dialog.get_by_role("button", name="保留别人的修改").click()
    expect(rows.first).to_contain_text("李梅")
    expect(console.locator("#messages")).to_contain_text("已保存。 证件号像是身份证号")
    expect(console.locator("#messages .message")).to_have_count(1)

    rows.first.get_by_role("link", name="李梅").click()
    console.get_by_role("heading", name="个人信息权利").wait_for()
    look_by_day_and_night(console, "resident-show")


def test_the_export_of_what_the_list_finds(console, rows):
    console.get_by_role("searchbox").fill("张三")
    expect(rows).to_have_count(1)
    console.get_by_role("button", name="+ 添加住户").click()
    entry_of_open_menu(console, "导出住户信息").click()
    dialog = console.get_by_role("dialog")
    expect(dialog.get_by_label("导出当前筛选结果")).to_be_checked()
    expect(dialog.get_by_label("小区", exact=True)).to_be_hidden()
    look_by_day_and_night(console, "residents-export")
    dialog.get_by_label("按层级导出").check()
    expect(dialog.get_by_label("小区", exact=True)).to_be_visible()


def test_the_level_chosen_last_is_exported(console, rows, complaints):
    """Though the answer to the choice before has not come yet."""
    console.get_by_role("button", name="+ 添加住户").click()
    entry_of_open_menu(console, "导出住户信息").click()
    dialog = console.get_by_role("dialog")
    levels = dialog.get_by_label("栋", exact=True)
    expect(levels).to_be_visible()
    settled(console)
    console.route("**/residents/export/?*at_1=A*", lambda _route: None)

    levels.select_option("A")
    levels.select_option("B")

    expect(dialog).to_contain_text("所选范围有 1 位住户")
    expect(levels).to_have_value("B")
    complaints.clear()  # htmx logs the request that it gave up
