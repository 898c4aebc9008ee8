"""When somebody may be told what can wait."""

from datetime import datetime, timedelta

from django.utils import timezone

DAY_BEGINS, DAY_ENDS = 9, 22  # hours of the installation's time zone


def by_day(now: datetime) -> datetime:
    """Now, or in the morning."""
    local = timezone.localtime(now)
    if DAY_BEGINS <= local.hour < DAY_ENDS:
        return now
    tomorrow = timedelta(days=int(local.hour >= DAY_ENDS))
    return (local + tomorrow).replace(hour=DAY_BEGINS, minute=0, second=0, microsecond=0)
