"""What keeps a look at people's data rare and known: masked values are shown one by one, searches
by phone are counted, and both leave their entry in the trail. One count for each administrator,
whosever data it is."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from haina.accounts import audit
from haina.lib.phones import is_phone_search
from haina.lib.throttle import Limit

LOOKS = Limit("looks", 200, timedelta(hours=1))
PHONE_SEARCHES = Limit("phone-searches", 60, timedelta(hours=1))


class TooManyLooks(Exception):
    def __str__(self):
        return _("您在一小时内查看的完整号码过多，请稍后再试。")


class TooManySearches(Exception):
    def __str__(self):
        return _("您在一小时内按手机号搜索的次数过多，请稍后再试，或按姓名搜索。")


def note_look(
    action: str, row: Model, fields: Collection[str], *, by: audit.Actor, now: datetime
) -> None:
    """Nobody sees in full what is masked elsewhere without leaving an entry in the trail, and
    nobody sees many. Raises TooManyLooks."""
    if not LOOKS.take(str(by.administrator_id), now=now):
        raise TooManyLooks
    audit.record(action, [row], by=by, at=now, fields=fields)


def note_phone_search(
    action: str, text: str, found: QuerySet, *, model: str, by: audit.Actor, now: datetime
) -> None:
    """Whoever sees phones masked could find out the rest by searching on: so each search by phone
    counts, and the trail says how many it found, not what was searched for. Raises
    TooManySearches, and then nothing may be shown."""
    if is_phone_search(text):
        note_search(action, found, ["phone"], model=model, by=by, now=now)


def note_search(
    action: str,
    found: QuerySet,
    fields: Collection[str],
    *,
    model: str,
    by: audit.Actor,
    now: datetime,
) -> None:
    """A search by masked values counts, and the trail says how many it found. Raises
    TooManySearches, and then nothing may be shown."""
    if not PHONE_SEARCHES.take(str(by.administrator_id), now=now):
        raise TooManySearches
    hits = list(found.order_by("pk").values_list("pk", flat=True))
    audit.record_ids(action, model, hits, by=by, at=now, fields=fields)
