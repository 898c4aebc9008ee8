"""Looks at residents' masked values and searches by their phones, as haina/accounts/privacy.py has
them."""

from collections.abc import Collection
from datetime import datetime

from haina.accounts import audit, privacy
from haina.accounts.permissions import Rights
from haina.accounts.privacy import TooManyLooks, TooManySearches
from haina.accounts.scope import ScopedQuerySet
from haina.lib.masking import national
from residents.models import Person, Resident, VerificationApplication

__all__ = ["TooManyLooks", "TooManySearches", "note_look", "note_phone_search", "reveal"]


def note_look(
    resident: Resident | VerificationApplication,
    fields: Collection[str],
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Nothing to be noted where nothing is shown in full. Raises TooManyLooks."""
    if fields:
        privacy.note_look("resident.revealed", resident, fields, by=by, now=now)


def reveal(
    resident: Resident | VerificationApplication, field: str, *, by: audit.Actor, now: datetime
) -> str:
    """One masked value in full. Raises TooManyLooks."""
    note_look(resident, [field], by=by, now=now)
    return national(resident.phone) if field == "phone" else getattr(resident, field)


def note_phone_search(
    text: str, found: ScopedQuerySet, *, rights: Rights, by: audit.Actor, now: datetime
) -> None:
    """Who may change phones may read them anyway. Raises TooManySearches."""
    if "phone" not in rights.locked_fields - rights.hidden_fields:
        return
    model = (Resident if issubclass(found.model, Person) else found.model)._meta.label_lower
    told = {"model": model, "by": by, "now": now}
    privacy.note_phone_search("resident.searched_by_phone", text, found, **told)
