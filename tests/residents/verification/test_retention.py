"""Applications and what belongs to them are forgotten in time, and the proof of who is verified
stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from haina.accounts.models import AuditEntry
from residents.models import Binding, Invitation, Notice, VerificationApplication
from residents.tasks import forget_applications
from residents.verification import decisions
from tests import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MOMENT = timedelta(minutes=1)


@pytest.fixture
def later(time_machine):
    """The hourly task, so long after now."""

    def run(after: timedelta) -> None:
        time_machine.move_to(timezone.now() + after)
        forget_applications()

    return run


def left() -> int:
    return VerificationApplication.objects.count()


@pytest.fixture
def pending(community, follower):
    return make.application(community, follower)


@pytest.mark.parametrize(("after", "stays"), [(DAY - MOMENT, 1), (DAY + MOMENT, 0)])
def test_a_draft_is_kept_for_a_day(community, follower, later, after, stays):
    make.draft(community, follower)

    later(after)

    assert left() == stays


def test_who_waits_is_not_forgotten(pending, later):
    later(400 * DAY)

    assert left() == 1


@pytest.mark.parametrize(("after", "stays"), [(180 * DAY - MOMENT, 1), (180 * DAY + MOMENT, 0)])
def test_a_rejected_one_is_kept_for_180_days(pending, act, later, after, stays):
    decisions.reject(pending, reason="不符", **act)

    later(after)

    assert left() == stays


def test_an_approved_one_is_the_proof_as_long_as_somebody_is_verified(pending, act, later):
    decisions.approve(pending, **act)
    later(400 * DAY)
    assert left() == 1

    Binding.objects.all().delete()
    later(MOMENT)
    later(180 * DAY - MOMENT)
    assert left() == 1
    later(2 * MOMENT)

    assert left() == 0


def test_a_revoked_one_is_kept_from_then_on(pending, act, by, later):
    resident = decisions.approve(pending, **act)
    later(300 * DAY)
    decisions.revoke(resident, reason="已搬走", by=by, now=timezone.now())

    later(MOMENT)
    later(179 * DAY)
    assert left() == 1
    later(DAY + MOMENT)

    assert left() == 0


def test_the_trail_tells_which_were_forgotten(pending, act, later):
    decisions.reject(pending, reason="不符", **act)

    later(181 * DAY)

    (entry,) = AuditEntry.objects.filter(action="application.forgotten")
    assert (entry.actor, entry.ids) == ("beat", [pending.pk])


@pytest.mark.parametrize(("days", "stays"), [(29, 1), (31, 0)])
def test_a_notice_is_kept_for_30_days(pending, act, later, days, stays):
    decisions.reject(pending, reason="不符", **act)
    Notice.objects.update(state="sent", ended_at=timezone.now())

    later(days * DAY)

    assert Notice.objects.count() == stays


def test_a_notice_that_is_not_sent_waits(pending, act, later):
    decisions.reject(pending, reason="不符", **act)

    later(60 * DAY)

    assert Notice.objects.count() == 1


@pytest.fixture
def invitation(community):
    now = timezone.now()
    return Invitation.objects.create(
        resident=make.resident(community),
        digest=b"d" * 32,
        identity="family",
        created_at=now,
        expires_at=now + Invitation.LIFE,
    )


@pytest.mark.parametrize(("days", "stays"), [(2, 1), (4, 0)])
def test_an_invitation_is_kept_while_it_is_open(invitation, later, days, stays):
    later(days * DAY)

    assert Invitation.objects.count() == stays


def test_an_invitation_stays_with_who_came_by_it(invitation, pending, act, later):
    VerificationApplication.objects.update(invitation=invitation)
    later(4 * DAY)
    assert Invitation.objects.exists()

    decisions.reject(pending, reason="不符", **act)
    later(MOMENT)

    assert not Invitation.objects.exists()
