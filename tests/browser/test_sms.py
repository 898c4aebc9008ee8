"""短信设置 from nothing: filled in, tried, stopped."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import look, look_by_day_and_night
from tests.sms.test_settings import FORM

pytestmark = pytest.mark.django_db(transaction=True)
LABELS = {
    "secret_id": "SecretId",
    "secret_key": "SecretKey",
    "sdk_app_id": "SDKAppID",
    "sign_name": "签名内容",
    "code_template": "验证码模板ID",
    "review_template": "审核提醒模板ID",
    "result_template": "审核结果模板ID",
}


@pytest.fixture
def settings_page(console, live_server, sandbox):
    console.goto(f"{live_server.url}/fengniao/sms/")
    return console


def save(page, **changed) -> None:
    for field, label in LABELS.items():
        page.get_by_label(label, exact=True).fill((FORM | changed)[field])
    page.get_by_role("button", name="保存").click()


def try_out(page, what: str, phone: str) -> None:
    page.get_by_role("link", name=f"发送测试 {what}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("手机号").fill(phone)
    dialog.get_by_role("button", name="发送").click()


def test_sms_are_set_up_tried_and_stopped(settings_page, sandbox):
    page, dialog = settings_page, settings_page.get_by_role("dialog")
    look(page, "sms-new")
    save(page, sign_name="一" * 13, code_template="x")
    expect(page.get_by_text("没有保存，且不会再次显示")).to_have_count(2)
    look(page, "sms-refused")

    save(page, sign_name="别的签名")
    try_out(page, "验证码", "13800138000")
    expect(page.get_by_text("短信签名不正确或未通过审核")).to_be_visible()
    look(page, "sms-fault")

    save(page)
    try_out(page, "审核提醒", "13800138009")
    expect(page.get_by_text("设置正常")).to_be_visible()
    assert len(sandbox.see("sms", phone="+8613800138009")["messages"]) == 1
    look_by_day_and_night(page, "sms-works")

    try_out(page, "审核提醒", "13800138009")
    expect(dialog.get_by_text("刚刚发送过，请30秒后再试。")).to_be_visible()
    look(page, "sms-test")
    dialog.get_by_role("button", name="取消").click()
    dialog.get_by_role("button", name="放弃填写").click()

    page.get_by_role("link", name="停用短信").click()
    expect(dialog.get_by_text("保存的密钥和模板ID会被删除")).to_be_visible()
    look(page, "sms-stop")
    dialog.get_by_role("button", name="停用短信").click()
    expect(page.get_by_role("heading", name="还没有设置短信")).to_be_visible()
