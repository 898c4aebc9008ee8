"""Looks at residents' masked values and searches by them, as haina/accounts/privacy.py has
them."""

from collections.abc import Collection
from datetime import datetime

from haina.accounts import audit, privacy
from haina.accounts.permissions import Rights
from haina.accounts.privacy import TooManyLooks, TooManySearches
from haina.accounts.scope import ScopedQuerySet
from haina.lib.masking import national
from haina.lib.phones import is_phone_search
from residents.id_numbers import is_id_search
from residents.models import Person, Resident, VerificationApplication

__all__ = [
    "TooManyLooks",
    "TooManySearches",
    "is_noted",
    "note_id_number_search",
    "note_look",
    "note_phone_search",
    "reveal",
]


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
    if "phone" not in masked_for(rights):
        return
    model = (Resident if issubclass(found.model, Person) else found.model)._meta.label_lower
    told = {"model": model, "by": by, "now": now}
    privacy.note_phone_search("resident.searched_by_phone", text, found, **told)


def note_id_number_search(
    text: str, found: ScopedQuerySet, *, rights: Rights, by: audit.Actor, now: datetime
) -> None:
    """As note_phone_search, and on the same count: whoever guesses at a number is told if it is
    right."""
    if is_id_search(text) and "id_number" in masked_for(rights):
        told = {"model": Resident._meta.label_lower, "by": by, "now": now}
        privacy.note_search("resident.searched_by_id_number", found, ["id_number"], **told)


def is_noted(text: str, *, rights: Rights) -> bool:
    """Does a search for this leave an entry in the trail?"""
    masked = masked_for(rights)
    by_phone, by_id_number = is_phone_search(text), is_id_search(text)
    return ("phone" in masked and by_phone) or ("id_number" in masked and by_id_number)


def masked_for(rights: Rights) -> frozenset[str]:
    """What may be seen, one value at a time, and not changed."""
    return rights.locked_fields - rights.hidden_fields
