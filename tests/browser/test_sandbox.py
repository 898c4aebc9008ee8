"""The phone of the sandbox in a real browser: plain forms, no script of its own."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import look
from tests.sandbox.process import Api


@pytest.fixture
def api(sandbox):
    return Api(sandbox)


@pytest.fixture
def phone(page, sandbox):
    page.goto(sandbox.url)
    person = next(each for each in sandbox.people() if not each["subscribed"])
    page.get_by_role("button", name=re.compile(person["nickname"])).click()
    return page


def test_its_pages_look_right(sandbox, api, phone):
    info = {"scene": {"scene_str": "b_1"}}
    api.post("qrcode/create", action_name="QR_LIMIT_STR_SCENE", action_info=info)
    for name, path in (("phone", "/"), ("scanner", "/scanner"), ("office", "/office")):
        phone.goto(f"{sandbox.url}{path}")
        look(phone, f"sandbox-{name}")
    phone.goto(f"{sandbox.url}/trouble/")
    look(phone, "sandbox-trouble")
    phone.goto(f"{sandbox.url}/change")
    look(phone, "sandbox-people")


def test_a_code_is_touched_to_scan_it(sandbox, api, phone):
    info = {"scene": {"scene_str": "b_1"}}
    api.post("qrcode/create", action_name="QR_LIMIT_STR_SCENE", action_info=info)
    before = len(sandbox.openids())

    phone.get_by_role("link", name="扫一扫").click()
    phone.get_by_role("button", name="扫描二维码 b_1").click()

    expect(phone.get_by_role("status")).to_have_text("已扫码")
    assert len(sandbox.openids()) == before + 1
