"""How much waits for a reviewer, and for how long: within a scope, and at a cost that does not grow
with what was decided long ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, F, Min

from haina.accounts.navigation import MOST_SHOWN
from haina.accounts.scope import Scope
from residents.models import VerificationApplication

State, Way = VerificationApplication.State, VerificationApplication.Way
LOOKED_BACK = timedelta(days=30)


class Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class Turnaround:
    """`median`: from handing in to a decision of the last 30 days that somebody made, None if there
    was none; `oldest`: since when the first in the queue waits, None if nobody does."""

    median: timedelta | None
    oldest: datetime | None
    pending: int


def turnaround(scope: Scope, *, now: datetime) -> Turnaround:
    applications = VerificationApplication.objects.within(scope)
    decided = applications.filter(decided_at__gt=now - LOOKED_BACK, submitted_at__isnull=False)
    by_people = decided.filter(way__in=(Way.CONSOLE, Way.PHONE, Way.OWNER))
    median = by_people.aggregate(median=Median(F("decided_at") - F("submitted_at")))["median"]
    queue = applications.pending().aggregate(oldest=Min("submitted_at"), pending=Count("pk"))
    return Turnaround(median, **queue)


def pending_within(scope: Scope) -> int:
    """How many, as far as the menu shows it."""
    rows = VerificationApplication.objects.within(scope).pending()
    return rows[: MOST_SHOWN + 1].count()
