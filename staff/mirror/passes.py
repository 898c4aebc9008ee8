"""A pass brings an account's staff and its corp together: it reads all of WeCom, writes here what
has changed there, brings there what has changed here, and reads again, until both are the same.

Its row of Sync is the queue and says how far it is. A worker may die anywhere: whatever it has done
is written down one by one, and the next one goes on from the step that was under way. Where a
deletion would be large, or with a corp for the first time, the plan is put before somebody first.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from haina.accounts import audit
from haina.lib import faults
from haina.lib.history import BY_ITSELF
from haina.lib.leases import LeaseLost
from haina.lib.locks import Lock, alone, hold
from haina.wechat.corp.account import CorpAccount, corp_account
from haina.wechat.errors import Busy, WeChatRefused
from haina.wechat.models import Corp
from staff.mirror import here, reading, store
from staff.mirror.asking import fresh
from staff.mirror.faults import UNFIT_TREE, UNSETTLED
from staff.mirror.plan import digest
from staff.mirror.push import push
from staff.models import Department, Employee, Removal, Sync
from staff.refusals import DepartmentRefused

SOON, LATER = timedelta(minutes=1), timedelta(hours=1)
LONGEST = 6  # doublings of SOON that come to LATER
MOST_ROUNDS = 3  # of writing and checking; what differs then is told
MOST_PASSES = 3  # of a worker at once; the sweep finds what is left

Phase = Sync.Phase


def waiting() -> list[QuerySet]:
    """What is to be brought to WeCom, of all accounts."""
    return [
        Employee.objects.filter(to_push=True, push_fault=None),
        Department.objects.filter(to_push=True, push_fault=None),
        Removal.objects.filter(push_fault=None),
    ]


def waits(account_id: int) -> bool:
    return any(rows.filter(account=account_id).exists() for rows in waiting())


def accounts_waiting() -> set[int]:
    accounts = [rows.order_by().values_list("account", flat=True).distinct() for rows in waiting()]
    return {pk for each in accounts for pk in each}


def due(*, now: datetime) -> list[int]:
    """Accounts with something to do whose turn it is."""
    connected = set(Corp.objects.values_list("account", flat=True))
    syncs = {sync.account_id: sync for sync in Sync.objects.filter(account__in=connected)}
    wait = accounts_waiting() & connected
    return sorted(
        pk
        for pk in connected
        if (is_due(syncs[pk], pk in wait, now=now) if pk in syncs else pk in wait)
    )


def is_due(sync: Sync, has_changes: bool, *, now: datetime) -> bool:
    """A plan waits for somebody, and so does whoever dropped one; what was refused for its time."""
    if sync.phase == Phase.OVER:
        return has_changes or sync.asked_again_at is not None
    if sync.phase == Phase.PLANNED or sync.phase == Phase.STOPPED and sync.fault is None:
        return False
    return sync.fault is None or sync.leased_until is None or sync.leased_until <= now


def work(account_id: int) -> None:
    """Bring to its end what is due, unless another worker does."""
    corp = Corp.objects.filter(account=account_id).select_related("account").first()
    if corp is None:
        return
    with alone(Lock.MIRROR, corp.pk) as is_alone:
        for _pass in range(MOST_PASSES):
            sync = take(corp, now=timezone.now()) if is_alone else None
            if sync is None:
                return
            run(sync, corp)


@transaction.atomic
def take(corp: Corp, *, now: datetime) -> Sync | None:
    """The pass that is due, under a lease. Whoever had one before is dead, or has lost its lock.
    None of a corp that was cut off meanwhile, whatever waits for the next one."""
    if Corp.objects.select_for_update(no_key=True).filter(pk=corp.pk).first() is None:
        return None
    account_id = corp.account_id
    sync = Sync.objects.select_for_update().filter(account=account_id).first()
    has_changes = waits(account_id)
    if sync is None and has_changes:
        sync = Sync.objects.create(account_id=account_id, **fresh(now=now))
    if sync is None or not is_due(sync, has_changes, now=now):
        return None
    begun = {"leased_until": now + Sync.LEASE, "fault": None, "fault_detail": ""}
    if not sync.is_running:
        is_thorough = sync.phase == Phase.STOPPED or sync.asked_again_at is not None
        begun = fresh(now=now, thorough=is_thorough) | begun
    if sync.phase == Phase.READING:
        begun["asked_again_at"] = None
    for name, value in begun.items():
        setattr(sync, name, value)
    sync.save()
    return sync


def run(sync: Sync, corp: Corp) -> None:
    wecom = corp_account(corp)
    try:
        while sync.phase in STEPS:
            STEPS[sync.phase](sync, corp, wecom)
    except LeaseLost:
        return
    except Busy as refusal:
        tries = sync.counts.get("tries", 0)
        counts = sync.counts | {"tries": tries + 1}
        rest(sync, refusal, wait=min(SOON * 2 ** min(tries, LONGEST), LATER), counts=counts)
    except WeChatRefused as refusal:
        rest(sync, refusal, wait=LATER, phase=Phase.STOPPED)
    except DepartmentRefused:
        rest(sync, WeChatRefused(UNFIT_TREE), wait=LATER, phase=Phase.STOPPED)


def rest(sync: Sync, refusal: WeChatRefused, *, wait: timedelta, **values) -> None:
    """The next call would fare no better: later it may."""
    told = {"fault": refusal.code, "fault_detail": refusal.detail[:100]}
    sync.mine().update(**told, leased_until=timezone.now() + wait, **values)


def read(sync: Sync, corp: Corp, wecom: CorpAccount) -> None:
    """Read WeCom, and make our side of it. In the end nothing is left to be brought there."""
    is_check = sync.phase == Phase.CHECKING
    odd = reading.odd_ones(wecom, here.told(corp)) if is_check else []
    there = reading.read(wecom, with_names=sync.thorough)
    faults.passing("mirror.read")
    with transaction.atomic():
        hold(Lock.STAFF, corp.account_id)
        plan = here.make_plan(corp, there)
        stakes = plan.stakes(is_first=sync.ended_at is None and not is_check)
        if stakes and digest(stakes) != here.opened(sync.confirmed):
            sync.note(phase=Phase.PLANNED, plan=stakes, digest=digest(stakes))
            return
        now = timezone.now()
        done = store.write(plan, corp, by=author(sync), now=now)
        store.refuse(odd, UNSETTLED)
        go_on(sync, plan.removals, done, now=now)
    faults.passing("mirror.written")


def author(sync: Sync) -> audit.Actor:
    return audit.Actor(sync.asked_by or BY_ITSELF, account_id=sync.account_id)


def go_on(sync: Sync, removals, done: dict[str, int], *, now: datetime) -> None:
    """Write if there is something to write, else the pass is over."""
    counts = {**sync.counts, "tries": 0}
    for name, number in done.items():
        counts[name] = counts.get(name, 0) + number
    turn = counts.get("round", 0)
    if turn >= MOST_ROUNDS:
        settle(sync.account_id, since=parse_datetime(counts["written_at"]))
    if turn >= MOST_ROUNDS or not waits(sync.account_id):
        over = {"plan": {}, "digest": None, "confirmed": None, "ended_at": now}
        sync.note(phase=Phase.OVER, counts=counts, **over)
        return
    employees = Employee.objects.filter(account=sync.account_id, to_push=True, push_fault=None)
    counts |= {"round": turn + 1, "written_at": now.isoformat(), "sent": 0}
    counts["to_send"] = employees.count() + len(removals)
    sync.note(phase=Phase.WRITING, plan={"removals": list(removals)}, counts=counts)


def settle(account_id: int, *, since: datetime) -> None:
    """WeCom takes these and shows something else: whoever was not changed meanwhile has failed, and
    no department that was added meanwhile."""
    told = {"to_push": False, "push_fault": UNSETTLED}
    open_ones = Q(account=account_id, to_push=True, push_fault=None)
    Employee.objects.filter(open_ones, updated_at__lt=since).update(**told)
    Department.objects.filter(open_ones, wecom_id__isnull=False).update(**told)


def write(sync: Sync, corp: Corp, wecom: CorpAccount) -> None:
    """Bring there what has changed here, one by one."""
    push(sync, corp, wecom)
    sync.note(phase=Phase.CHECKING)


STEPS: dict[str, Callable[[Sync, Corp, CorpAccount], None]] = {
    Phase.READING: read,
    Phase.WRITING: write,
    Phase.CHECKING: read,
}
