"""The whole story of 员工信息, with a worker and the sandbox for WeCom: connected and synchronised;
one added, many imported up to the cap; departments moved; one deleted there, one changed here;
cancelled by ops, and connected to another corp."""

import csv
import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PATIENCE, entry_of_open_menu, look, settled
from tests.browser.test_corp import FORM
from tests.jobs.processes import worker
from tests.make import PASSWORD
from tests.staff.imports.workbooks import HEADER, many
from tests.wechat.corp.conftest import CORP_ID

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = "ww0000000000000002"
OF_THE_CORP = 12  # members that the sandbox's corps begin with


@pytest.fixture
def working(tmp_path, sandbox, live_server, transactional_db):
    """A worker and beat that know where WeCom is."""
    there = {name: getattr(settings, name) for name in ("WECOM_API_BASE", "WECOM_OPEN_BASE")}
    with worker(tmp_path, settings.REDIS_URL, HAINA_SANDBOX="1", **there):
        yield


@pytest.fixture
def there(sandbox, console):
    """The one member of a name in a corp, as soon as WeCom shows one of whom that is true."""

    def member(name: str, corp: str = CORP_ID, **wanted) -> dict:
        for _ in range(200):
            members = sandbox.see("wecom/members", corpid=corp)["members"]
            found = [each for each in members if each["name"] == name]
            if found and all(found[0][key] == value for key, value in wanted.items()):
                return found[0]
            console.wait_for_timeout(100)
        raise AssertionError(found)

    return member


