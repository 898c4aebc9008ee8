"""Bulk acts, 撤销, the recycle bin and a resident's own page in a browser."""

import pytest
from playwright.sync_api import expect

from residents.models import Resident
from tests import make
from tests.browser.conftest import PHONE, choose, look, picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(community):
    """25 residents, five more than a page."""
    return [
        make.resident(community, f"A 1 {number}", name=f"住户{number}")
        for number in range(101, 126)
    ]


def open_residents(page, live_server, query=""):
    page.goto(f"{live_server.url}/fengniao/residents/{query}")
    return page.locator("#residents tbody tr")


def test_all_matching_are_deleted_and_one_click_brings_them_back(console, live_server, people):
    rows = open_residents(console, live_server)
    expect(rows).to_have_count(20)
    offer = console.get_by_label("选择全部 25 位")
    expect(offer).to_be_hidden()
    console.get_by_label("全选").check()
    offer.check()
    expect(console.locator("[data-selected]")).to_have_text("25")
    look(console, "residents-all-chosen")
    console.get_by_role("button", name="批量删除").click()
    dialog = console.get_by_role("dialog")
    expect(dialog).to_contain_text("确定删除以下 25 位住户")
    expect(dialog).to_contain_text("以及另外 15 位住户")
    look(console, "residents-delete-all")
    dialog.get_by_role("button", name="删除").click()

    expect(console.get_by_text("已删除 25 位住户")).to_be_visible()
    look(console, "residents-deleted")
    console.get_by_role("button", name="撤销").click()

    expect(console.get_by_text("已恢复 25 位住户")).to_be_visible()
    expect(rows).to_have_count(20)
    assert Resident.objects.count() == 25


def test_ticked_residents_move_to_another_room(console, live_server, community, people):
    make.node(community, "B 1 102")
    rows = open_residents(console, live_server)
    rows.nth(0).get_by_label("选择").check()
    rows.nth(1).get_by_label("选择").check()
    console.get_by_role("button", name="批量移动").click()
    dialog = console.get_by_role("dialog")
    choose(dialog, "栋", "B")
    choose(dialog, "单元", "1")
    choose(dialog, "房间号", "102")
    look(console, "residents-move")
    dialog.get_by_role("button", name="移动", exact=True).last.click()

    expect(console.get_by_text("已移动 2 位住户")).to_be_visible()
    expect(rows.nth(0)).to_contain_text("B 1 102")
    look(console, "residents-moved")
    Resident.objects.get(name="住户125").save(update_fields=["updated_at"])
    console.get_by_role("button", name="撤销").click()

    expect(console.get_by_text("没有移回的住户")).to_be_visible()
    expect(console.get_by_text("移动之后有人修改过，保持原样")).to_be_visible()
    look(console, "residents-moved-back")


def test_two_with_one_phone_are_told_by_name(console, live_server, community):
    make.node(community, "B 1 102")
    for number, name in ((101, "张三"), (102, "李四")):
        make.resident(community, f"A 1 {number}", name=name, phone="18913112121")
    rows = open_residents(console, live_server)
    console.get_by_label("全选").check()
    console.get_by_role("button", name="批量移动").click()
    dialog = console.get_by_role("dialog")
    choose(dialog, "栋", "B")
    choose(dialog, "单元", "1")
    choose(dialog, "房间号", "102")
    dialog.get_by_role("button", name="移动", exact=True).last.click()

    expect(dialog).to_contain_text("所选住户中有人使用相同的手机号")
    look(console, "residents-move-meeting")
    expect(rows).to_have_count(2)


