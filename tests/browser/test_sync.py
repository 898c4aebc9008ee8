"""同步 in a browser: the plan, its confirmation, progress by itself, and what has failed."""

import pytest
from playwright.sync_api import expect

from staff.mirror import passes
from staff.models import Sync
from tests import make
from tests.browser.conftest import look

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_plan_to_what_has_failed(console, live_server, account, sandbox):
    make.corp(account)
    for name in ("甲小明", "乙小红"):
        make.employee(account, name=name, position="保洁")
    sandbox.fault("wecom/cgi-bin/user/create", errcode=60103, times=1)
    console.goto(f"{live_server.url}/fengniao/staff/")
    console.get_by_role("button", name="同步", exact=True).click()
    expect(console.get_by_role("heading", name="正在读取企业微信")).to_be_visible()

    passes.work(account.pk)
    expect(console.get_by_role("heading", name="待确认")).to_be_visible()
    expect(console.get_by_text("甲小明、乙小红")).to_be_visible()
    look(console, "sync-plan")

    console.get_by_role("button", name="确认同步").click()
    expect(console.get_by_role("heading", name="正在读取企业微信")).to_be_visible()
    look(console, "sync-progress")
    passes.work(account.pk)
    expect(console.get_by_role("heading", name="同步完成，但有内容没有同步成功")).to_be_visible()
    expect(console.get_by_role("row", name="甲小明")).to_contain_text("企业微信不接受这个手机号")
    look(console, "sync-failed")

    console.get_by_role("button", name="重试 甲小明").click()
    passes.work(account.pk)
    console.reload()
    expect(console.get_by_role("heading", name="已完成")).to_be_visible()
    assert Sync.objects.get(account=account).phase == Sync.Phase.OVER
