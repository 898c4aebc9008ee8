"""同步, as whoever manages all of the staff sees it."""

import pytest
from django.utils import timezone

from staff.mirror import passes, plan
from staff.models import Employee, Sync
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(url):
    return url("sync")


def test_the_button_begins_a_pass_and_the_page_follows_it(sign_in, clerk, corp, page, account):
    browser = sign_in(clerk)
    assert "还没有同步过" in browser.get(page).content.decode()

    assert browser.post(page).url == page

    shown = browser.get(page).content.decode()
    assert "正在读取企业微信" in shown
    assert 'hx-trigger="every 2s"' in shown
    passes.work(account.pk)
    fragment = browser.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "已完成" in fragment
    assert "every 2s" not in fragment
    assert "<html" not in fragment
    assert "从企业微信添加" in fragment
    assert Sync.objects.get(account=account).asked_by == "小林"


def test_the_plan_names_who_would_be_created_there(sign_in, clerk, corp, page, url, account):
    make.employee(account, name="甲小明")
    passes.work(account.pk)
    browser = sign_in(clerk)

    shown = browser.get(page).content.decode()

    assert "将在企业微信中创建的成员：1" in shown
    assert "甲小明" in shown
    assert "将添加到本平台的员工：12" in shown
    assert "staff00003" in shown
    digest = browser.get(page).context["plan"]
    assert browser.post(url("sync_confirm"), {"plan": digest}).url == page
    passes.work(account.pk)
    assert "已完成" in browser.get(page).content.decode()
    assert Employee.objects.count() == 13


@pytest.mark.parametrize("given", [{}, {"plan": ""}, {"plan": "00" * 32}, {"plan": "x"}])
def test_no_other_plan_is_confirmed(sign_in, clerk, corp, page, url, account, wecom, given):
    make.employee(account, name="甲小明")
    passes.work(account.pk)

    answer = sign_in(clerk).post(url("sync_confirm"), given, follow=True)

    assert "方案已经变化" in answer.content.decode()
    passes.work(account.pk)
    assert not wecom.named("甲小明")


def test_a_plan_can_be_dropped(sign_in, clerk, corp, page, url, account):
    make.employee(account, name="甲小明")
    passes.work(account.pk)

    answer = sign_in(clerk).post(url("sync_drop"), follow=True)

    assert "已取消，方案没有执行" in answer.content.decode()
    assert Sync.objects.get(account=account).phase == Sync.Phase.STOPPED


def test_a_plan_of_a_pass_that_has_written_says_nothing_else(sign_in, clerk, corp, page, account):
    """Many were deleted there while it was under way: of the plan alone nothing is done."""
    counts, plan = {"created": 3}, {"delete_here": [1], "delete_there": []}
    told = {"phase": Sync.Phase.PLANNED, "counts": counts, "plan": plan, "digest": b"0" * 32}
    Sync.objects.create(account=account, began_at=timezone.now(), **told)

    text = sign_in(clerk).get(page).content.decode()

    assert "方案还没有执行" in text
    assert "没有改动" not in text


def test_who_was_deleted_is_named_by_the_history(
    sign_in, clerk, page, url, account, synchronise, pass_once, monkeypatch
):
    monkeypatch.setattr(plan, "MOST_DELETED", 0)
    synchronise()
    named = Employee.objects.get(userid="staff00003")
    sign_in(clerk).post(url("delete", named.pk))
    assert pass_once().phase == Sync.Phase.PLANNED

    shown = sign_in(clerk).get(page).content.decode()

    assert "将从企业微信删除的成员（已在本平台删除）：1" in shown
    assert named.name in shown


def test_what_failed_is_told_with_its_reason_and_tried_again(
    sign_in, clerk, page, url, account, synchronise, pass_once, wecom
):
    synchronise()
    made = make.employee(account, name="甲小明")
    department = make.department(account, "绿化组")
    wecom.fault("user/create", errcode=60103, times=1)
    wecom.fault("department/create", errcode=60009, times=1)
    pass_once()
    browser = sign_in(clerk)

    shown = browser.get(page).content.decode()

    assert "同步完成，但有内容没有同步成功" in shown
    assert "没有同步成功：2" in shown
    assert "企业微信不接受这个手机号" in shown
    assert "部门：绿化组" in shown
    assert url("retry", made.pk) in shown
    browser.post(url("sync_retry"))
    pass_once()
    assert "没有同步成功" not in browser.get(page).content.decode()
    department.refresh_from_db()
    assert department.wecom_id


def test_a_fault_of_the_corp_is_told_on_the_page(sign_in, clerk, corp, page, pass_once, wecom):
    fault = {"errcode": 60020, "errmsg": "not allow to access from your ip, from ip: 203.0.113.9"}
    wecom.fault("user/list_id", **fault)
    browser = sign_in(clerk)
    browser.post(page)
    pass_once()

    shown = browser.get(page).content.decode()

    assert "203.0.113.9" in shown
    assert "已停止" in shown
    assert "同步</button>" in shown


def test_without_a_corp_the_page_leads_to_connecting(sign_in, clerk, page):
    browser = sign_in(clerk)
    assert "还没有关联企业微信" in browser.get(page).content.decode()
    assert "无法同步" in browser.post(page, follow=True).content.decode()
    assert not Sync.objects.exists()


@pytest.mark.parametrize("name", ["sync", "sync_confirm", "sync_drop", "sync_retry"])
def test_whoever_is_limited_to_communities_may_not(sign_in, limited, url, name):
    assert sign_in(limited).post(url(name)).status_code == 403
