"""批量导入 with a real worker: the plan, the decision, the error workbook and undoing."""

import re
from time import monotonic

import openpyxl
import pytest
from playwright.sync_api import expect

from residents.models import Resident
from tests import make
from tests.browser.conftest import choose, look
from tests.make import PASSWORD
from tests.residents.imports.workbooks import FOUR, LI, LIU, WANG, ZHANG, book, row

pytestmark = pytest.mark.django_db(transaction=True)
SLOW = 40_000  # for what a worker does


def open_dialog(page, live_server):
    page.goto(f"{live_server.url}/fengniao/residents/")
    page.get_by_role("button", name="+ 添加住户").click()
    page.get_by_role("link", name="批量导入").click()
    return page.get_by_role("dialog")


def upload(page, live_server, file):
    dialog = open_dialog(page, live_server)
    dialog.locator("input[type=file]").set_input_files(file)
    dialog.get_by_role("button", name="导入", exact=True).click()


def heading(page, name: str):
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=SLOW)


def figure(page, label: str, number: int):
    shown = page.locator(".figures div").filter(has_text=label)
    expect(shown).to_contain_text(re.compile(rf"{label}\s*{number}$"))


def download(page, folder, name: str):
    with page.expect_download() as started:
        page.get_by_role("link", name=name).click()
    file = folder / "downloaded.xlsx"
    started.value.save_as(file)
    return file


def on_file(community):
    """张三 under another name, 李四 without gender and ID number."""
    zhang = {"name": "张老三", "phone": "18913112121", "id_number": "440304198511080000"}
    make.resident(community, "A 1 101", **zhang)
    make.resident(
        community, "A 1 102", name="李四", gender="", identity="family", phone="13625895630"
    )


def test_plan_decide_correct_and_undo(console, live_server, working, community, tmp_path):
    on_file(community)
    file = book(tmp_path / "腾讯小区住户信息.xlsx", [ZHANG, LI, WANG, row(LIU, E="1812476")])

    upload(console, live_server, file)
    heading(console, "请确认后导入")
    for label, number in (("新增住户", 1), ("可更新住户", 2), ("有问题的行", 1)):
        figure(console, label, number)
    expect(console.locator(".changes").first).to_contain_text(re.compile("张老三.*张三", re.S))
    look(console, "import-plan")

    console.get_by_role("button", name="导入", exact=True).click()
    expect(console.locator(".decision .field-errors").first).to_be_visible()  # about the bad row
    console.get_by_label("覆盖").check()
    console.get_by_label("只导入正确的行").check()
    console.get_by_role("button", name="导入", exact=True).click()
    heading(console, "导入成功")
    for label, number in (("新增住户", 1), ("更新住户", 2), ("未导入的行", 1)):
        figure(console, label, number)
    look(console, "import-applied")
    first = console.url

    corrected(download(console, tmp_path, "下载错误工作簿"))
    upload(console, live_server, tmp_path / "downloaded.xlsx")
    heading(console, "导入成功")
    figure(console, "新增住户", 1)
    assert Resident.objects.filter(name="刘六", phone="+8618124768126").exists()

    console.goto(first)
    undo(console)
    names = {"张老三", "李四", "刘六"}
    assert set(Resident.objects.values_list("name", flat=True)) == names

    console.get_by_role("link", name="导入记录").click()
    expect(console.locator("#imports tbody tr")).to_have_count(2)
    look(console, "imports")


def corrected(file):
    """The bad phone of the one row that is in the error workbook."""
    workbook = openpyxl.load_workbook(file)
    [bad] = [cell for line in workbook.active for cell in line if cell.value == "1812476"]
    bad.value = "18124768126"
    workbook.save(file)


def undo(page):
    page.get_by_role("link", name="撤销这次导入").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("新增的 1 位住户会被移除。")
    look(page, "import-undo")
    dialog.get_by_role("button", name="撤销", exact=True).click()
    heading(page, "已撤销")
    look(page, "import-undone")


def test_the_dialog_changes_community_and_forgets_an_old_error(
    console, live_server, account, community, tmp_path
):
    other = make.community(account, "深圳小区")
    dialog = open_dialog(console, live_server)

    choose(dialog, "选择并下载小区信息模板", "深圳小区")
    link = dialog.get_by_role("link", name="下载模板")
    expect(link).to_have_attribute("href", re.compile(f"community={other.pk}$"))

    dialog.get_by_role("button", name="导入", exact=True).click()
    expect(dialog).to_contain_text("请先上传填写好的 Excel 文件。")
    dialog.locator("input[type=file]").set_input_files(book(tmp_path / "住户.xlsx", FOUR))
    expect(dialog).to_contain_text("住户.xlsx")
    expect(dialog).not_to_contain_text("请先上传填写好的 Excel 文件。")


@pytest.fixture
def plain(browser, browser_context_args, live_server, creator):
    """As console, without scripts."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_label("手机号或用户名").fill(creator.user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/fengniao/**")
    yield page
    context.close()


def test_everything_works_without_scripts(plain, live_server, working, account, tmp_path):
    make.community(account, "腾讯小区")
    make.community(account, "深圳小区")
    page = plain
    page.goto(f"{live_server.url}/fengniao/residents/import/")

    page.get_by_label("选择并下载小区信息模板").select_option("腾讯小区")
    page.get_by_role("button", name="选择", exact=True).click()
    expect(page.get_by_role("link", name="下载模板")).to_be_visible()
    file = book(tmp_path / "住户.xlsx", [ZHANG, row(LI, E="136")])
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="导入", exact=True).click()

    refresh_until(page, "请确认后导入")
    page.get_by_label("只导入正确的行").check()
    page.get_by_role("button", name="导入", exact=True).click()
    refresh_until(page, "导入成功")
    figure(page, "新增住户", 1)


def refresh_until(page, name: str):
    """By the link that a browser without scripts has beside the progress bar."""
    ends = monotonic() + SLOW / 1000
    while not page.get_by_role("heading", name=name, exact=True).count():
        assert monotonic() < ends, page.locator("main").inner_text()
        page.get_by_role("link", name="刷新，查看进度").click()
