"""操作记录 in a browser: filter, 更多, export."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from haina.accounts import audit
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from tests.browser.conftest import PHONE, look, picture
from tests.make import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def entries(creator, community):
    by, now = Actor.of(creator), timezone.now()
    for number in range(35):
        more = {"by": by, "at": now + timedelta(seconds=number)}
        audit.record_ids("resident.revealed", "residents.resident", [number], **more)
    more = {"by": by, "at": now + timedelta(minutes=5), "fields": ["name", "phone", "id_number"]}
    audit.record_ids("resident.corrected", "residents.resident", [1], reason="核对登记表", **more)


def test_filter_more_and_export(console, live_server, entries):
    console.goto(live_server.url)
    console.get_by_role("link", name="操作记录").first.click()
    rows = console.locator("#trail tbody tr")
    expect(rows).to_have_count(30)
    look(console, "trail")

    console.get_by_role("link", name="更多").click()
    expect(console.get_by_role("link", name="回到最新")).to_be_visible()
    console.get_by_label("操作", exact=True).select_option("修改住户")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("核对登记表")

    console.get_by_role("link", name="导出操作记录").click()
    dialog = console.get_by_role("dialog")
    expect(dialog).to_contain_text("修改住户")
    look(console, "trail-export")
    dialog.get_by_label("原因").fill("年度审计")
    dialog.get_by_label("登录密码").fill(PASSWORD)
    dialog.get_by_role("button", name="导出").click()
    console.wait_for_url("**/jobs/**")
    assert AuditEntry.objects.get(action="trail.export_asked").reason == "年度审计"


def test_a_phone_folds_the_filters_and_keeps_objects_beside_their_label(
    console, live_server, entries
):
    console.set_viewport_size(PHONE)
    console.goto(f"{live_server.url}/fengniao/audit/")
    action = console.get_by_label("操作", exact=True)
    expect(action).to_be_hidden()
    cell = console.locator("#trail td.col-objects").first
    number = cell.get_by_role("link", name="#1")
    assert number.bounding_box()["x"] > cell.bounding_box()["x"] + 84
    picture(console, "trail-folded-phone")

    console.get_by_text("筛选", exact=True).click()
    action.select_option("修改住户")

    expect(console.locator("#trail tbody tr")).to_have_count(1)
    picture(console, "trail-open-phone")
    console.emulate_media(color_scheme="dark")
    picture(console, "trail-open-phone-dark")
