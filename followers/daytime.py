"""When somebody may be told what can wait."""

from datetime import datetime, timedelta

from django.utils import timezone

DAY_BEGINS, DAY_ENDS = 9, 22  # hours of the installation's time zone


def by_day(now: datetime, *, begins: int = DAY_BEGINS, ends: int = DAY_ENDS) -> datetime:
    """Now, or in the morning."""
    local = timezone.localtime(now)
    if begins <= local.hour < ends:
        return now
    tomorrow = timedelta(days=int(local.hour >= ends))
    return (local + tomorrow).replace(hour=begins, minute=0, second=0, microsecond=0)
