"""A sign-in that ends, or changes, while a form is open: nothing typed is lost."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from communities.models import Community
from tests.browser.conftest import look
from tests.make import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def open_form(console, live_server):
    console.goto(f"{live_server.url}/fengniao/communities/")
    console.get_by_role("link", name="添加小区").first.click()
    dialog = console.locator("#dialog")
    dialog.get_by_label("小区名称").fill("桃源小区")
    dialog.get_by_label("管理处电话").fill("075586013388")
    for label, name in (("一级结构", "栋"), ("二级结构", "单元"), ("三级结构", "房间号")):
        dialog.get_by_role("textbox", name=label).fill(name)
    return dialog


def sign_in_again(page, creator):
    page.get_by_label("手机号或用户名").fill(creator.user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/fengniao/**")
    page.close()


def forget(complaints, status: int) -> None:
    """Chromium logs the refusal that the test is about."""
    complaints[:] = [line for line in complaints if f" {status} " not in line]


def test_an_ended_sign_in_is_told_and_the_form_sent_again(
    console, live_server, creator, complaints
):
    dialog = open_form(console, live_server)
    Session.objects.all().delete()

    dialog.get_by_role("button", name="添加", exact=True).click()
    expect(dialog).to_contain_text("登录已失效，刚才的内容没有保存")
    look(console, "signed-out")
    with console.expect_popup() as opened:
        dialog.get_by_role("link", name="在新标签页登录").click()
    sign_in_again(opened.value, creator)
    expect(dialog.get_by_label("小区名称")).to_have_value("桃源小区")
    dialog.get_by_role("button", name="添加", exact=True).click()

    expect(dialog).to_be_hidden()
    assert Community.objects.filter(name="桃源小区").exists()
    forget(complaints, 401)


def test_a_token_of_an_earlier_sign_in_is_told_and_the_form_sent_again(
    console, live_server, creator, complaints
):
    dialog = open_form(console, live_server)
    elsewhere = console.context.new_page()
    elsewhere.goto(f"{live_server.url}/sign-in/")
    sign_in_again(elsewhere, creator)

    dialog.get_by_role("button", name="添加", exact=True).click()
    expect(dialog).to_contain_text("请再次提交")
    dialog.get_by_role("button", name="添加", exact=True).click()

    expect(dialog).to_be_hidden()
    assert Community.objects.filter(name="桃源小区").exists()
    forget(complaints, 403)


def test_a_page_goes_with_its_sign_in(console, live_server, community):
    console.clock.install()
    console.goto(f"{live_server.url}/fengniao/communities/")
    expect(console.get_by_role("link", name=community.name).first).to_be_visible()
    Session.objects.all().delete()

    console.clock.fast_forward("31:00")

    console.wait_for_url("**/sign-in/?next=/fengniao/communities/")
    expect(console.get_by_text(community.name)).to_have_count(0)


def test_what_somebody_has_typed_stays(console, live_server):
    console.clock.install()
    dialog = open_form(console, live_server)
    Session.objects.all().delete()
    asked = []
    console.on("request", lambda request: asked.append(request.url))

    console.clock.fast_forward("31:00")

    expect(dialog.get_by_label("小区名称")).to_have_value("桃源小区")
    assert not any("security" in url for url in asked)


def test_what_was_typed_and_given_up_keeps_no_page(console, live_server):
    console.clock.install()
    dialog = open_form(console, live_server)
    console.keyboard.press("Escape")
    console.get_by_role("button", name="放弃填写").click()
    expect(dialog).to_be_hidden()
    Session.objects.all().delete()

    console.clock.fast_forward("31:00")

    console.wait_for_url("**/sign-in/?next=/fengniao/communities/")


def test_a_page_stays_while_another_tab_is_used(console, live_server, community):
    console.clock.install()
    console.goto(f"{live_server.url}/fengniao/communities/")

    with console.expect_request("**/sign-in/security/"):
        console.clock.fast_forward("31:00")

    expect(console.get_by_role("link", name=community.name).first).to_be_visible()
