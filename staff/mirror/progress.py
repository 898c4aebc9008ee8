"""How far a pass is, written down together with what it has done."""

from datetime import timedelta

from django.utils import timezone

from staff.models import Sync

LEASE = timedelta(minutes=10)  # more than a call can take, with all of its retries


class LeaseLost(Exception):
    """Another worker has taken the pass over, or the corp is gone; the transaction rolls back."""


def mine(sync: Sync):
    return Sync.objects.filter(pk=sync.pk, leased_until=sync.leased_until)


def note(sync: Sync, **values) -> None:
    """Write it down and keep the lease. Raises LeaseLost."""
    values["leased_until"] = timezone.now() + LEASE
    if not mine(sync).update(**values):
        raise LeaseLost
    for name, value in values.items():
        setattr(sync, name, value)
