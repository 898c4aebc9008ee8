"""The guide: 小区楼栋信息 and 住户信息, in its words, with the four rows of its template."""

import re

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import look, look_by_day_and_night, picture_of_docs

PEOPLE = [
    ["刘六", "男", "限期租客", "181*****26", "B 1 102"],
    ["王五", "男", "长期租客", "136*****31", "B 1 101"],
    ["李四", "女", "家属", "136*****30", "A 1 102"],
    ["张三", "男", "业主", "189*****21", "A 1 101"],
]


@pytest.mark.django_db(transaction=True)
def test_from_an_empty_account_to_the_residents_of_the_guide(
    console, live_server, working, tmp_path
):
    console.goto(live_server.url)
    add_the_community(console)
    open_residents(console)
    import_the_template(console, tmp_path)
    see_the_four_rows(console)
    export_the_structure(console, tmp_path)


def add_the_community(page):
    page.get_by_role("navigation", name="管理中心").get_by_role("link", name="小区楼栋信息").click()
    look(page, "communities-empty")
    page.get_by_role("link", name="添加小区").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("小区名称").fill("腾讯小区")
    dialog.get_by_label("管理处电话").fill("075586013388")
    for label, name in (("一级结构", "栋"), ("二级结构", "单元"), ("三级结构", "房间号")):
        dialog.get_by_role("textbox", name=label).fill(name)
    look(page, "community-add")
    dialog.get_by_role("button", name="添加", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("腾讯小区")
    page.get_by_role("navigation", name="栏目").get_by_role("link", name="小区楼栋信息").click()
    row = page.get_by_role("row", name="腾讯小区")
    expect(row).to_contain_text("栋/单元/房间号")
    expect(row).to_contain_text("075586013388")
    look(page, "communities")


def open_residents(page):
    page.get_by_role("navigation", name="栏目").get_by_role("link", name="住户信息").click()
    expect(page.get_by_text("该层级没有住户")).to_be_visible()
    expect(page.locator("#tree")).to_contain_text("腾讯小区 (0人)")
    look(page, "residents-empty")


def from_the_menu(page, entry: str):
    page.get_by_role("button", name="+ 添加住户").click()
    page.get_by_role("link", name=entry).click()
    return page.get_by_role("dialog")


def import_the_template(page, folder):
    dialog = from_the_menu(page, "批量导入")
    with page.expect_download() as download:
        dialog.get_by_role("link", name="下载模板").click()
    assert download.value.suggested_filename == "腾讯小区住户信息.xlsx"
    file = folder / download.value.suggested_filename
    download.value.save_as(file)

    dialog.locator("input[type=file]").set_input_files(file)
    expect(dialog).to_contain_text("腾讯小区住户信息.xlsx")
    expect(dialog).to_contain_text("重新上传")
    look(page, "import-dialog")
    dialog.get_by_role("button", name="导入", exact=True).click()
    expect(page.get_by_role("heading", name="导入成功")).to_be_visible(timeout=40_000)
    expect(page.locator(".figures")).to_contain_text(re.compile(r"新增住户\s*4"))
    look(page, "import-done")
    page.get_by_role("link", name="查看住户").click()


def see_the_four_rows(page):
    rows = page.locator("#residents tbody tr")
    expect(rows).to_have_count(4)
    for number, person in enumerate(PEOPLE):
        for text in person:
            expect(rows.nth(number)).to_contain_text(text)
        expect(rows.nth(number)).to_contain_text("未认证")
    for branch in ("腾讯小区 (4人)", "A (2人)", "B (2人)", "101 (1人)", "102 (1人)"):
        expect(page.locator("#tree")).to_contain_text(branch)
    look_by_day_and_night(page, "residents")
    picture_of_docs(page, "residents")


def export_the_structure(page, folder):
    dialog = from_the_menu(page, "导出楼层结构")
    dialog.get_by_role("button", name="导出").click()
    with page.expect_download(timeout=40_000) as download:
        page.get_by_role("link", name=re.compile("下载 腾讯小区")).click(timeout=40_000)
    file = folder / "structure.xlsx"
    download.value.save_as(file)

    header, *rows = openpyxl.load_workbook(file).active.iter_rows(values_only=True)
    assert header == ("小区Id", "小区名称", "栋", "单元", "房间号", "房间Id")
    rooms = [row[2:5] for row in rows]
    assert rooms == [("A", "1", "101"), ("A", "1", "102"), ("B", "1", "101"), ("B", "1", "102")]
    assert all(re.fullmatch(r"[0-9a-f]{32}", row[0]) and row[1] == "腾讯小区" for row in rows)
    assert all(re.fullmatch(r"(-\d+){3}-", row[5]) for row in rows)
