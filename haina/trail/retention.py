"""How long the trail is kept: AUDIT_YEARS, three at least, which the database holds too."""

import logging
from datetime import datetime

from django.conf import settings

from haina.accounts.models import AuditEntry

logger = logging.getLogger(__name__)

BATCH = 5000


def forget(*, now: datetime) -> int:
    """Remove the entries of all accounts that are older than AUDIT_YEARS; how many."""
    removed = 0
    while pks := list(over(now).values_list("pk", flat=True)[:BATCH]):
        removed += AuditEntry.objects.filter(pk__in=pks).delete()[0]
    if removed:
        logger.info("%d entries of the trail were over %d years old", removed, settings.AUDIT_YEARS)
    return removed


def over(now: datetime):
    return AuditEntry.objects.filter(at__lt=years_before(now)).order_by("at", "pk")


def years_before(now: datetime) -> datetime:
    """The same day that many years ago; the 1st of March for a 29th of February."""
    year = now.year - settings.AUDIT_YEARS
    try:
        return now.replace(year=year)
    except ValueError:
        return now.replace(year=year, month=3, day=1)
