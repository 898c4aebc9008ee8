"""The dialog and its forms: nothing that was typed is rewritten, cut or lost without a word, and
the focus comes back to where it was."""

import pytest
from playwright.sync_api import expect

from residents.models import Resident
from tests import make
from tests.browser.conftest import entry_of_open_menu, look, look_by_day_and_night

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant(community):
    return make.resident(
        community,
        name="刘六",
        identity=Resident.Identity.TERM_TENANT,
        lease_ends_on="2026-12-31",
    )


def edit(page, live_server):
    page.goto(f"{live_server.url}/fengniao/residents/")
    page.locator("#residents").get_by_role("link", name="修改").click()
    return page.get_by_role("dialog").first


def test_a_wrong_date_stays_as_it_was_typed(console, live_server, tenant):
    for typed in ("31/12/2027", "2027-13-01", "明年"):
        dialog = edit(console, live_server)
        date = dialog.get_by_label("租约到期时间")

        date.fill(typed)
        date.press("Tab")
        expect(date).to_have_value(typed)
        dialog.get_by_role("button", name="保存").last.click()

        expect(dialog.locator(".field-lease_ends_on .errorlist")).to_be_visible()
        expect(date).to_have_value(typed)
        tenant.refresh_from_db()
        assert str(tenant.lease_ends_on) == "2026-12-31", typed


def test_a_date_may_be_typed_in_the_forms_of_an_import(console, live_server, tenant):
    for typed in ("2027-12-31", "2028/12/31", "2029年12月31日"):
        dialog = edit(console, live_server)

        dialog.get_by_label("租约到期时间").fill(typed)
        dialog.get_by_role("button", name="保存").last.click()

        expect(console.locator("#dialog")).to_be_hidden()
        tenant.refresh_from_db()
        assert str(tenant.lease_ends_on) == f"{typed[:4]}-12-31"


def test_a_date_may_be_picked_with_the_keyboard(console, live_server, tenant):
    dialog = edit(console, live_server)
    date, button = dialog.get_by_label("租约到期时间"), dialog.get_by_label("选择日期").first

    expect(button).to_be_visible()
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(console.locator(".flatpickr-day:focus")).to_have_text("31")
    look_by_day_and_night(console, "calendar")
    console.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()
    expect(dialog).to_be_visible()

    button.click()
    console.keyboard.press("ArrowLeft")
    console.keyboard.press("Enter")

    expect(date).to_have_value("2026-12-30")
    expect(button).to_be_focused()


def test_the_focus_comes_back_to_the_menu_that_opened_the_dialog(console, live_server, community):
    console.goto(f"{live_server.url}/fengniao/communities/{community.pk}/tree/")
    menu = console.get_by_label("“腾讯小区”的操作")
    for close in ("关闭", "取消", "Escape"):
        menu.press("Enter")
        entry_of_open_menu(console, "添加下一级").press("Enter")
        dialog = console.get_by_role("dialog")
        expect(dialog.get_by_label("栋名称")).to_be_focused()

        if close == "Escape":
            console.keyboard.press("Escape")
        else:
            dialog.get_by_role("button", name=close).click()

        expect(dialog).to_be_hidden()
        expect(menu).to_be_focused()


def test_the_focus_comes_back_to_the_link_that_opened_the_dialog(console, live_server, community):
    console.goto(f"{live_server.url}/fengniao/communities/")
    link = console.get_by_role("link", name="修改腾讯小区")
    link.press("Enter")
    expect(console.get_by_label("小区名称")).to_be_focused()

    console.keyboard.press("Escape")

    expect(link).to_be_focused()


def test_what_was_typed_is_not_thrown_away_unasked(console, live_server, community):
    for leave in ("Escape", "关闭", "取消"):
        is_asked_about(console, live_server, leave)


def is_asked_about(console, live_server, leave: str) -> None:
    console.goto(f"{live_server.url}/fengniao/communities/")
    console.get_by_role("link", name="添加小区").click()
    dialog = console.locator("#dialog")
    name = dialog.get_by_label("小区名称")
    name.fill("蜂鸟花园")

    def try_to_leave():
        if leave == "Escape":
            console.keyboard.press("Escape")
        else:
            dialog.get_by_role("button", name=leave).click()

    try_to_leave()
    question = console.get_by_role("alertdialog")
    expect(question).to_contain_text("还没有保存")
    expect(question.get_by_role("button", name="继续填写")).to_be_focused()
    if leave == "关闭":
        look(console, "dialog-discard")
    console.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(name).to_have_value("蜂鸟花园")

    try_to_leave()
    question.get_by_role("button", name="继续填写").click()
    expect(name).to_have_value("蜂鸟花园")

    try_to_leave()
    question.get_by_role("button", name="放弃填写").click()
    expect(dialog).to_be_hidden()


def test_what_was_refused_is_not_thrown_away_either(console, live_server, community):
    console.goto(f"{live_server.url}/fengniao/communities/")
    console.get_by_role("link", name="添加小区").click()
    dialog = console.locator("#dialog")
    dialog.get_by_label("小区名称").fill("腾讯小区")
    dialog.get_by_role("button", name="添加", exact=True).click()
    expect(dialog.locator(".errorlist, .field-errors").first).to_be_visible()

    console.keyboard.press("Escape")
    expect(console.get_by_role("alertdialog")).to_be_visible()


def test_what_was_typed_and_taken_back_is_nothing(console, live_server, community):
    console.goto(f"{live_server.url}/fengniao/communities/")
    console.get_by_role("link", name="修改腾讯小区").click()
    name = console.get_by_label("小区名称")
    name.fill("别的")
    name.fill("腾讯小区")

    console.keyboard.press("Escape")

    expect(console.locator("#dialog")).to_be_hidden()


def test_nothing_is_cut_and_the_counter_counts_as_the_server_does(console, live_server, community):
    console.goto(f"{live_server.url}/fengniao/communities/{community.pk}/tree/")
    console.get_by_label("“腾讯小区”的操作").click()
    entry_of_open_menu(console, "添加下一级").click()
    dialog = console.get_by_role("dialog")
    name, counter = dialog.get_by_label("栋名称"), dialog.locator("[data-count]")

    name.fill("😀" * 40 + "  ")
    expect(counter).to_be_hidden()
    name.fill("")
    name.press_sequentially("很" * 43)
    expect(name).to_have_value("很" * 43)
    expect(counter).to_have_text("43/40")
    look(console, "counter-over")
    dialog.get_by_role("button", name="添加", exact=True).click()

    expect(dialog).to_contain_text("最多 40 个字，现在有 43 个。")
    expect(name).to_have_value("很" * 43)
