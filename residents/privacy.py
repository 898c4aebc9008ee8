"""What keeps a look at people's data rare and known: masked values are shown one by one, searches
by phone are counted, and both leave their entry in the trail."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from haina.accounts import audit
from haina.accounts.permissions import Rights
from haina.accounts.scope import ScopedQuerySet
from haina.lib.masking import national
from haina.lib.text import compact
from haina.lib.throttle import Limit
from residents.models import Person, Resident, VerificationApplication, with_phone

LOOKS = Limit("resident.looks", 200, timedelta(hours=1))
PHONE_SEARCHES = Limit("resident.phone-searches", 60, timedelta(hours=1))


class TooManyLooks(Exception):
    def __str__(self):
        return _("您在一小时内查看的完整号码过多，请稍后再试。")


class TooManySearches(Exception):
    def __str__(self):
        return _("您在一小时内按手机号搜索的次数过多，请稍后再试，或按姓名搜索。")


def note_look(
    resident: Resident | VerificationApplication,
    fields: Collection[str],
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Nobody sees in full what is masked elsewhere without leaving an entry in the trail, and
    nobody sees many. Raises TooManyLooks."""
    if not fields:
        return
    if not LOOKS.take(str(by.administrator_id), now=now):
        raise TooManyLooks
    audit.record("resident.revealed", [resident], by=by, at=now, fields=fields)


def reveal(
    resident: Resident | VerificationApplication, field: str, *, by: audit.Actor, now: datetime
) -> str:
    """One masked value in full. Raises TooManyLooks."""
    note_look(resident, [field], by=by, now=now)
    return national(resident.phone) if field == "phone" else getattr(resident, field)


def note_phone_search(
    text: str, found: ScopedQuerySet, *, rights: Rights, by: audit.Actor, now: datetime
) -> None:
    """Whoever sees phones masked could find out the rest by searching on: so each search by phone
    counts, and the trail says how many it found, not what was searched for. Who may change phones
    may read them anyway. Raises TooManySearches, and then nothing may be shown."""
    if "phone" not in rights.locked_fields - rights.hidden_fields or not is_phone_search(text):
        return
    if not PHONE_SEARCHES.take(str(by.administrator_id), now=now):
        raise TooManySearches
    hits = list(found.order_by("pk").values_list("pk", flat=True))
    model = (Resident if issubclass(found.model, Person) else found.model)._meta.label_lower
    audit.record_ids("resident.searched_by_phone", model, hits, by=by, at=now, fields=["phone"])


def is_phone_search(text: str) -> bool:
    return with_phone(compact(text)) != Q(pk=None)
