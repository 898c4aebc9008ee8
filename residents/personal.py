"""All that is held about one person: found over all their rooms, told, and erased, as the Personal
Information Protection Law asks (articles 45 and 47)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from followers.services import forget_names
from haina.accounts import audit
from haina.accounts.scope import Scope
from haina.jobs.files import discard
from haina.jobs.models import Job
from haina.lib.locks import Lock, hold
from haina.lib.masking import mask_phone
from residents.bound import bound_to_nobody_else
from residents.history import forget
from residents.models import Import, Person, RemovedResident, Resident, VerificationApplication
from residents.verification import notices
from residents.verification.matching import plain

MODEL = Resident._meta.label_lower
ResidentEvent = Resident.pgh_event_model
EXPORT = "residents.export"


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


@transaction.atomic
def erase(
    person: Person,
    pks: Collection[int],
    *,
    scope: Scope,
    by: audit.Actor,
    now: datetime,
    reason: str,
) -> list[int]:
    """Remove the chosen rows for good: from the list, the recycle bin and the row history, and the
    files that may hold them; also what is noted of them as followers. The trail keeps the numbers
    and the reason. What was erased."""
    chosen = [each for each in held_of(person, scope) if each.pk in pks]
    communities = sorted({each.person.community_id for each in chosen})
    for community in communities:
        hold(Lock.COMMUNITY, community)
    numbers = sorted(each.pk for each in chosen)
    if not numbers:
        return []

    audit.explain("resident.erased", by=by)
    forget_names(scope.account_id, bound_to_nobody_else(numbers))
    submitted = [each.pk for each in applications_of(chosen, scope)]
    VerificationApplication.objects.within(scope).filter(pk__in=submitted).delete()
    notices.forget(numbers)
    Resident.objects.within(scope).filter(pk__in=numbers).delete()
    RemovedResident.objects.within(scope).filter(pk__in=numbers).delete()
    forget(numbers)
    forget_files(communities, chosen, scope=scope, now=now)
    audit.record_ids(
        "resident.erased",
        MODEL,
        numbers,
        by=by,
        at=now,
        account_id=scope.account_id,
        reason=reason,
    )
    return numbers


def forget_files(
    communities: Sequence[int], chosen: Sequence[Held], *, scope: Scope, now: datetime
) -> None:
    """Uploads, previews and exports live for a day, error workbooks for a week, and only opening
    them would tell whom they hold: all of them go, and what imports say of their sheets."""
    imports = Import.objects.filter(community__in=communities)
    planned = imports.filter(state=Import.State.PLANNED)
    planned.update(state=Import.State.DROPPED, decided_at=now)
    imports.update(preview="", notes=[], problems=[])
    for name in {each.person.name for each in chosen}:
        imports.filter(file_name__contains=name).update(file_name="")

    jobs = Job.objects.filter(account=scope.account_id, kind__startswith="residents.")
    for pk in jobs.exclude(state__in=Job.OVER).filter(kind=EXPORT).values_list("pk", flat=True):
        jobs.cancel(pk, now=now)
    of_jobs = jobs.values_list("upload", "output")
    of_imports = imports.values_list("upload", "errors")
    discard(set(chain.from_iterable(chain(of_jobs, of_imports))) - {None})