def test_a_conflict_of_the_bin_is_told_in_the_dialog(console, live_server, community):
    phones = {"张三": "18913112121", "李四": "18913112122"}
    for name, phone in phones.items():
        make.resident(community, "A 1 101", name=name, phone=phone)
    rows = open_residents(console, live_server)
    console.get_by_label("全选").check()
    console.get_by_role("button", name="批量删除").click()
    dialog = console.get_by_role("dialog")
    dialog.get_by_role("button", name="删除").click()
    expect(console.get_by_text("已删除 2 位住户")).to_be_visible()
    make.resident(community, "A 1 101", name="新住户", phone=phones["张三"])
    console.get_by_role("button", name="撤销").click()

    expect(dialog).to_contain_text("有 1 位住户不能恢复")
    expect(dialog.get_by_role("link", name="新住户")).to_be_visible()
    look(console, "residents-not-restored")
    dialog.get_by_role("button", name="恢复其余 1 位").click()

    expect(console.get_by_text("已恢复 1 位住户")).to_be_visible()
    expect(rows).to_have_count(2)


def test_filters_and_page_size(console, live_server, community, people):
    make.resident(
        community, "A 2 101", name="租客", identity="term_tenant", lease_ends_on="2020-01-01"
    )
    rows = open_residents(console, live_server)
    console.get_by_label("每页 50 条").click()
    expect(rows).to_have_count(26)
    look(console, "residents-filters")
    console.get_by_label("租约", exact=True).select_option("over")
    expect(rows).to_have_count(1)
    console.get_by_label("租约", exact=True).select_option("range")
    expect(console.get_by_label("起始日期")).to_be_visible()
    look(console, "residents-lease-range")
    open_residents(console, live_server)
    expect(rows).to_have_count(26)


def test_a_phone_folds_tree_and_filters(console, live_server, people):
    console.set_viewport_size(PHONE)
    rows = open_residents(console, live_server)
    tree = console.locator("#tree")
    expect(tree).to_be_hidden()
    expect(console.get_by_label("身份", exact=True)).to_be_hidden()
    picture(console, "residents-folded-phone")
    console.get_by_text("楼栋结构", exact=True).click()
    expect(tree).to_be_visible()
    picture(console, "residents-tree-phone")
    tree.get_by_role("link", name="101 (1人)").click()
    expect(rows).to_have_count(1)
    expect(tree).to_be_hidden()
    expect(console.locator("#tree-place")).to_have_text("A 1 101")
    console.get_by_text("筛选").click()
    expect(console.get_by_label("身份", exact=True)).to_be_visible()
    picture(console, "residents-filters-phone")


def test_a_resident_is_followed_from_the_list_to_the_bin_and_back(console, live_server, community):
    resident = make.resident(
        community, "A 1 101", name="张三", phone="18913112121", id_number="110101199003078515"
    )
    make.resident(community, "A 1 102", name="张三", phone="18913112121")
    rows = open_residents(console, live_server)
    rows.filter(has_text="A 1 101").get_by_role("link", name="张三").click()
    expect(console.get_by_text("此人的其他房间")).to_be_visible()
    console.get_by_role("link", name="修改", exact=True).click()
    dialog = console.get_by_role("dialog")
    dialog.get_by_label("姓名").fill("张三丰")
    dialog.get_by_role("button", name="保存").click()
    expect(console.get_by_role("heading", name="张三丰")).to_be_visible()
    expect(console.locator("#history")).to_contain_text("张三丰")
    look(console, "resident-show")

    console.get_by_role("link", name="删除", exact=True).click()
    dialog.get_by_role("button", name="删除").click()
    console.get_by_role("button", name="+ 添加住户").click()
    console.get_by_role("link", name="回收站").click()
    expect(console.get_by_role("heading", name="回收站")).to_be_visible()
    look(console, "residents-bin")
    console.get_by_role("link", name="张三丰").click()
    expect(console.get_by_text("已删除", exact=True)).to_be_visible()
    look(console, "resident-removed")
    console.get_by_role("button", name="恢复").click()
    expect(console.get_by_text("已恢复 1 位住户")).to_be_visible()
    assert Resident.objects.filter(pk=resident.pk).exists()
