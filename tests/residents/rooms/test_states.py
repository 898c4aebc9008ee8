"""What state a room is in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope
from residents import removal, services
from residents.models import Resident
from residents.rooms.states import Facts, State, state_of, states_of
from tests import make

TODAY = timezone.localdate
EVERYTHING, NO_IDENTITY = Rights(everything=True), Rights()


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (Facts(), State.NOBODY),
        (Facts(was_lived_in=True), State.VACANT),
        (Facts(living=2), State.UNVERIFIED),
        (Facts(living=2, verified=1), State.PARTLY),
        (Facts(living=2, verified=2), State.VERIFIED),
        (Facts(living=2, verified=2, leases=1), State.LEASE),
        (Facts(living=2, verified=2, leases=1, is_pending=True), State.PENDING),
        (Facts(is_pending=True), State.PENDING),
    ],
)
def test_of_all_that_holds_the_first_is_the_state(facts, state):
    assert state_of(facts) == state


def state_in(room, rights=EVERYTHING) -> State:
    return states_of([room.pk], room.community, rights=rights, today=TODAY())[room.pk]


def verified(community, address="A 1 101", **fields) -> Resident:
    resident = make.resident(community, address, **fields)
    return make.verified(resident, make.follower(community.account))


def by(community) -> dict:
    return {"by": Actor.command(community.account), "now": timezone.now()}


@pytest.fixture
def room(community):
    return make.node(community, "A 1 101")


def test_a_room_of_nobody(room):
    make.resident(room.community, "A 1 102")

    assert state_in(room) == State.NOBODY


def test_a_room_by_who_is_verified(community, room):
    make.resident(community)
    assert state_in(room) == State.UNVERIFIED
    verified(community)
    assert state_in(room) == State.PARTLY
    Resident.objects.update(verification="verified")
    assert state_in(room) == State.VERIFIED


def test_an_application_waits_until_it_is_decided(community, room):
    application = make.application(community, make.follower(community.account))
    assert state_in(room) == State.PENDING
    type(application).objects.update(state="rejected")
    assert state_in(room) == State.NOBODY


@pytest.mark.parametrize(
    ("days", "state"),
    [(-1, State.UNVERIFIED), (0, State.LEASE), (30, State.LEASE), (31, State.UNVERIFIED)],
)
def test_a_lease_ends_soon_for_thirty_days(community, room, days, state):
    ends = TODAY() + timedelta(days=days)
    make.resident(community, identity="term_tenant", lease_ends_on=ends)

    assert state_in(room) == state
    assert state_in(room, NO_IDENTITY) == State.UNVERIFIED


def test_whoever_is_expired_lives_there_no_more(community, room):
    ended = verified(community)
    Resident.objects.filter(pk=ended.pk).update(verification="expired")
    assert state_in(room) == State.VACANT
    verified(community)
    assert state_in(room) == State.VERIFIED


def test_a_room_is_vacant_when_the_last_has_moved_or_was_deleted(community, room):
    elsewhere = make.node(community, "A 1 102")
    resident = make.resident(community)
    services.correct(resident, room=elsewhere, **by(community))
    assert state_in(room) == State.VACANT

    removal.remove(community, [resident.pk], **by(community))
    assert state_in(elsewhere) == State.VACANT
    removal.restore(community, [resident.pk], **by(community))
    assert state_in(elsewhere) == State.UNVERIFIED


def test_whoever_is_gone_for_good_is_forgotten(community, room):
    resident = make.resident(community)
    removal.remove(community, [resident.pk], **by(community))

    later = by(community) | {"now": timezone.now() + timedelta(days=31)}
    removal.empty_bin(Scope.whole(community.account), **later)

    assert state_in(room) == State.NOBODY


def test_the_states_of_many_rooms_take_as_many_queries_as_one(
    community, room, django_assert_num_queries
):
    rooms = [room.pk] + [make.resident(community, f"A 1 {n}").room_id for n in range(201, 220)]

    for some in (rooms[:1], rooms):
        with django_assert_num_queries(3):
            states_of(some, community, rights=EVERYTHING, today=TODAY())
