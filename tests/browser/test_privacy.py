"""Looking at one value and hiding it again; an export; and what the law asks for one person."""

import pytest
from playwright.sync_api import expect

from residents.models import Resident
from tests import make
from tests.browser.conftest import choose, look

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = ("张三", "A 1 101", "18913112121"), ("李四", "A 1 102", "13625895630")


@pytest.fixture
def people(community):
    card = {"id_number": "440304198511080000"}
    for name, address, phone in PEOPLE:
        make.resident(community, address, name=name, phone=phone, **card)
    make.resident(community, "B 1 101", name="张三", phone="18913112121")
    return Resident.objects.order_by("pk")


def heights(rows) -> list[float]:
    return [row.bounding_box()["height"] for row in rows.all()]


def test_reveal_and_hide_move_nothing(console, live_server, people):
    console.goto(f"{live_server.url}/fengniao/residents/")
    rows = console.locator("#residents tbody tr")
    expect(rows).to_have_count(3)
    before = heights(rows)

    rows.first.get_by_role("button", name="显示手机号").click()
    expect(rows.first).to_contain_text("18913112121")
    assert heights(rows) == before
    look(console, "resident-revealed")
    rows.first.get_by_role("button", name="隐藏手机号").press("Enter")
    expect(rows.first).to_contain_text("189*****21")
    expect(rows.first.get_by_role("button", name="显示手机号")).to_be_focused()
    assert heights(rows) == before


def test_the_page_of_a_resident_reveals_both(console, live_server, people):
    console.goto(f"{live_server.url}/fengniao/residents/{people[0].pk}/")

    console.get_by_role("button", name="显示证件号").click()
    expect(console.get_by_text("440304198511080000")).to_be_visible()
    look(console, "resident-page-revealed")


def test_an_export_wants_a_password_and_a_reason(console, live_server, people):
    console.goto(f"{live_server.url}/fengniao/residents/")
    console.get_by_role("button", name="+ 添加住户").click()
    console.get_by_role("link", name="导出住户信息").click()
    dialog = console.get_by_role("dialog")

    dialog.get_by_label("原因").fill("消防检查")
    choose(dialog, "栋", "B")
    expect(dialog.get_by_label("单元", exact=True)).to_contain_text("1")
    dialog.get_by_role("button", name="导出", exact=True).click()
    expect(dialog).to_contain_text("请再次输入您的登录密码。")
    expect(dialog.get_by_label("栋", exact=True)).to_have_value("B")
    expect(dialog.get_by_label("原因")).to_have_value("消防检查")
    look(console, "residents-export-refused")
    dialog.get_by_label("登录密码").fill(make.PASSWORD)
    dialog.get_by_role("button", name="导出", exact=True).click()

    console.wait_for_url("**/jobs/**")


def test_all_that_is_held_is_handed_out_and_erased(console, live_server, people, tmp_path):
    console.goto(f"{live_server.url}/fengniao/residents/{people[0].pk}/")
    console.get_by_role("link", name="导出个人信息").click()
    look(console, "personal-export")
    console.get_by_label("原因").fill("本人要求")
    console.get_by_label("登录密码").fill(make.PASSWORD)
    with console.expect_download() as download:
        console.get_by_role("button", name="导出", exact=True).click()
    assert download.value.suggested_filename == f"住户{people[0].pk}个人信息.xlsx"

    console.get_by_role("link", name="取消").click()
    console.get_by_role("link", name="删除个人信息").click()
    erase = console.get_by_role("button", name="永久删除")
    expect(erase).to_be_disabled()
    console.get_by_label("原因").fill("本人要求")
    expect(console.get_by_label("登录密码")).to_have_count(0)  # typed a moment ago
    console.get_by_label("请输入“永久删除”以确认").fill("永久删除")
    look(console, "personal-erase")
    erase.click()

    expect(console.get_by_text("已永久删除 2 条个人信息")).to_be_visible()
    assert [resident.name for resident in Resident.objects.all()] == ["李四"]
