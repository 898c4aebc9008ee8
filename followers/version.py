"""Tells an open list, every two seconds and for next to nothing, whether it is out of date."""

import hashlib
from itertools import chain

from django.db.models import Func, TextField

from followers.models import Follower, Sync, Tag, Tally
from haina.accounts.scope import Scope

MOST_PENDING = 200
SEEN_OF_SYNC = ("phase", "seen", "total", "fault", "ended_at")
SEEN_OF_TAG = ("name", "name_there", "gone", "push_fault")
# The transaction that wrote a row last: of two changes that even out, the number tells nothing.
WRITTEN = Func(template="xmin::text", output_field=TextField())


def version_of(scope: Scope) -> str:
    """Another text once a follower came, left, or changed groups, once something was pushed or is
    to be, and once the synchronisation got on. Reads no list."""
    tallies = Tally.objects.within(scope).annotate(written=WRITTEN).order_by("kind")
    pending = Follower.objects.within(scope).filter(to_push=True).order_by("pk")
    rows = chain(
        tallies.values_list("kind", "number", "written"),
        Sync.objects.within(scope).values_list(*SEEN_OF_SYNC),
        pending.values_list("pk")[:MOST_PENDING],
        Tag.objects.within(scope).order_by("pk").values_list(*SEEN_OF_TAG),
    )
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()[:16]
