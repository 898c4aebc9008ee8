"""What becomes of an application when it is handed in."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from communities import tree
from followers.models import Follower
from haina.accounts.models import AuditEntry
from residents.models import (
    Binding,
    Invitation,
    Notice,
    Resident,
    Rules,
    VerificationApplication,
)
from residents.services import RoomGone
from residents.signals import application_submitted
from residents.verification import applications, steps
from residents.verification.applications import (
    AlreadyPending,
    AlreadyVerified,
    NoDraft,
    NotProven,
)
from tests import make
from tests.together import together

pytestmark = pytest.mark.django_db
State, Way = VerificationApplication.State, VerificationApplication.Way


@pytest.fixture
def heard():
    """The applications that the parts above were told of."""
    told = []

    def hear(sender, application, **more):
        assert transaction.get_connection().in_atomic_block
        told.append(application)

    application_submitted.connect(hear)
    yield told
    application_submitted.disconnect(hear)


def invitation_of(owner: Resident, identity="family") -> Invitation:
    now = timezone.now()
    return Invitation.objects.create(
        resident=owner,
        digest=b"1" * 32,
        identity=identity,
        created_at=now,
        expires_at=now + Invitation.LIFE,
    )


def test_what_agrees_passes_by_itself(community, zhang, follower, as_zhang, heard):
    done = make.application(community, follower, **as_zhang | {"name": "张 三"})

    zhang.refresh_from_db()
    assert (done.state, done.way, done.outcome) == (State.APPROVED, Way.AUTO, "consistent")
    assert done.evidence["name"] == "agreed"
    assert (done.resident, zhang.verification, zhang.name) == (zhang, "verified", "张三")
    assert zhang.binding.follower == follower
    assert Notice.objects.get().kind == "approved"
    assert AuditEntry.objects.get(action="application.approved").ids == [done.pk]
    assert heard == []


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"name": "李四"}, "different"),
        ({"identity": "family"}, "different"),
        ({"id_number": "E12345678"}, "different"),
        ({"phone": "+8618913112122"}, "unknown"),
        ({"address": "A 1 102"}, "unknown"),
    ],
)
def test_what_does_not_agree_waits(community, follower, as_zhang, heard, told, outcome):
    on_file = {"name": "张三", "phone": as_zhang["phone"], "id_number": "11010519491231002X"}
    zhang = make.resident(community, "A 1 101", **on_file)

    done = make.application(community, follower, **as_zhang | told)

    zhang.refresh_from_db()
    assert (done.state, done.outcome) == (State.PENDING, outcome)
    assert zhang.verification == "unverified"
    assert not Binding.objects.exists()
    assert heard == [done]


@pytest.mark.parametrize(
    ("policy", "proven", "state"),
    [
        (Rules.AutoPass.PROVEN, True, State.APPROVED),
        (Rules.AutoPass.PROVEN, False, State.PENDING),
        (Rules.AutoPass.AGREED, False, State.APPROVED),
        (Rules.AutoPass.OFF, True, State.PENDING),
    ],
)
def test_the_community_says_what_passes(
    community, zhang, follower, as_zhang, policy, proven, state
):
    make.rules(community, auto_pass=policy)

    done = make.application(community, follower, proven=proven, **as_zhang)

    assert (done.state, done.outcome) == (state, "consistent")


def test_where_sms_can_be_sent_nothing_is_handed_in_unproven(
    account, community, zhang, follower, as_zhang
):
    make.rules(community, auto_pass=Rules.AutoPass.AGREED)
    make.sms(account)

    with pytest.raises(NotProven):
        make.application(community, follower, proven=False, **as_zhang)

    assert VerificationApplication.objects.get().state == State.DRAFT


def test_a_proof_holds_for_thirty_days(
    account, community, follower, stranger, as_zhang, time_machine
):
    make.sms(account)
    make.application(community, follower, **as_zhang)

    again = make.application(community, follower, "A 1 102", proven=False, **as_zhang)
    assert again.state == State.PENDING

    time_machine.move_to(timezone.now() + timedelta(days=31))
    with pytest.raises(NotProven):
        make.application(community, follower, "A 1 103", proven=False, **as_zhang)


def test_using_a_proof_makes_it_no_newer(account, community, follower, as_zhang, by, time_machine):
    make.sms(account)
    make.application(community, follower, **as_zhang)
    rooms = [make.node(community, f"A 1 20{number}") for number in range(2)]
    claimed = as_zhang | {"lease_ends_on": None, "id_number": ""}
    states = []

    for room in rooms:
        time_machine.move_to(timezone.now() + timedelta(days=20))
        asked = applications.Asked(room)
        states.append(steps.hand_in(follower, asked, claimed, by=by, now=timezone.now()).state)

    assert states == [State.PENDING, State.DRAFT]


def test_nobody_else_has_the_proof_of_a_phone(account, community, follower, stranger, as_zhang):
    make.sms(account)
    make.application(community, follower, **as_zhang)

    with pytest.raises(NotProven):
        make.application(community, stranger, "A 1 102", proven=False, **as_zhang)


def test_passing_fills_in_and_overwrites_nothing(community, follower):
    on_file = {"identity": "term_tenant", "lease_ends_on": "2030-01-31", "name": "张三"}
    zhang = make.resident(community, phone="+8618913112121", **on_file)

    claimed = on_file | {"lease_ends_on": "2031-01-31", "id_number": "E12345678"}
    done = make.application(community, follower, phone="+8618913112121", **claimed)

    zhang.refresh_from_db()
    assert done.state == State.APPROVED
    assert (str(zhang.lease_ends_on), zhang.id_number) == ("2030-01-31", "E12345678")


def test_whom_another_follower_has_proven_to_be_waits(
    community, zhang, follower, stranger, as_zhang
):
    make.application(community, follower, **as_zhang)

    second = make.application(community, stranger, **as_zhang)

    assert (second.state, second.outcome) == (State.PENDING, "consistent")
    assert Binding.objects.get().follower == follower


def test_an_ended_lease_does_not_pass(community, follower):
    on_file = {"name": "张三", "phone": "+8618913112121", "identity": "term_tenant"}
    make.resident(community, lease_ends_on="2020-01-31", **on_file)

    done = make.application(community, follower, lease_ends_on="2035-01-31", **on_file)

    assert done.state == State.PENDING


def test_one_application_for_a_room_at_a_time(community, zhang, follower, as_zhang):
    make.application(community, follower, **as_zhang | {"name": "李四"})

    with pytest.raises(AlreadyPending):
        make.draft(community, follower, **as_zhang)
    assert make.application(community, follower, "A 1 102", **as_zhang).state == State.PENDING


def test_who_is_verified_need_not_apply(community, zhang, follower, as_zhang):
    make.application(community, follower, **as_zhang)

    with pytest.raises(AlreadyVerified):
        make.draft(community, follower, **as_zhang)


def test_a_new_draft_takes_the_place_of_the_one_before(community, follower, as_zhang, by):
    first = make.draft(community, follower, **as_zhang)
    second = make.draft(community, follower, "A 1 102", **as_zhang)

    with pytest.raises(NoDraft):
        applications.submit(first, proven=True, by=by, now=timezone.now())
    assert VerificationApplication.objects.get() == second


def test_nothing_is_handed_in_twice(community, follower, as_zhang, by):
    begun = make.draft(community, follower, **as_zhang)
    applications.submit(begun, proven=True, by=by, now=timezone.now())

    with pytest.raises(NoDraft):
        applications.submit(begun, proven=True, by=by, now=timezone.now())


def test_the_room_may_go_meanwhile(community, follower, as_zhang, by):
    begun = make.draft(community, follower, **as_zhang)
    room = begun.room
    tree.fell(community, room.pk, by=by, now=timezone.now())

    with pytest.raises((NoDraft, RoomGone)):
        applications.submit(begun, proven=True, by=by, now=timezone.now())


def test_a_room_with_applications_may_be_deleted(community, follower, as_zhang, by):
    done = make.application(community, follower, **as_zhang)
    tree.fell(community, done.room_id, by=by, now=timezone.now())

    done.refresh_from_db()
    assert (done.room, done.address, done.state) == (None, "A 1 101", State.PENDING)


def test_the_invited_pass_where_owners_review(community, zhang, follower, stranger, as_zhang):
    make.application(community, follower, **as_zhang)
    community.owners_review = True
    community.save()

    invited = make.application(
        community, stranger, identity="family", name="张小三", invitation=invitation_of(zhang)
    )

    assert (invited.state, invited.way) == (State.APPROVED, Way.OWNER)
    assert invited.decided_by == f"业主 (住户 #{zhang.pk})"
    assert Invitation.objects.get().uses_left == Invitation.USES - 1
    assert invited.resident.identity == "family"


@pytest.mark.parametrize("why", ["switched off", "unproven", "other identity", "not verified"])
def test_an_invitation_alone_is_not_enough(community, zhang, follower, stranger, as_zhang, why):
    if why != "not verified":
        make.application(community, follower, **as_zhang)
    community.owners_review = why != "switched off"
    community.save()

    invited = make.application(
        community,
        stranger,
        proven=why != "unproven",
        identity="tenant" if why == "other identity" else "family",
        invitation=invitation_of(zhang),
    )

    assert invited.state == State.PENDING


def test_taken_back(community, follower, as_zhang, by):
    done = make.application(community, follower, **as_zhang)

    assert applications.withdraw(done, by=by, now=timezone.now()) is True
    assert applications.withdraw(done, by=by, now=timezone.now()) is False
    done.refresh_from_db()
    assert done.state == State.WITHDRAWN
    assert make.application(community, follower, **as_zhang).state == State.PENDING


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_hand_in_one(community, follower, by, as_zhang):
    begun = make.draft(community, follower, **as_zhang)

    def hand_in(number):
        try:
            applications.submit(begun, proven=True, by=by, now=timezone.now())
        except NoDraft:
            return 0
        return 1

    assert sum(together(hand_in, range(8))) == 1
    assert VerificationApplication.objects.get().state == State.PENDING


@pytest.mark.django_db(transaction=True)
def test_eight_begun_at_once_leave_one_draft(account, follower, as_zhang):
    """Each in a community of its own, whose locks know nothing of each other."""
    estates = [make.community(account, f"{number}期") for number in range(8)]
    rooms = [make.node(community, "A 1 101") for community in estates]

    def begin(room):
        asked = applications.Asked(room)
        claimed = as_zhang | {"lease_ends_on": None, "id_number": ""}
        applications.begin(follower, asked, now=timezone.now(), consent="1", **claimed)

    together(begin, rooms)

    assert VerificationApplication.objects.get().state == State.DRAFT
    assert Follower.objects.count() == 1
