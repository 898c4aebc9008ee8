"""Residents by hand: adding with the cascading address, correcting, revealing, deleting many."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.conftest import choose, entry_of_open_menu, look

pytestmark = pytest.mark.django_db(transaction=True)


def open_residents(page, live_server):
    page.goto(f"{live_server.url}/fengniao/residents/")
    return page.locator("#residents tbody tr")


def test_add_one_and_the_next_at_the_same_address(console, live_server, community):
    make.node(community, "A 1 101")
    make.node(community, "B 1 102")
    rows = open_residents(console, live_server)
    console.get_by_role("button", name="+ 添加住户").click()
    entry_of_open_menu(console, "手动添加").click()
    dialog = console.get_by_role("dialog")

    dialog.get_by_label("姓名").fill("小助手")
    dialog.get_by_label("男", exact=True).check()
    dialog.get_by_label("手机号").fill("１３５ 0000 0000")
    choose(dialog, "栋", "B")
    choose(dialog, "单元", "1")
    choose(dialog, "房间号", "102")
    dialog.get_by_label("业主").check()
    look(console, "resident-add")
    dialog.get_by_role("button", name="保存并添加下一个").click()

    expect(dialog.get_by_label("姓名")).to_have_value("")
    expect(dialog.get_by_label("房间号", exact=True)).to_have_value("102")
    dialog.get_by_role("button", name="关闭").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("135*****00")
    expect(rows.first).to_contain_text("B 1 102")


def test_a_wrong_phone_is_told_in_the_dialog(console, live_server, community):
    make.node(community, "A 1 101")
    open_residents(console, live_server)
    console.get_by_role("button", name="+ 添加住户").click()
    entry_of_open_menu(console, "手动添加").click()
    dialog = console.get_by_role("dialog")

    dialog.get_by_label("手机号").fill("1350")
    dialog.get_by_role("button", name="保存", exact=True).click()

    expect(dialog).to_contain_text("手机号格式不正确")
    look(console, "resident-add-refused")


def test_search_reveal_correct_and_delete(console, live_server, community):
    make.resident(community, "A 1 101", name="张三", phone="18913112121")
    make.resident(community, "A 1 102", name="李四", phone="13625895630")
    rows = open_residents(console, live_server)
    expect(rows).to_have_count(2)

    console.get_by_placeholder("请输入姓名或手机号后4位进行搜索").fill("2121")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("张三")
    rows.first.get_by_role("button", name="显示").click()
    expect(rows.first).to_contain_text("18913112121")

    rows.first.get_by_role("link", name="修改").click()
    dialog = console.get_by_role("dialog")
    dialog.get_by_label("姓名").fill("张三丰")
    look(console, "resident-edit")
    dialog.get_by_role("button", name="保存").click()
    expect(rows.first).to_contain_text("张三丰")

    console.get_by_placeholder("请输入姓名或手机号后4位进行搜索").fill("")
    expect(rows).to_have_count(2)
    console.get_by_label("全选").check()
    console.get_by_role("button", name="批量删除").click()
    expect(dialog).to_contain_text("2 位住户")
    look(console, "residents-delete")
    dialog.get_by_role("button", name="删除").click()
    expect(console.get_by_text("该层级没有住户")).to_be_visible()


def test_a_node_of_the_tree_narrows_the_list(console, live_server, community):
    make.resident(community, "A 1 101", name="张三")
    make.resident(community, "B 1 101", name="王五")
    rows = open_residents(console, live_server)

    console.locator("#tree").get_by_role("link", name="B (1人)").click()

    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("王五")
    console.go_back()
    expect(rows).to_have_count(2)
