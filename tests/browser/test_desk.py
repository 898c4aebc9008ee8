"""What is at hand on every page: jobs, notices and the user's menu in the top bar."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from haina.jobs.models import Job
from tests import make
from tests.browser.conftest import PHONE, look, look_by_day_and_night, open_user_menu, picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy(creator, community):
    """One job runs and one has failed; one application waits."""
    make.application(community, make.follower(community.account), "A 1 101")
    imported = make.imported(community, file_name="三月住户.xlsx")
    told = {"payload": {"import": imported.pk}}
    ended = {"state": Job.State.FAILED, "message": "第 3 行有误", "ended_at": timezone.now()}
    make.job(creator, "residents.import", **told, **ended)
    return make.job(creator, "residents.import", **told, done=300, total=1200)


def test_the_panels_of_the_top_bar(console, live_server, busy):
    console.goto(f"{live_server.url}/fengniao/residents/")
    bar = console.locator(".topbar")
    jobs, notices = bar.locator("summary", has_text="任务"), bar.locator("summary", has_text="通知")
    expect(jobs).to_contain_text("1 个进行中")

    jobs.click()
    expect(bar.get_by_text("三月住户.xlsx").first).to_be_visible()
    look_by_day_and_night(console, "desk-jobs")
    notices.click()
    expect(bar.get_by_text("三月住户.xlsx").first).to_be_hidden()
    expect(bar.get_by_text("1 个任务未完成")).to_be_visible()
    look_by_day_and_night(console, "desk-notices")
    open_user_menu(console)
    look_by_day_and_night(console, "desk-user")
    console.keyboard.press("Escape")
    expect(bar.get_by_label("我的菜单")).to_be_focused()
    expect(bar.get_by_role("button", name="退出")).to_be_hidden()


def test_the_end_of_a_job_is_told(console, live_server, busy):
    console.goto(f"{live_server.url}/fengniao/residents/")
    Job.objects.filter(pk=busy.pk).update(state=Job.State.DONE)

    notice = console.locator("#job-notice")
    expect(notice).to_contain_text("已完成")
    expect(console.locator("#jobs-badge")).not_to_contain_text("进行中")
    look_by_day_and_night(console, "desk-told")
    console.locator(".topbar summary", has_text="任务").click()
    console.get_by_role("button", name="不再提示未完成的任务").click()
    expect(console.locator("#jobs-badge")).to_have_text("")
    notice.get_by_role("button", name="关闭").click()
    expect(notice).to_have_text("")


@pytest.fixture
def found(console, live_server, account, community):
    make.resident(community, "A 1 101", name="张三", phone="18913112121")
    make.resident(community, "A 1 1101", name="张小三", phone="13625895630")
    make.employee(account, community, name="张工", position="保安")
    console.goto(f"{live_server.url}/fengniao/communities/")
    return console.locator("#search-hits")


def in_focus(page) -> str:
    return page.evaluate("document.activeElement.innerText.trim()")


def test_the_search_by_keyboard(console, found):
    console.keyboard.press("/")
    expect(console.locator("#global-search")).to_be_focused()
    console.keyboard.type("张")
    expect(found.get_by_role("link", name="张小三")).to_be_visible()
    expect(console.locator("#search-told")).to_contain_text("有结果")
    look_by_day_and_night(console, "desk-search")
    console.locator("#global-search").focus()  # which a phone has not
    console.keyboard.press("ArrowDown")
    assert "张小三" in in_focus(console)
    console.keyboard.press("Escape")
    expect(console.locator("#global-search")).to_be_focused()
    expect(found).to_be_hidden()

    console.locator("#global-search").fill("A栋1单元1101")
    expect(found.get_by_role("link", name="A 1 1101").first).to_be_visible()
    console.keyboard.press("Enter")
    console.wait_for_url("**/fengniao/search/?s=*")
    expect(console.locator("#content").get_by_role("link", name="A 1 1101").first).to_be_visible()
    look_by_day_and_night(console, "desk-found")
    console.locator("#search-again").fill("张")
    console.get_by_role("button", name="搜索").click()
    expect(console.get_by_role("link", name="腾讯小区 (2人)")).to_be_visible()
    look_by_day_and_night(console, "desk-found-people")


def test_a_small_phone_with_a_long_name(console, found, account):
    account.name = "蜂鸟物业服务有限公司深圳南山分公司"
    account.save()
    console.reload()
    console.set_viewport_size({"width": 360, "height": 640})

    assert console.evaluate("document.documentElement.scrollWidth") <= 360
    picture(console, "desk-small")


def test_a_phone_searches_on_a_page(console, found):
    console.set_viewport_size(PHONE)
    console.keyboard.press("/")
    console.wait_for_url("**/fengniao/search/")
    expect(console.locator("#search-again")).to_be_focused()
    look(console, "desk-search-page")


def test_the_keys(console, found):
    console.keyboard.press("?")
    dialog = console.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="键盘快捷键")).to_be_visible()
    look_by_day_and_night(console, "desk-keys")
    console.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    console.keyboard.press("g")
    console.keyboard.press("r")
    console.wait_for_url("**/fengniao/residents/")
    console.get_by_role("searchbox").focus()
    console.keyboard.type("/g?s")
    expect(console.get_by_role("searchbox")).to_have_value("/g?s")


def test_the_keys_can_be_switched_off(console, found):
    open_user_menu(console)
    console.get_by_role("link", name="键盘快捷键").click()
    switch = console.get_by_label("启用单键快捷键")
    expect(switch).to_be_checked()  # the script has found it
    switch.uncheck()
    console.reload()
    console.keyboard.press("/")
    expect(console.locator("#global-search")).not_to_be_focused()
    console.keyboard.press("?")
    expect(console.get_by_role("dialog")).to_be_hidden()
