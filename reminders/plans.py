"""提醒规则 of an account."""

from datetime import datetime

from django.db import transaction

from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.lib.locks import Lock, hold
from reminders.models import Plan


@transaction.atomic
def change(account: ServiceAccount, *, by: audit.Actor, now: datetime, **wanted: int) -> None:
    """Set what is `wanted`; what is under way already keeps its time."""
    hold(Lock.ACCOUNT, account.pk)
    plan = Plan.objects.of(account.pk)
    changed = [name for name, value in wanted.items() if getattr(plan, name) != value]
    for name in changed:
        setattr(plan, name, wanted[name])
    if changed:
        plan.save()
        audit.record("reminder.rules_changed", [plan], by=by, at=now, fields=changed)
