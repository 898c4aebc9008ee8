"""Counts tries in the database: exact when two ask at once, and whole when Redis is down."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from haina.lib.encryption import keyed_hash
from haina.lib.models import ThrottleCount

UPSERT = f"""
INSERT INTO {ThrottleCount._meta.db_table} (what, whose, window_starts_at, count)
VALUES (%s, %s, %s, 1)
ON CONFLICT (what, whose, window_starts_at)
DO UPDATE SET count = {ThrottleCount._meta.db_table}.count + 1
RETURNING count
"""


@dataclass(frozen=True)
class Limit:
    """At most `tries` in each window of this length, for each subject."""

    what: str
    tries: int
    window: timedelta

    def take(self, whose: str, *, now: datetime) -> bool:
        """Count one try. True while it is within the limit; the count itself is one statement."""
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, [self.what, keyed_hash(whose), self.window_of(now)])
            (count,) = cursor.fetchone()
        return count <= self.tries

    def forget(self, whose: str, *, now: datetime) -> None:
        """Begin to count anew, for example after a success."""
        ThrottleCount.objects.filter(
            what=self.what, whose=keyed_hash(whose), window_starts_at=self.window_of(now)
        ).delete()

    def window_of(self, now: datetime) -> datetime:
        length = self.window.total_seconds()
        return datetime.fromtimestamp(now.timestamp() // length * length, tz=now.tzinfo)


def forget_old(*, now: datetime, keep: timedelta = timedelta(days=2)) -> int:
    """Remove counts of windows that are over."""
    return ThrottleCount.objects.filter(window_starts_at__lt=now - keep).delete()[0]
