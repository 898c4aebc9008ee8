"""Residents and employees. Whoever sees values masked has searches by them counted and noted, as in
the lists; that is not done while they type."""

from collections.abc import Callable

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.accounts.permissions import Section
from haina.accounts.privacy import TooManySearches
from haina.accounts.scope import ScopedQuerySet
from haina.lib.phones import is_phone_search
from haina.lib.sealed import SEALED, seal
from haina.search.asked import Asked, Found, Hit
from residents import privacy as privacy_of_residents
from residents.id_numbers import is_id_search
from residents.models import Resident, ResidentQuerySet
from residents.tables import described
from staff import privacy as privacy_of_staff
from staff.models import Employee

LATER = gettext_lazy("按回车键后再按手机号或证件号搜索。")


def residents(asked: Asked) -> Found | None:
    """By name and phone as in the list, or by a whole ID number; by nothing that is hidden."""
    hidden = asked.rights.hidden_fields
    if not asked.sees(Section.RESIDENTS) or hidden >= {"name", "phone", "id_number"}:
        return None
    everybody, privacy = Resident.objects.within(asked.scope), privacy_of_residents
    if by_id_number := "id_number" not in hidden and is_id_search(asked.text):
        found, note = everybody.with_id_number(asked.text), privacy.note_id_number_search
    else:
        # Four digits are in no name, and without names an index finds them.
        skipped = hidden | {"name"} if is_phone_search(asked.text) else hidden
        found, note = everybody.matching(asked.text, hidden=skipped), privacy.note_phone_search
    is_noted = privacy.is_noted(asked.text, rights=asked.rights)
    if refusal := refusal_of(asked, found, note, is_noted=is_noted):
        return Found(_("住户"), note=refusal)
    # By community first: in the order of pks alone everybody of all accounts would be read.
    shown = found.for_list().select_related("room", "community").order_by("community", "-pk")
    hits = [
        Hit(
            described(each, rights=asked.rights),
            asked.url("residents:show", each.pk),
            each.community.name,
        )
        for each in shown[: asked.most]
    ]
    has_list = hits and not (by_id_number or asked.while_typing)
    return Found(_("住户"), hits, in_each_community(asked, found) if has_list else [])


def in_each_community(asked: Asked, found: ResidentQuerySet) -> list[Hit]:
    """The list shows one community: so it is offered for each that has somebody."""
    numbers = found.values_list("community", "community__name").annotate(number=Count("pk"))
    query = {SEALED: seal(asked.text)}
    return [
        Hit(
            _("%(community)s (%(number)d人)") % {"community": name, "number": number},
            asked.url("residents:list", community=pk, **query),
        )
        for pk, name, number in numbers.order_by("-number", "community")[: asked.most]
    ]


def employees(asked: Asked) -> Found | None:
    if not asked.sees(Section.STAFF):
        return None
    found = Employee.objects.within(asked.scope).matching(asked.text)
    is_noted = privacy_of_staff.is_noted(asked.text, rights=asked.rights)
    note = privacy_of_staff.note_phone_search
    if refusal := refusal_of(asked, found, note, is_noted=is_noted):
        return Found(_("员工"), note=refusal)
    hits = [
        Hit(
            each.name,
            asked.url("staff:show", each.pk),
            " ".join(filter(None, [each.position, each.masked_phone])),
        )
        for each in found.for_list()[: asked.most]
    ]
    every = [Hit(_("员工信息"), asked.url("staff:list", **{SEALED: seal(asked.text)}))]
    return Found(_("员工"), hits, every if hits else [])


def refusal_of(asked: Asked, found: ScopedQuerySet, note: Callable, *, is_noted: bool) -> str:
    """Why nobody is searched for now; "" once the search is noted, or need not be."""
    if not is_noted:
        return ""
    if asked.while_typing:
        return str(LATER)
    try:
        note(asked.text, found, rights=asked.rights, by=asked.by, now=asked.now)
    except TooManySearches as refusal:
        return str(refusal)
    return ""
