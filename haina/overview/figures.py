"""The numbers of the overview. Each is asked for within a scope, and counts exactly the rows of the
list that its link opens."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from communities.models import Community
from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope
from haina.lib.ages import RECENT, age
from reminders.models import Reminder
from residents.filters import SOON
from residents.models import Import, Resident, VerificationApplication
from residents.tables import described
from staff.models import StaffImport

MOST_APPLICATIONS = 5


@dataclass(frozen=True)
class Waiting:
    """Who waits for a decision: how many, and the first in the queue."""

    number: int
    first: list[dict]


@dataclass(frozen=True)
class Leases:
    community: Community
    number: int


@dataclass(frozen=True)
class Work:
    """Long work of a kind: how much goes on, and how much failed of late."""

    going: int
    failed: int


def waiting(scope: Scope, rights: Rights, *, now: datetime) -> Waiting:
    """Oldest first, each with what may be seen of it."""
    pending = VerificationApplication.objects.within(scope).pending()
    first = pending.for_list()[:MOST_APPLICATIONS]
    return Waiting(pending.count(), [line_of(each, rights, now) for each in first])


def line_of(application: VerificationApplication, rights: Rights, now: datetime) -> dict:
    return {
        "pk": application.pk,
        "told": described(application, rights=rights),
        "community": application.community.name,
        "waited": age(now - application.submitted_at),
    }


def leases_ending(scope: Scope, rights: Rights, *, today: date) -> list[Leases] | None:
    """How many leases end within 30 days, by community, most first; None for whom the identity is
    hidden, and with it the end of a lease."""
    if "identity" in rights.hidden_fields:
        return None
    ending = Resident.objects.within(scope).filter(lease_ends_on__range=(today, today + SOON))
    numbers = ending.order_by().values_list("community").annotate(number=Count("pk"))
    communities = Community.objects.within(scope).in_bulk([pk for pk, _number in numbers])
    found = [Leases(communities[pk], number) for pk, number in numbers if pk in communities]
    return sorted(found, key=lambda each: (-each.number, each.community.name_key))


def resident_imports(scope: Scope, *, now: datetime) -> Work:
    return work_of(Import.objects.within(scope), now=now)


def staff_imports(scope: Scope, *, now: datetime) -> Work:
    return work_of(StaffImport.objects.within(scope), now=now)


def work_of(rows, *, now: datetime) -> Work:
    return Work(rows.going_on().count(), rows.failed_since(now - RECENT).count())


def failed_reminders(scope: Scope, *, now: datetime) -> int:
    failed = Reminder.objects.within(scope).filter(state=Reminder.State.FAILED)
    return failed.filter(created_at__gte=now - RECENT).count()
