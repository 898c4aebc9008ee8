"""What an approval writes: a resident, new or corrected, verified and bound to the follower. What
that overwrites is planned first, so that reviewers see it before."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from haina.accounts import audit
from residents.models import Binding, Resident, VerificationApplication
from residents.services import save
from residents.verification import notices
from residents.verification.matching import Outcome, claim_of, compare

State, Way = VerificationApplication.State, VerificationApplication.Way
# What an approval takes over; a blank never erases.
TAKEN = ("name", "identity", "lease_ends_on", "id_number")


@dataclass(frozen=True)
class Acceptance:
    """What becomes of the record on file: None before for a new resident. `other_follower`: the
    record is bound to another one, who would lose it."""

    resident: Resident | None
    changes: dict[str, tuple[object, object]] = field(default_factory=dict)
    other_follower: bool = False

    @property
    def digest(self) -> str:
        """The same while an approval would do the same."""
        told = [self.resident and self.resident.pk, self.other_follower]
        told += [[name, *map(str, pair)] for name, pair in sorted(self.changes.items())]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def plan(application: VerificationApplication) -> Acceptance:
    """What approving would do now."""
    return plans([application])[application.pk]


def plans(applications: Collection[VerificationApplication]) -> dict[int, Acceptance]:
    """What approving each of them would do now, by their pks."""
    rooms = {each.room_id for each in applications}
    records = Resident.objects.filter(
        room__in=rooms, phone__in={str(a.phone) for a in applications}
    )
    records = records.select_related("binding", "room", "community")
    on_file = {(each.room_id, str(each.phone)): each for each in records}
    return {
        each.pk: planned_for(each, on_file.get((each.room_id, str(each.phone))))
        for each in applications
    }


def planned_for(application: VerificationApplication, resident: Resident | None) -> Acceptance:
    if resident is None:
        return Acceptance(None)
    wanted = {name: getattr(application, name) for name in TAKEN}
    changes = {
        name: (getattr(resident, name), value)
        for name, value in wanted.items()
        if getattr(resident, name) != value and (value or is_lease_over(name, application))
    }
    return Acceptance(resident, changes, is_bound_elsewhere(resident, application))


def is_lease_over(name: str, application: VerificationApplication) -> bool:
    """Only term tenants have the end of a lease."""
    return name == "lease_ends_on" and application.identity != Resident.Identity.TERM_TENANT


def is_bound_elsewhere(resident: Resident, application: VerificationApplication) -> bool:
    binding = getattr(resident, "binding", None)
    return binding is not None and binding.follower_id != application.follower_id


def suits(application: VerificationApplication, *, now: datetime) -> bool:
    """Whether it may pass without the company, as things are now: there is no record of this room
    and phone, or one that agrees, of nobody else in WeChat, whose lease goes on."""
    planned = plan(application)
    if planned.resident is None:
        return True
    on_file = claim_of(planned.resident)
    match = compare(claim_of(application), [(planned.resident.pk, on_file)])
    agrees = match.outcome == Outcome.CONSISTENT
    return agrees and not planned.other_follower and not is_over(planned.resident, now=now)


def is_over(tenant: Resident | VerificationApplication, *, now: datetime) -> bool:
    """Has the lease ended? Then the company must say that it was prolonged."""
    ends_on = tenant.lease_ends_on
    return ends_on is not None and ends_on < timezone.localdate(now)


def accept(
    application: VerificationApplication,
    *,
    way: str,
    label: str = "",
    by: audit.Actor,
    now: datetime,
) -> Resident:
    """Write it, tell the applicant and note who decided; within a transaction that holds the
    community and the application. `label` names the decider where that is not the actor."""
    planned = plan(application)
    audit.explain("application.approved", by=by, application=application.pk)
    if planned.other_follower:
        end_proof(planned.resident, _("该住户已由另一个微信用户完成认证。"), now=now)
    resident = write(application, planned, way=way)
    Binding.objects.update_or_create(
        resident=resident, defaults={"follower": application.follower, "bound_at": now}
    )
    application.resident, application.state = resident, State.APPROVED
    close(application, way=way, label=label, by=by, now=now)
    audit.record(
        "application.approved", [application], by=by, at=now, fields=sorted(planned.changes)
    )
    notices.tell_applicant("approved", application, now=now)
    return resident


def write(application: VerificationApplication, planned: Acceptance, *, way: str) -> Resident:
    """Only the company overwrites; what passes otherwise fills in what was blank."""
    overwrites = way in (Way.CONSOLE, Way.PHONE)
    resident = planned.resident or Resident(
        community=application.community, room=application.room, phone=application.phone
    )
    for name in TAKEN if planned.resident is None else planned.changes:
        if overwrites or not getattr(resident, name):
            setattr(resident, name, getattr(application, name))
    resident.verification = Resident.Verification.VERIFIED
    save(resident)
    return resident


def end_proof(resident: Resident, reason: str, *, now: datetime) -> None:
    """The follower who was the resident is not any more, and is told why."""
    notices.tell_resident("revoked", resident, now, reason=reason, now=now)
    approved = VerificationApplication.objects.filter(resident=resident, state=State.APPROVED)
    approved.update(state=State.REVOKED, reason=reason)
    Binding.objects.filter(resident=resident).delete()


def close(
    application: VerificationApplication,
    *,
    way: str,
    label: str,
    by: audit.Actor,
    now: datetime,
) -> None:
    application.decided_at, application.way = now, way
    application.decided_by = label or ("" if way == Way.AUTO else by.label)
    application.decider_id = by.administrator_id
    application.save()
