"""认证审核 in a browser: by keyboard, in bulk, on a phone, in both themes."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.conftest import look, look_by_day_and_night, picture, picture_of_docs, settled

pytestmark = pytest.mark.django_db(transaction=True)


def waits(community, name: str, address: str, *, hours: int, **claimed):
    follower = make.follower(community.account)
    waiting = make.application(community, follower, address, name=name, **claimed)
    waiting.submitted_at -= timedelta(hours=hours)
    waiting.save()
    return waiting


@pytest.fixture
def queue(console, live_server, community):
    """张三 on file; four people who wait."""
    make.resident(community, "A 1 101", name="张三", phone="+8618913112121")
    as_zhang = {"phone": "+8618913112121", "identity": "tenant", "id_number": "E77665544"}
    waits(community, "张散", "A 1 101", hours=50, **as_zhang)
    waits(community, "李四", "A 1 102", hours=5, identity="family")
    waits(community, "王五", "B 1 101", hours=2, proven=False)
    waits(community, "刘六", "B 1 102", hours=0)
    console.goto(f"{live_server.url}/fengniao/residents/applications/")
    return console.locator("#applications tbody tr")


def press(page, key: str) -> None:
    settled(page)
    page.keyboard.press(key)


def test_a_queue_is_worked_off_by_keyboard(console, queue):
    expect(queue).to_have_count(4)
    look_by_day_and_night(console, "review-list")
    dialog = console.get_by_role("dialog")

    press(console, "j")
    press(console, "Enter")
    expect(dialog).to_contain_text("登记信息会改为")
    look_by_day_and_night(console, "review-application")
    picture_of_docs(console, "review")
    press(console, "j")
    expect(dialog).to_contain_text("李四")
    press(console, "k")
    expect(dialog).to_contain_text("张散")
    console.evaluate("performance.now = () => 1")  # no time passes
    press(console, "a")
    expect(dialog).to_contain_text("已通过 张散")
    expect(dialog).to_contain_text("李四")
    press(console, "a")  # pressed twice: the next one has not been looked at

    press(console, "r")
    expect(dialog.get_by_label("信息与登记不符")).to_be_focused()
    dialog.get_by_label("补充说明").fill("jar")  # keys that are typed decide nothing
    expect(dialog.get_by_label("补充说明")).to_have_value("jar")
    picture(console, "review-reject")
    dialog.get_by_role("button", name="拒绝").click()
    expect(dialog).to_contain_text("已拒绝 李四")
    expect(dialog).to_contain_text("王五")
    press(console, "Escape")
    expect(queue.nth(0)).to_contain_text("王五")
    expect(queue.nth(2)).to_contain_text("李四")


def test_many_at_once(console, queue):
    console.get_by_label("全选").check()
    console.get_by_role("button", name="批量通过").click()
    dialog = console.get_by_role("dialog")
    expect(dialog).to_contain_text("确定通过以下 4 份申请")
    look_by_day_and_night(console, "review-approve-many")
    dialog.get_by_role("button", name="取消").click()
    console.get_by_role("button", name="批量拒绝").click()
    dialog.get_by_role("button", name="拒绝").click()
    expect(dialog).to_contain_text("请选择或填写原因。")
    look_by_day_and_night(console, "review-reject-many")
    dialog.get_by_label("非本房间住户").check()
    dialog.get_by_role("button", name="拒绝").click()
    expect(console.locator("#messages")).to_contain_text("已拒绝 4 份申请。")
    look(console, "review-decided")


def test_the_filters_lead_down_the_building(console, queue, community):
    console.get_by_label("小区", exact=True).select_option("腾讯小区")
    console.get_by_label("栋").select_option("B")
    expect(queue).to_have_count(2)
    console.get_by_label("单元").select_option("1")
    console.get_by_label("房间号").select_option("102")
    expect(queue).to_have_count(1)
    look(console, "review-filtered")
    console.get_by_role("searchbox").fill("没有这个人")
    console.get_by_text("没有找到符合条件的申请").wait_for()
    look(console, "review-none")


def test_the_rules_and_taking_back(console, queue, live_server, community):
    console.get_by_role("link", name="认证设置").click()
    console.get_by_label("必须填写证件号").check()
    look_by_day_and_night(console, "review-rules")
    console.get_by_role("button", name="保存").click()
    expect(console.locator("#messages")).to_contain_text("已保存。")

    console.goto(f"{live_server.url}/fengniao/residents/applications/")
    queue.nth(0).get_by_role("link", name="审核").click()
    console.get_by_role("dialog").get_by_role("button", name="通过").click()
    expect(console.get_by_role("dialog")).to_contain_text("已通过")
    console.goto(f"{live_server.url}/fengniao/residents/")
    look(console, "residents-verified")
    console.locator("#residents tbody tr").get_by_role("link", name="张散").click()
    expect(console.get_by_role("heading", name="认证", exact=True)).to_be_visible()
    look_by_day_and_night(console, "resident-proof")
    console.get_by_role("link", name="撤销认证").click()
    look_by_day_and_night(console, "resident-revoke")
    dialog = console.get_by_role("dialog")
    dialog.get_by_label("认证信息有误").check()
    dialog.get_by_role("button", name="撤销认证").click()
    expect(console.locator("#messages")).to_contain_text("已撤销 张散")
