"""Limits tries in the database: exact when two ask at once, and whole when Redis is down.

The window slides: at no moment do more than `tries` admitted tries lie within it. A refused try
does not count, so nobody keeps a subject shut by trying on.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from haina.lib.encryption import keyed_hash
from haina.lib.models import RecentTries

logger = logging.getLogger(__name__)

# One statement: the conflict locks the row, so tries that come at once are taken one by one.
TAKE = """
INSERT INTO lib_recenttries AS known (what, whose, tries, admitted, over_at)
VALUES (%(what)s, %(whose)s, ARRAY[%(now)s::timestamptz], true, %(over)s)
ON CONFLICT (what, whose) DO UPDATE SET (tries, admitted, over_at) = (
    SELECT CASE WHEN count(*) < %(most)s
                THEN array_append(coalesce(array_agg(at ORDER BY at), '{}'), %(now)s::timestamptz)
                ELSE array_agg(at ORDER BY at) END,
           count(*) < %(most)s,
           greatest(known.over_at, %(over)s)
    FROM unnest(known.tries) AS at WHERE at > %(now)s::timestamptz - %(window)s::interval
)
RETURNING admitted
"""


@dataclass(frozen=True)
class Limit:
    """At most `tries` within any stretch of time of this length, for each subject."""

    what: str
    tries: int
    window: timedelta

    def take(self, whose: str, *, now: datetime) -> bool:
        """Count one try. True while it is within the limit. Call it outside of a transaction:
        what is rolled back has not been counted."""
        values = {"what": self.what, "whose": keyed_hash(whose), "most": self.tries}
        values |= {"now": now, "window": self.window, "over": now + self.window}
        with connection.cursor() as cursor:
            cursor.execute(TAKE, values)
            (admitted,) = cursor.fetchone()
        if not admitted:
            mark = values["whose"].hex()[:12]  # the same for the same subject, and tells nobody
            logger.warning("limit %s reached by %s", self.what, mark)
        return admitted or "throttle" in settings.GUARDS_OFF

    def give_back(self, whose: str, *, now: datetime) -> None:
        """Uncount the try of this moment, which turned out to be a right one."""
        query = "UPDATE lib_recenttries SET tries = array_remove(tries, %s::timestamptz)"
        with connection.cursor() as cursor:
            cursor.execute(
                query + " WHERE what = %s AND whose = %s", [now, self.what, keyed_hash(whose)]
            )


def forget_old(*, now: datetime) -> int:
    """Remove what no limit counts any more."""
    return RecentTries.objects.filter(over_at__lt=now).delete()[0]
