"""What nobody decides: after a day whoever reviews is told once more, and then the creator."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from haina.accounts.models import Administrator, ServiceAccount
from haina.accounts.scope import Scope
from haina.lib.locks import Lock, hold
from reminders.models import Escalation, Plan, Reminder
from reminders.queue import take_up
from reminders.recipients import ways_to, with_reminders
from residents.models import VerificationApplication

Kind = Reminder.Kind


def work(account: ServiceAccount, *, now: datetime) -> int:
    """Each application once for each kind, also when two do this at a time; how many."""
    plan = Plan.objects.of(account.pk)
    if not plan.again_hours:
        return 0
    long_ago = now - timedelta(hours=plan.again_hours)
    waiting = VerificationApplication.objects.within(Scope.whole(account)).pending()
    told = Escalation.objects.filter(application=OuterRef("pk"))
    again = told.filter(kind=Kind.AGAIN)
    overdue = waiting.filter(~Exists(again), submitted_at__lte=long_ago)
    number = tell(account, Kind.AGAIN, overdue, now)
    if plan.creator_hours:
        since = now - timedelta(hours=plan.creator_hours)
        late = waiting.filter(Exists(again.filter(at__lte=since)))
        late = late.filter(~Exists(told.filter(kind=Kind.CREATOR)))
        number += tell(account, Kind.CREATOR, late, now)
    return number


@transaction.atomic
def tell(account: ServiceAccount, kind: str, applications, now: datetime) -> int:
    hold(Lock.ACCOUNT, account.pk)
    about = dict(applications.order_by("pk").values_list("pk", "community"))
    if not about:
        return 0
    Escalation.objects.bulk_create(
        (Escalation(application_id=pk, kind=kind, at=now) for pk in about), ignore_conflicts=True
    )
    people = with_reminders(account.pk, set(about.values()))
    if kind == Kind.CREATOR:
        people = Administrator.objects.active().filter(account=account)
        people = people.filter(role=Administrator.Role.CREATOR)
    take_up(account.pk, kind, ways_to(people), now=now)
    return len(about)
