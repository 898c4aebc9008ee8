"""What people, the night and WeCom's hints ask of the mirror. It answers to them with a pass
(passes.py)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from haina.accounts import audit
from haina.lib.locks import Lock, hold
from staff import services
from staff.bells import ring
from staff.models import Department, Employee, Removal, Sync

Phase = Sync.Phase


def fresh(*, by: str = "", now: datetime, thorough: bool = True) -> dict:
    """A pass that begins. A thorough one reads names too, a call for each department."""
    nothing = dict.fromkeys(["asked_again_at", "leased_until", "fault", "digest", "confirmed"])
    begun = {"phase": Phase.READING, "began_at": now, "asked_by": by, "thorough": thorough}
    return begun | nothing | {"fault_detail": "", "counts": {}, "plan": {}}


@transaction.atomic
def ask(account_id: int, *, by: audit.Actor | None = None, now: datetime) -> None:
    """Begin a pass, or another one after the one that runs; a plan that waits is made anew.
    Whatever WeCom had refused is tried once more."""
    hold(Lock.STAFF, account_id)
    try_again(account_id)
    new = fresh(by=by.label if by else "", now=now)
    begun = Sync.objects.get_or_create(account_id=account_id, defaults=new)[1]
    syncs = Sync.objects.filter(account=account_id)
    if not begun and not syncs.exclude(phase__in=Sync.RUNNING).update(**new):
        syncs.update(asked_again_at=now)
        syncs.filter(fault__isnull=False).update(fault=None, fault_detail="", leased_until=None)
    if by:
        record("sync.asked", account_id, by=by, now=now)
    ring(account_id)


@transaction.atomic
def hint(account_id: int, *, now: datetime) -> None:
    """Something may have changed in WeCom. However many hints come, one pass follows them."""
    begun = Sync.objects.get_or_create(account_id=account_id, defaults=fresh(now=now))[1]
    if not begun:
        Sync.objects.filter(account=account_id).update(asked_again_at=now)
    ring(account_id)


def try_again(account_id: int) -> int:
    """Let everything that WeCom had refused be pushed once more; how many these are. Called under
    Lock.STAFF, as pushing locks rows in another order."""
    again = {"push_fault": None, "push_detail": ""}
    refused = Q(account=account_id, push_fault__isnull=False)
    employees = services.try_again(Employee.objects.filter(refused))
    departments = Department.objects.filter(refused).update(**again, to_push=True)
    return employees + departments + Removal.objects.filter(refused).update(**again)


@transaction.atomic
def confirm(account_id: int, agreed: str, *, by: audit.Actor, now: datetime) -> bool:
    """Agree to exactly this plan, named by its digest. False if there is another one by now. The
    pass reads WeCom once more; should its plan differ then, it waits to be confirmed anew."""
    sync = Sync.objects.select_for_update().filter(account=account_id).first()
    if sync is None or sync.phase != Phase.PLANNED or bytes(sync.digest).hex() != agreed:
        return False
    sync.phase, sync.confirmed, sync.leased_until = Phase.READING, sync.digest, None
    sync.asked_by = by.label
    sync.save()
    record("sync.confirmed", account_id, by=by, now=now)
    ring(account_id)
    return True


@transaction.atomic
def retry(account_id: int, *, by: audit.Actor, now: datetime) -> int:
    """Everything that WeCom has refused, once more; how many these are."""
    hold(Lock.STAFF, account_id)
    number = try_again(account_id)
    record("sync.retried", account_id, by=by, now=now)
    ring(account_id)
    return number


@transaction.atomic
def drop(account_id: int, *, by: audit.Actor, now: datetime) -> bool:
    """Leave both sides as they are, until somebody asks again or the night comes."""
    planned = Sync.objects.filter(account=account_id, phase=Phase.PLANNED)
    if not planned.update(phase=Phase.STOPPED, plan={}, digest=None):
        return False
    record("sync.dropped", account_id, by=by, now=now)
    return True


def record(action: str, account_id: int, *, by: audit.Actor, now: datetime) -> None:
    rows = list(Sync.objects.filter(account=account_id))
    audit.record(action, rows, by=by, at=now, account_id=account_id)
