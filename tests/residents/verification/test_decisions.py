"""Reviewing: what an approval writes, who wins, and who is told."""

from datetime import date

import pytest
from django.utils import timezone

from communities import tree
from haina.accounts.models import AuditEntry
from residents import removal
from residents.models import Binding, Notice, Resident, VerificationApplication
from residents.services import RoomGone
from residents.verification import acceptance, applications, decisions
from residents.verification.decisions import (
    AlreadyDecided,
    LeaseOver,
    NotDecided,
    NotTheirs,
    PlanChanged,
)
from tests import make
from tests.together import together

pytestmark = pytest.mark.django_db
State = VerificationApplication.State


def test_an_approval_makes_a_resident(community, follower, as_zhang, act):
    waiting = make.application(community, follower, **as_zhang)

    made = decisions.approve(waiting, **act)

    waiting.refresh_from_db()
    assert (made.name, made.verification, made.address) == ("张三", "verified", "A 1 101")
    assert made.binding.follower == follower
    assert (waiting.state, waiting.resident, waiting.decided_by) == (State.APPROVED, made, "小何")
    assert Notice.objects.get().kind == "approved"


def test_an_approval_corrects_the_record_and_erases_nothing(community, follower, act):
    on_file = {"phone": "+8618913112121", "id_number": "E12345678", "identity": "owner"}
    zhang = make.resident(community, name="张三", **on_file)
    claimed = {"identity": "term_tenant", "lease_ends_on": date(2035, 1, 31), "id_number": ""}
    waiting = make.application(
        community, follower, name="张三丰", phone="+8618913112121", **claimed
    )

    planned = acceptance.plan(waiting)
    assert set(planned.changes) == {"name", "identity", "lease_ends_on"}
    decisions.approve(waiting, seen=planned.digest, **act)

    zhang.refresh_from_db()
    assert (zhang.name, zhang.identity, zhang.id_number) == ("张三丰", "term_tenant", "E12345678")
    assert zhang.lease_ends_on == date(2035, 1, 31)
    assert AuditEntry.objects.get(action="application.approved").fields == [
        "identity",
        "lease_ends_on",
        "name",
    ]


def test_an_owner_has_no_lease_left(community, follower, act):
    on_file = {"identity": "term_tenant", "lease_ends_on": date(2035, 1, 31)}
    zhang = make.resident(community, name="张三", phone="+8618913112121", **on_file)
    waiting = make.application(community, follower, phone="+8618913112121", identity="owner")

    decisions.approve(waiting, **act)

    zhang.refresh_from_db()
    assert (zhang.identity, zhang.lease_ends_on) == ("owner", None)


def test_only_what_was_seen_is_written(community, zhang, follower, as_zhang, act):
    waiting = make.application(community, follower, **as_zhang | {"name": "李四"})
    seen = acceptance.plan(waiting).digest
    Resident.objects.filter(pk=zhang.pk).update(name="王五")

    with pytest.raises(PlanChanged):
        decisions.approve(waiting, seen=seen, **act)

    zhang.refresh_from_db()
    waiting.refresh_from_db()
    assert (zhang.name, waiting.state) == ("王五", State.PENDING)


def test_the_former_follower_is_told(community, zhang, follower, stranger, as_zhang, act):
    first = make.application(community, follower, **as_zhang)
    second = make.application(community, stranger, **as_zhang)
    assert acceptance.plan(second).other_follower is True

    decisions.approve(second, **act)

    first.refresh_from_db()
    assert (first.state, Binding.objects.get().follower) == (State.REVOKED, stranger)
    told = Notice.objects.filter(kind="revoked").get()
    assert told.follower == follower


def test_a_rejection_says_why(community, follower, as_zhang, act):
    waiting = make.application(community, follower, **as_zhang)

    decisions.reject(waiting, reason="房间选择有误", **act)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (State.REJECTED, "房间选择有误")
    assert not Resident.objects.exists()
    told = Notice.objects.get()
    assert (told.kind, told.follower) == ("rejected", follower)
    assert "房间选择有误" in told.facts


def test_the_first_decision_wins(community, follower, as_zhang, act):
    waiting = make.application(community, follower, **as_zhang)
    decisions.reject(waiting, reason="房间选择有误", **act)

    with pytest.raises(AlreadyDecided, match="小何.*未通过"):
        decisions.approve(waiting, **act)
    assert not Resident.objects.exists()


def test_what_was_taken_back_is_not_decided(community, follower, as_zhang, act, by):
    waiting = make.application(community, follower, **as_zhang)
    applications.withdraw(waiting, by=by, now=timezone.now())

    with pytest.raises(AlreadyDecided, match="撤回"):
        decisions.approve(waiting, **act)


def test_a_room_that_is_gone(community, follower, as_zhang, act, by):
    waiting = make.application(community, follower, **as_zhang)
    tree.fell(community, waiting.room_id, by=by, now=timezone.now())

    with pytest.raises(RoomGone):
        decisions.approve(waiting, **act)
    decisions.reject(waiting, reason="房间已不存在", **act)


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one_decision(community, follower, as_zhang, act):
    waiting = make.application(community, follower, **as_zhang)

    def decide(number):
        try:
            if number % 2:
                decisions.approve(waiting, **act)
            else:
                decisions.reject(waiting, reason=f"第{number}个", **act)
        except AlreadyDecided:
            return 0
        return 1

    assert sum(together(decide, range(10))) == 1
    assert Notice.objects.count() == 1
    waiting.refresh_from_db()
    assert Resident.objects.exists() == (waiting.state == State.APPROVED)


