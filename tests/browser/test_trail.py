"""操作记录 in a browser: filter, 更多, export."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from haina.accounts import audit
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from tests.browser.conftest import look
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
