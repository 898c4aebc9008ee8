"""The structure by hand: a range with its preview, one node from the menu, search, closing."""

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.conftest import entry_of_open_menu, look

pytestmark = pytest.mark.django_db(transaction=True)


def from_the_menu_of(page, name: str, entry: str):
    page.get_by_label(f"“{name}”的操作").first.click()
    entry_of_open_menu(page, entry).click()
    return page.get_by_role("dialog")


def test_a_range_is_previewed_then_written(console, live_server, community):
    console.goto(f"{live_server.url}/fengniao/communities/{community.pk}/tree/")
    dialog = from_the_menu_of(console, "腾讯小区", "批量添加")
    for label, names in (("栋", "1-3栋"), ("单元", "1-2单元"), ("房间号", "101-1804")):
        dialog.get_by_role("textbox", name=label).fill(names)
    dialog.get_by_role("button", name="预览").click()

    confirm = dialog.get_by_role("button", name="确认添加")
    expect(confirm).to_contain_text("441")  # 3 blocks, 6 entrances, 432 rooms
    look(console, "range-preview")
    confirm.click()
    expect(console.locator("#messages")).to_contain_text("441")

    console.get_by_placeholder("请输入楼栋或房间名进行搜索").fill("1804")
    expect(console.locator(".tree mark").first).to_contain_text("1804")
    look(console, "tree")


def test_one_level_at_a_time_from_the_residents_page(console, live_server, community):
    console.goto(f"{live_server.url}/fengniao/residents/")
    dialog = from_the_menu_of(console, "腾讯小区", "添加下一级")
    dialog.get_by_role("textbox").first.fill("A")
    dialog.get_by_role("button", name="添加", exact=True).click()

    expect(console.locator("#tree")).to_contain_text("A (0人)")


def test_closing_a_community_asks_for_its_name(console, live_server, community):
    console.goto(f"{live_server.url}/fengniao/communities/")
    console.get_by_role("link", name="删除").click()
    dialog = console.get_by_role("dialog")
    button = dialog.get_by_role("button", name="删除")
    expect(button).to_be_disabled()
    look(console, "community-delete")

    dialog.get_by_role("textbox", name="请输入小区名称").fill("腾讯小区")
    dialog.get_by_label("登录密码").fill(make.PASSWORD)
    button.click()

    expect(console.locator("#messages")).to_contain_text("腾讯小区")
    expect(console.get_by_role("row", name="腾讯小区")).to_have_count(0)


def test_a_community_with_residents_is_not_closed(console, live_server, community):
    make.resident(community)
    console.goto(f"{live_server.url}/fengniao/communities/")
    console.get_by_role("link", name="删除").click()

    expect(console.get_by_role("dialog")).to_contain_text("1 位住户")
    look(console, "community-delete-refused")


def test_many_nodes_are_added_by_a_job(console, live_server, community, working):
    console.goto(f"{live_server.url}/fengniao/communities/{community.pk}/tree/")
    dialog = from_the_menu_of(console, "腾讯小区", "批量添加")
    for label, names in (("栋", "1-18栋"), ("单元", "1-2单元"), ("房间号", "101-1804")):
        dialog.get_by_role("textbox", name=label).fill(names)
    dialog.get_by_role("button", name="预览").click()
    dialog.get_by_role("button", name="确认添加 2646 个").click()

    done = console.get_by_role("heading", name="已添加 2646 个楼栋节点")
    expect(done).to_be_visible(timeout=40_000)
    look(console, "range-done")
    console.get_by_role("link", name="查看楼栋").click()
    expect(console.locator(".facts + .table-box")).to_contain_text("2592")