@pytest.mark.parametrize(
    ("told", "theirs"),
    [
        ({"identity": "family"}, True),
        ({"identity": "tenant"}, True),
        ({"identity": "owner"}, False),
        ({"identity": "family", "phone": "+8618913112121"}, False),
    ],
)
def test_what_owners_decide_on(community, zhang, follower, act, told, theirs):
    community.owners_review = True
    community.save()
    waiting = make.application(community, follower, **told)
    act = act | {"way": "owner", "label": "业主"}

    if theirs:
        decisions.approve(waiting, **act)
        waiting.refresh_from_db()
        assert (waiting.state, waiting.decided_by) == (State.APPROVED, "业主")
    else:
        with pytest.raises(NotTheirs):
            decisions.approve(waiting, **act)
        with pytest.raises(NotTheirs):
            decisions.reject(waiting, reason="不认识", **act)


@pytest.mark.parametrize(
    "imported",
    [
        {"name": "李四", "identity": "owner"},
        {"name": "张小三", "identity": "owner"},
        {"name": "张小三", "identity": "term_tenant", "lease_ends_on": date(2020, 1, 31)},
    ],
)
def test_owners_decide_by_what_is_on_file_now(community, follower, act, imported):
    """What was imported since the application was submitted counts as well."""
    community.owners_review = True
    community.save()
    claimed = {"name": "张小三", "identity": "family", "phone": "+8618913112122"}
    if imported["identity"] == "term_tenant":
        claimed |= {"identity": "term_tenant", "lease_ends_on": date(2035, 1, 31)}
    waiting = make.application(community, follower, **claimed)
    on_file = make.resident(community, "A 1 101", phone="+8618913112122", **imported)

    with pytest.raises(NotTheirs):
        decisions.approve(waiting, **act | {"way": "owner"})

    on_file.refresh_from_db()
    assert on_file.verification == "unverified"


def test_a_lease_that_ended_while_it_waited(community, follower, act, time_machine):
    claimed = {"identity": "term_tenant", "lease_ends_on": date(2035, 1, 31)}
    waiting = make.application(community, follower, **claimed)
    time_machine.move_to("2035-02-01T08:00+08:00")

    with pytest.raises(LeaseOver):
        decisions.approve(waiting, **act | {"now": timezone.now()})
    assert not Resident.objects.exists()


def test_what_was_forgotten_meanwhile(community, follower, as_zhang, act):
    waiting = make.application(community, follower, **as_zhang)
    VerificationApplication.objects.all().delete()

    with pytest.raises(NotDecided, match="已被删除"):
        decisions.approve(waiting, **act)


def test_owners_decide_on_nothing_where_it_is_switched_off(community, follower, act):
    waiting = make.application(community, follower, identity="family")

    with pytest.raises(NotTheirs):
        decisions.approve(waiting, **act | {"way": "owner"})


def test_a_verification_is_taken_back(community, zhang, follower, as_zhang, by):
    done = make.application(community, follower, **as_zhang)

    decisions.revoke(zhang, reason="已搬离", by=by, now=timezone.now())

    zhang.refresh_from_db()
    done.refresh_from_db()
    assert (zhang.verification, done.state, done.reason) == (
        "unverified",
        State.REVOKED,
        "已搬离",
    )
    assert not Binding.objects.exists()
    assert Notice.objects.filter(kind="revoked", follower=follower).count() == 1
    with pytest.raises(NotDecided):
        decisions.revoke(zhang, reason="已搬离", by=by, now=timezone.now())


def test_whose_lease_is_over_stays_so_without_the_proof(community, follower, by):
    claimed = {"identity": "term_tenant", "lease_ends_on": date(2035, 1, 31)}
    on_file = make.resident(community, name="张三", phone="+8618913112121", **claimed)
    done = make.application(community, follower, phone="+8618913112121", **claimed)
    Resident.objects.update(verification="expired", lease_ends_on=date(2020, 1, 31))

    decisions.revoke(on_file, reason="已搬离", by=by, now=timezone.now())

    on_file.refresh_from_db()
    assert (on_file.verification, Binding.objects.exists()) == ("expired", False)
    with pytest.raises(AlreadyDecided, match="之后认证被撤销"):
        decisions.reject(done, way="console", reason="x", by=by, now=timezone.now())
    with pytest.raises(NotDecided):
        decisions.revoke(on_file, reason="已搬离", by=by, now=timezone.now())


def test_nobody_comes_back_from_the_bin_verified(community, zhang, follower, as_zhang, by):
    make.application(community, follower, **as_zhang)
    now = timezone.now()
    removal.remove(community, [zhang.pk], by=by, now=now)

    removal.restore(community, [zhang.pk], by=by, now=now)

    zhang.refresh_from_db()
    assert zhang.verification == "unverified"
    assert not Binding.objects.exists()


def test_some_of_many(community, follower, stranger, as_zhang, act):
    one = make.application(community, follower, **as_zhang)
    other = make.application(community, stranger, **as_zhang | {"name": "李四"})
    decisions.reject(other, reason="不认识", **act)

    done, left = decisions.bulk_of(
        [one, other], lambda application: decisions.approve(application, **act)
    )

    assert done == 1
    ((who, why),) = left
    assert who == other
    assert "小何" in str(why)
