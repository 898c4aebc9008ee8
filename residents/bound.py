"""What followers are told of the residents they are bound to: by the viewer's rights and scope."""

from collections.abc import Collection
from datetime import datetime

from followers.names import Binds, Viewer
from haina.accounts.audit import Actor
from haina.accounts.permissions import Rights, Section
from haina.lib.phones import LAST_FOUR
from residents import privacy
from residents.models import Binding, Resident

SHOWN = frozenset({"name", "phone"})


def may_be_seen(rights: Rights) -> bool:
    return rights.cover(Section.RESIDENTS.view)


def bindings(viewer: Viewer):
    return Binding.objects.within(viewer.scope)


def names(followers: Collection[int], viewer: Viewer) -> dict[int, str]:
    """张国良(156*****08), less what is hidden. Who is several residents is named as the
    last of them."""
    if viewer.rights.hidden_fields >= SHOWN:
        return {}
    rows = bindings(viewer).filter(follower__in=followers).select_related("resident")
    rows = rows.only("follower", "resident__name", "resident__phone").order_by("bound_at", "pk")
    return {row.follower_id: called(row.resident, viewer.rights) for row in rows}


def called(resident: Resident, rights: Rights) -> str:
    name = "" if "name" in rights.hidden_fields else resident.name
    phone = "" if "phone" in rights.hidden_fields else resident.masked_phone
    return f"{name}({phone})" if name and phone else name or phone


def found(text: str, viewer: Viewer):
    """By part of the name or the phone's last four digits."""
    residents = Resident.objects.within(viewer.scope)
    hidden = viewer.rights.hidden_fields
    if not LAST_FOUR.fullmatch(text):
        hidden |= {"phone"}
    return bindings(viewer).filter(resident__in=residents.matching(text, hidden=hidden))


def refusal(text: str, viewer: Viewer, by: Actor, now: datetime) -> str:
    """A search by phone counts here as it does in the list of residents."""
    if not LAST_FOUR.fullmatch(text):
        return ""
    residents = Resident.objects.within(viewer.scope).filter(binding__isnull=False)
    residents = residents.matching(text, hidden=viewer.rights.hidden_fields)
    try:
        privacy.note_phone_search(text, residents, rights=viewer.rights, by=by, now=now)
    except privacy.TooManySearches as refused:
        return str(refused)
    return ""


def bound_to_nobody_else(residents: Collection[int]) -> list[int]:
    """Followers, by their pks, who are these residents and no others."""
    others = Binding.objects.exclude(resident__in=residents).values("follower")
    own = Binding.objects.filter(resident__in=residents).exclude(follower__in=others)
    return sorted(set(own.values_list("follower", flat=True)))


BINDS = Binds(may_be_seen, names, bindings, found, refusal)
