"""My room: who is told what of whom lives there, and moving out of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from residents import removal
from residents.models import Binding, Invitation, RemovedResident, Resident
from residents.services import ResidentGone
from residents.verification import decisions, households, invitations
from tests import make
from tests.residents.mobile.conftest import Visitor, text_of


@pytest.fixture
def owner(community, follower) -> Resident:
    resident = make.resident(community, name="张三", phone="18912340001")
    return make.verified(resident, follower)


@pytest.fixture
def path(owner) -> str:
    return f"rooms/{owner.pk}/"


@pytest.fixture
def others(community):
    """In the same room: names and a phone that nobody there is told."""
    make.resident(community, name="李小四", identity="family", phone="13700007788")
    make.resident(community, name="王五", identity="tenant", phone="13700008899")
    make.resident(community, "A 1 102", name="赵隔壁", phone="13700006655")


def test_a_verified_resident_sees_who_is_registered(phone, path, others):
    text = text_of(phone.get(path))

    assert "A 1 101" in text
    assert "张三 (我) 业主 已认证" in text
    assert "李*四 家属 未认证" in text
    assert "王* 长期租客 未认证" in text
    for secret in ("李小四", "王五", "13700007788", "7788", "赵", "A 1 102"):
        assert secret not in phone.get(path).content.decode()


@pytest.mark.parametrize("state", ["expired", "unverified"])
def test_who_is_not_verified_any_more_sees_only_themselves(phone, path, owner, others, state):
    Resident.objects.filter(pk=owner.pk).update(verification=state)

    html = phone.get(path).content.decode()

    assert "张三" in html
    for secret in ("李*四", "王*", "登记在这个房间的人", "邀请家属或租客"):
        assert secret not in html


@pytest.mark.parametrize("state", ["expired", "unverified"])
def test_no_page_is_told_of_others_once_somebody_is_not_verified(owner, others, state):
    Resident.objects.filter(pk=owner.pk).update(verification=state)
    owner.refresh_from_db()

    (member,) = households.members_of(owner)
    assert (member.name, member.is_self) == ("张三", True)


def test_an_expired_tenant_sees_when_the_lease_ended(phone, community, follower):
    tenant = make.resident(
        community, identity="term_tenant", lease_ends_on="2026-01-31", name="王五"
    )
    make.verified(tenant, follower)
    Resident.objects.filter(pk=tenant.pk).update(verification="expired")

    text = text_of(phone.get(f"rooms/{tenant.pk}/"))

    assert "租约到期时间 2026-01-31" in text
    assert "已到期" in text


def test_the_room_of_somebody_else_is_not_there(account, owner, community):
    other = Visitor(account, make.follower(account).openid)
    neighbour = make.resident(community, "A 1 102", name="赵隔壁")
    make.verified(neighbour, make.follower(account))

    for pk in (owner.pk, neighbour.pk):
        for path in (f"rooms/{pk}/", f"rooms/{pk}/leave/", f"rooms/{pk}/invite/"):
            assert other.get(path).status_code == 404
            assert other.client.post(f"/m/fengniao/{path}").status_code in (404, 405)
    assert Resident.objects.count() == 2


def test_the_room_is_as_many_queries_for_one_as_for_many(phone, path, community, others):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            phone.get(path)
        return len(queries)

    few = asked()
    for number in range(5):
        make.resident(community, name=f"赵{number}")

    assert asked() == few


def test_leaving_is_asked_about_first(phone, path, owner):
    text = text_of(phone.get(f"{path}leave/"))

    assert "确认您已搬离？" in text
    assert Resident.objects.filter(pk=owner.pk).exists()


def test_who_leaves_goes_to_the_bin_and_can_come_back(phone, path, owner, community, others):
    invitations.invite(owner, "family", by=Actor("业主"), now=timezone.now())

    response = phone.post(f"{path}leave/", follow=True)

    assert "您已搬离 腾讯小区 A 1 101" in text_of(response)
    removed = RemovedResident.objects.get()
    assert (removed.pk, removed.removed_by) == (owner.pk, "住户")
    assert not Binding.objects.exists()
    assert not Invitation.objects.exists()
    assert Resident.objects.count() == 3
    entry = AuditEntry.objects.get(action="resident.left")
    assert (entry.ids, entry.actor, entry.account) == ([owner.pk], "住户", community.account)
    event = Resident.pgh_event_model.objects.filter(pgh_obj_id=owner.pk).last()
    assert event.pgh_context["action"] == "resident.left"

    by = Actor.command(community.account)
    removal.restore(community, [owner.pk], by=by, now=timezone.now())
    assert phone.get(path).status_code == 404  # to be verified anew
    assert Resident.objects.get(pk=owner.pk).verification != "verified"


def test_leaving_twice_leaves_once(phone, path):
    assert phone.post(f"{path}leave/").status_code == 302
    assert phone.post(f"{path}leave/").status_code == 404
    assert RemovedResident.objects.count() == 1


def test_whose_verification_was_revoked_cannot_leave(phone, path, owner):
    """The room page is still open on the phone."""
    by = Actor.command(owner.community.account)
    decisions.revoke(owner, reason="已售出", by=by, now=timezone.now())

    assert phone.post(f"{path}leave/").status_code == 404
    assert Resident.objects.filter(pk=owner.pk).exists()


def test_who_lost_the_binding_after_the_page_was_found_does_not_leave(owner, follower):
    stale = Resident.objects.get(pk=owner.pk)
    by = Actor("住户", account_id=follower.account_id)
    Binding.objects.all().delete()

    with pytest.raises(ResidentGone):
        households.leave(stale, follower, by=by, now=timezone.now())
    assert Resident.objects.filter(pk=owner.pk).exists()


def test_home_leads_to_the_room(phone, path):
    assert f'href="/m/fengniao/{path}"' in phone.get().content.decode()


def test_an_expired_tenant_may_leave(phone, path, owner):
    Resident.objects.filter(pk=owner.pk).update(verification="expired")

    assert phone.post(f"{path}leave/").status_code == 302
    assert not Resident.objects.exists()
