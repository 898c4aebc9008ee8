"""What is forgotten of applications, invitations and notices: they are personal data."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from haina.accounts import audit
from haina.accounts.scope import Scope
from residents.models import Binding, Invitation, Notice, VerificationApplication

State = VerificationApplication.State
MODEL = VerificationApplication._meta.label_lower
AT_ONCE = 5000
UNFINISHED = (State.DRAFT, State.PENDING)


def forget_unfinished(now: datetime) -> None:
    """Drafts of yesterday, invitations that are over and that nobody's unfinished application came
    by, notices of last month."""
    drafts = VerificationApplication.objects.filter(state=State.DRAFT)
    drafts.filter(begun_at__lt=now - VerificationApplication.DRAFT_KEPT).delete()
    came_by = VerificationApplication.objects.filter(
        invitation=OuterRef("pk"), state__in=UNFINISHED
    )
    Invitation.objects.filter(~Exists(came_by), expires_at__lt=now).delete()
    Notice.objects.over(now).delete()


def forget_over(scope: Scope, *, by: audit.Actor, now: datetime) -> int:
    """Applications of an account whose end was longer ago than they are kept; how many."""
    note_ends(scope, now)
    forgotten = 0
    while gone := forget_some(scope, by=by, now=now):
        forgotten += gone
    return forgotten


def note_ends(scope: Scope, now: datetime) -> None:
    """An approved application is the proof of a verified resident and ends with that, noticed
    within the hour; one that was rejected or withdrawn ended then."""
    going_on = VerificationApplication.objects.within(scope).filter(ended_at__isnull=True)
    decided = going_on.filter(state__in=[State.REJECTED, State.WITHDRAWN])
    decided.update(ended_at=F("decided_at"))
    proves = Binding.objects.filter(resident=OuterRef("resident"), follower=OuterRef("follower"))
    lost = Q(state=State.REVOKED) | (Q(state=State.APPROVED) & ~Exists(proves))
    going_on.filter(lost).update(ended_at=now)


@transaction.atomic
def forget_some(scope: Scope, *, by: audit.Actor, now: datetime) -> int:
    over = VerificationApplication.objects.within(scope).filter(
        ended_at__lt=now - VerificationApplication.KEPT
    )
    locked = over.order_by("pk").select_for_update(of=["self"])
    pks = list(locked.values_list("pk", flat=True)[:AT_ONCE])
    if pks:
        VerificationApplication.objects.filter(pk__in=pks).delete()
        told = {"by": by, "at": now, "account_id": scope.account_id}
        audit.record_ids("application.forgotten", MODEL, pks, **told)
    return len(pks)
