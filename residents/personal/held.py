"""What is held about one person, found over all their rooms."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from haina.accounts.scope import Scope
from haina.lib.masking import mask_phone
from residents.history import ResidentEvent
from residents.models import Person, RemovedResident, Resident, VerificationApplication
from residents.verification.matching import plain

MODEL = Resident._meta.label_lower


@dataclass(frozen=True)
class Held:
    """One number under which something is held of somebody; `person` is the row, or the latest
    event where only the history is left."""

    pk: int
    where: str
    person: Person
    address: str
    is_named_alike: bool

    @property
    def label(self) -> str:
        """In one line, for the choice of what is meant. Masked like everything else."""
        told = (self.person.name, mask_phone(self.person.phone), self.address)
        return " ".join(filter(None, [*told, f"({self.where})"]))


def found(pk: int, scope: Scope) -> Person | None:
    """A resident, in the list or in the recycle bin; the latest event where only the history is
    left, and still tells of somebody."""
    for model in (Resident, RemovedResident):
        rows = model.objects.within(scope).select_related("community")
        if person := rows.filter(pk=pk).first():
            return person
    return next((event for event in latest_events([pk], scope) if event.phone), None)


def number_of(person: Person) -> int:
    """The resident's, of a row as of an event."""
    return getattr(person, "pgh_obj_id", person.pk)


def held_of(person: Person, scope: Scope) -> list[Held]:
    """All rows within the scope that have, or ever had, the person's phone or ID number. Others
    may share a phone, so it is for people to say which of the rows are meant."""
    same = Q(phone_last4=person.phone_last4, phone=person.phone)
    if person.id_number_hash:
        same |= Q(id_number_hash=person.id_number_hash)
    pks = {
        number_of(person),
        *events_within(scope).filter(same).values_list("pgh_obj_id", flat=True),
    }

    rows = Resident.objects.within(scope).filter(Q(pk__in=pks) | same)
    living = list(rows.select_related("room", "community").order_by("pk"))
    rows = RemovedResident.objects.within(scope).filter(Q(pk__in=pks) | same)
    removed = list(rows.select_related("community").order_by("pk"))
    past = latest_events(pks - {row.pk for row in [*living, *removed]}, scope)

    told = {"person": person}
    return [
        *(held(row, _("住户"), row.address, **told) for row in living),
        *(held(row, _("回收站"), row.address, **told) for row in removed),
        *(held(row, _("变更记录"), "", **told) for row in past),
    ]


def held(row, where: str, address: str, *, person: Person) -> Held:
    pk = number_of(row)
    alike = pk == number_of(person) or row.name == person.name
    return Held(pk, where, row, " ".join(filter(None, [row.community.name, address])), alike)


def applications_of(chosen: Collection[Held], scope: Scope) -> list[VerificationApplication]:
    """What they submitted in WeChat: as these residents, or under the name and the phone or ID
    number of one of them."""
    people = [each.person for each in chosen]
    same = Q(resident__in=[each.pk for each in chosen])
    same |= Q(phone__in=[person.phone for person in people])
    same |= Q(id_number_hash__in=[person.id_number_hash for person in people])
    rows = VerificationApplication.objects.within(scope).filter(same).order_by("pk")
    names = {plain(person.name) for person in people}
    pks = {each.pk for each in chosen}
    found = rows.select_related("community", "follower")
    return [each for each in found if became(each, pks) or plain(each.name) in names]


def became(application: VerificationApplication, pks: Collection[int]) -> bool:
    """Is it how one of these was verified? Anybody's may be compared with a record."""
    states = VerificationApplication.State
    was_approved = application.state in (states.APPROVED, states.REVOKED)
    return was_approved and application.resident_id in pks


def events_within(scope: Scope):
    """The row history inside a scope, oldest first. Events are no ScopedQuerySet."""
    events = ResidentEvent.objects.filter(community__account=scope.account_id)
    if scope.community_ids is not None:
        events = events.filter(community__in=scope.community_ids)
    return events.order_by("pgh_id")


def latest_events(pks: Collection[int], scope: Scope) -> list:
    """Of each number that is in no table any more, the last that the history knows. Whoever lives
    outside the scope is not among them."""
    elsewhere = Resident.objects.filter(pk__in=pks).values("pk")
    binned = RemovedResident.objects.filter(pk__in=pks).values("pk")
    events = events_within(scope).filter(pgh_obj_id__in=pks)
    events = events.exclude(pgh_obj_id__in=elsewhere).exclude(pgh_obj_id__in=binned)
    latest = events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return list(latest.select_related("community"))
