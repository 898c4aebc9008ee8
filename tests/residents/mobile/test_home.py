"""我的住所: every room with its state."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haina.accounts.audit import Actor
from residents.models import Resident, VerificationApplication
from residents.verification import decisions
from tests import make
from tests.residents.mobile.conftest import text_of


@pytest.fixture
def act(account):
    return {"by": Actor("小何", account_id=account.pk), "now": timezone.now()}


def verified(community, follower, address="A 1 101", **fields) -> Resident:
    return make.verified(make.resident(community, address, **fields), follower)


def test_verified_and_expired_rooms(phone, community, follower):
    tenant = {"identity": "term_tenant", "lease_ends_on": "2030-12-31"}
    verified(community, follower, "A 1 101")
    over = verified(community, follower, "A 1 102", **tenant)
    Resident.objects.filter(pk=over.pk).update(verification="expired")

    shown = text_of(phone.get())

    assert "腾讯小区 A 1 101 业主 已认证" in shown
    assert "腾讯小区 A 1 102 限期租客 · 租约到期时间 2030-12-31 已到期" in shown
    assert "添加住所" in shown


def test_what_waits_and_what_was_refused_with_the_reason(phone, community, follower, act):
    make.application(community, follower, "A 1 101")
    refused = make.application(community, follower, "A 1 102")
    decisions.reject(refused, way="console", reason="房号不对", **act)
    make.draft(community, follower, "A 1 103")

    shown = text_of(phone.get())

    assert "A 1 101 业主 待审核" in shown
    assert "A 1 102 业主 · 原因：房号不对 未通过" in shown
    assert "A 1 103 业主 待验证手机号" in shown


def test_of_each_room_the_last_attempt_is_shown(phone, community, follower, act):
    refused = make.application(community, follower, "A 1 101")
    decisions.reject(refused, way="console", reason="房号不对", **act)
    make.application(community, follower, "A 1 101")

    shown = text_of(phone.get())

    assert "待审核" in shown
    assert "未通过" not in shown


def test_a_revoked_verification_is_told_with_its_reason(phone, community, follower, act):
    make.resident(community, "A 1 101", name="张三", phone="18124768126")
    claimed = {"name": "张三", "phone": "+8618124768126"}
    done = make.application(community, follower, "A 1 101", **claimed)
    assert done.state == "approved"
    assert "认证通过" in text_of(phone.get(f"applications/{done.pk}/"))

    decisions.revoke(done.resident, reason="房屋已转让", **act)

    assert "原因：房屋已转让 认证已撤销" in text_of(phone.get())
    page = text_of(phone.get(f"applications/{done.pk}/"))
    assert "原因：房屋已转让" in page
    assert "修改后重新提交" in page


def test_a_withdrawn_one_is_no_room(phone, community, follower):
    pending = make.application(community, follower, "A 1 101")
    VerificationApplication.objects.filter(pk=pending.pk).update(state="withdrawn")

    assert "去认证" in text_of(phone.get())


def test_nobody_elses_rooms_are_shown(phone, community, account):
    verified(community, make.follower(account), "A 1 101")
    make.application(community, make.follower(account), "A 1 102")

    shown = text_of(phone.get())

    assert "A 1 101" not in shown
    assert "A 1 102" not in shown


def test_more_rooms_take_no_more_queries(phone, community, follower):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert phone.get().status_code == 200
        return len(captured)

    verified(community, follower, "A 1 101")
    make.application(community, follower, "B 1 101")
    few = queries()
    for number in (2, 3, 4):
        verified(community, follower, f"A 1 10{number}")
        make.application(community, follower, f"B 1 10{number}")

    assert queries() == few


def test_the_nickname_is_asked_for_quietly_and_once(phone, follower):
    assert "使用微信昵称" in text_of(phone.get())

    follower.nickname = "晴天的猫"
    follower.save()

    shown = text_of(phone.get())
    assert "您好，晴天的猫" in shown
    assert "使用微信昵称" not in shown