@pytest.fixture
def ops_console(browser, live_server, ops):
    """海纳小助手's own browser."""
    context = browser.new_context(locale="zh-CN", viewport=DESK)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{live_server.url}/ops/")
    page.get_by_label("手机号或用户名").fill(ops.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    yield page
    context.close()


def test_from_the_connection_to_another_corp(
    console, ops_console, working, live_server, sandbox, community, tmp_path, there
):
    sandbox.do("wecom/corp", corpid=CORP_ID, cap=212)
    connect(console, live_server, sandbox, user_limit="212")
    expect_people(console, live_server, OF_THE_CORP)

    add_by_hand(console)
    assert there("陈三三")["mobile"].endswith("13500000000")
    import_up_to_the_cap(console, live_server, tmp_path)
    there("员工198")
    move_a_department(console, live_server, sandbox)
    delete_there(console, live_server, sandbox)
    change_here(console, live_server)
    there("陈三三", position="主管")

    cancel(ops_console, live_server)
    console.goto(f"{live_server.url}/fengniao/staff/")
    expect(console.get_by_text("请将当前服务号授权关联贵公司的微信企业号")).to_be_visible()
    expect(console.locator("#employees tbody tr").first).to_contain_text("未同步")
    look(console, "staff-cut-off")

    sandbox.do("wecom/corp", corpid=SECOND, cap=500)
    connect(console, live_server, sandbox, corp_id=SECOND, user_limit="500")
    confirm_the_plan(console, live_server)
    there("陈三三", corp=SECOND)


def open_staff(page, live_server):
    page.goto(f"{live_server.url}/fengniao/staff/")
    return page.locator("#employees tbody tr")


def expect_people(page, live_server, number: int) -> None:
    """Sooner or later, when somebody looks again."""
    for _ in range(60):
        open_staff(page, live_server)
        told = page.locator("#tree").inner_text()
        if f"({number}人)" in told:
            return
        page.wait_for_timeout(500)
    raise AssertionError(told)


def connect(page, live_server, sandbox, *, corp_id=CORP_ID, user_limit="") -> None:
    """自建应用, with the callback address that WeCom is to be told."""
    page.goto(f"{live_server.url}/fengniao/staff/")
    page.get_by_role("link", name="前往授权关联").first.click()
    number = corp_id[-1]
    for label, value in FORM.items():
        value = re.sub("1$", number, value) if label != "AgentId" else value
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("人数上限").fill(user_limit)
    page.get_by_role("button", name="保存").click()
    server = {"url": page.get_by_label("URL").input_value()}
    server |= {"token": page.get_by_label("Token", exact=True).input_value()}
    server |= {"aes_key": page.get_by_label("EncodingAESKey").input_value()}
    sandbox.do("wecom/server", corpid=corp_id, **server)
    page.get_by_role("button", name="检测连接").click()
    expect(page.get_by_text("已关联", exact=True)).to_be_visible()


def add_by_hand(page) -> None:
    page.get_by_role("button", name="+ 添加员工").click()
    entry_of_open_menu(page, "手动添加").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("腾讯小区").check()
    dialog.get_by_label("姓名").fill("陈三三")
    dialog.get_by_label("男", exact=True).check()
    dialog.get_by_label("工程部", exact=True).check()
    dialog.get_by_label("手机号").fill("13500000000")
    dialog.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#employees tbody tr").first).to_contain_text("陈三三")


def import_up_to_the_cap(page, live_server, folder) -> None:
    """199 are as many as fit; two more are refused, and nothing of them is written."""
    upload(page, live_server, folder, many(199))
    expect(page.get_by_role("heading", name="导入成功")).to_be_visible()
    upload(page, live_server, folder, many(2, first=199))
    expect(page.get_by_text("还能添加 0 人，不能再添加 2 人")).to_be_visible()
    look(page, "staff-import-full")
    expect_people(page, live_server, OF_THE_CORP + 200)


def upload(page, live_server, folder, rows) -> None:
    path = folder / "员工.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    open_staff(page, live_server)
    page.get_by_role("button", name="+ 添加员工").click()
    entry_of_open_menu(page, "批量导入").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(path)
    dialog.get_by_role("button", name="导入", exact=True).click()
    page.wait_for_url("**/staff/imports/*/")


def move_a_department(page, live_server, sandbox) -> None:
    """行政部 goes below 客服部, here and there."""
    open_staff(page, live_server)
    page.get_by_role("link", name="行政部").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    settled(page)
    entry_of_open_menu(page, "重命名或移动").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("上级部门").select_option("客服部")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_be_hidden()
    for _ in range(200):
        departments = sandbox.see("wecom/departments", corpid=CORP_ID)["departments"]
        numbers = {each["name"]: each for each in departments}
        if numbers["行政部"]["parent"] == numbers["客服部"]["id"]:
            return
        page.wait_for_timeout(100)
    raise AssertionError(numbers)


def delete_there(page, live_server, sandbox) -> None:
    """In WeCom's own console, whose event is the hint."""
    members = sandbox.see("wecom/members", corpid=CORP_ID)["members"]
    leaver = next(each["userid"] for each in members if each["name"] == "员工7")
    sandbox.do("wecom/console", act="user/delete", **{"with": {"userid": leaver}})
    expect_people(page, live_server, OF_THE_CORP + 199)


def change_here(page, live_server) -> None:
    rows = open_staff(page, live_server)
    page.get_by_placeholder("请输入姓名或手机号后4位进行搜索").fill("陈三三")
    expect(rows).to_have_count(1)
    rows.first.get_by_role("link", name="修改").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("职位").fill("主管")
    dialog.get_by_role("button", name="保存", exact=True).click()
    expect(rows.first).to_contain_text("主管")


def cancel(page, live_server) -> None:
    page.goto(f"{live_server.url}/ops/wechat/corp/")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("link", name="取消关联").click()
    page.get_by_label(re.compile("原因")).fill("更换关联企业")
    page.get_by_role("button", name="取消关联").click()
    expect(page.get_by_text("已取消")).to_be_visible()


def confirm_the_plan(page, live_server) -> None:
    page.goto(f"{live_server.url}/fengniao/staff/sync/")
    expect(page.get_by_role("heading", name="待确认")).to_be_visible()
    expect(page.get_by_text("陈三三")).to_be_visible()
    look(page, "staff-plan-of-another-corp")
    page.get_by_role("button", name="确认同步").click()
