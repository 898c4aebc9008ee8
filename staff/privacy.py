"""Looks at employees' masked phones and searches by them, as haina/accounts/privacy.py has them."""

from datetime import datetime

from haina.accounts import audit, privacy
from haina.accounts.permissions import Rights
from haina.lib.masking import national
from haina.lib.phones import is_phone_search
from staff.models import Employee, EmployeeQuerySet


def note_look(employee: Employee, *, by: audit.Actor, now: datetime) -> None:
    """The phone of one person is shown in full. Raises TooManyLooks."""
    if employee.phone:
        privacy.note_look("employee.revealed", employee, ["phone"], by=by, now=now)


def reveal(employee: Employee, *, by: audit.Actor, now: datetime) -> str:
    """A masked phone in full. Raises TooManyLooks."""
    note_look(employee, by=by, now=now)
    return national(employee.phone)


def note_phone_search(
    text: str, found: EmployeeQuerySet, *, rights: Rights, by: audit.Actor, now: datetime
) -> None:
    """Raises TooManySearches."""
    if not is_noted(text, rights=rights):
        return
    told = {"model": Employee._meta.label_lower, "by": by, "now": now}
    privacy.note_phone_search("employee.searched_by_phone", text, found, **told)


def is_noted(text: str, *, rights: Rights) -> bool:
    """Does a search for this leave an entry in the trail? Who may change phones may read them
    anyway."""
    return is_phone_search(text) and not rights.manage_staff
