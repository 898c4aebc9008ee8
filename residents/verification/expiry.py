"""Leases of term tenants. Somebody whose lease is over is 已到期: known in WeChat as before, but no
verified resident. A day is one of the installation's time zone.

`work` may run twice, late, or beside itself: each community is one transaction under its lock, and
what is done is not due any more. That a lease was prolonged counts at once (residents/leases.py).
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from communities.models import Community
from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.accounts.scope import Scope
from haina.lib import faults
from haina.lib.locks import Lock, hold
from residents.models import Notice, Resident, Rules
from residents.signals import leases_end_soon
from residents.verification.notices import Lease, tell_of_leases

MODEL = Resident._meta.label_lower
Verification = Resident.Verification
STAGES = (7, 30)  # days before the end, the last one first
SOON = timedelta(days=max(STAGES))


def work(account: ServiceAccount, *, now: datetime) -> int:
    """Expire what is over in an account and tell of what ends soon; how many are expired."""
    scope, today = Scope.whole(account), timezone.localdate(now)
    by, expired = audit.Actor.nightly(account), 0
    for community in Community.objects.within(scope).filter(of_interest(today)).order_by("pk"):
        with transaction.atomic():
            hold(Lock.COMMUNITY, community.pk)
            expired += expire(community, today, by=by, now=now)
            tell_of_what_ends(community, today, now=now)
        faults.passing("leases.community")
    return expired


def of_interest(today: date) -> Q:
    """Communities in which a lease is over and not noted, or ends soon."""
    tenants = Resident.objects.filter(community=OuterRef("pk"))
    ending = tenants.filter(lease_ends_on__range=(today, today + SOON))
    return Q(Exists(over(tenants, today))) | Q(Exists(ending))


def over(residents, today: date):
    return residents.filter(lease_ends_on__lt=today).exclude(verification=Verification.EXPIRED)


def expire(community: Community, today: date, *, by: audit.Actor, now: datetime) -> int:
    residents = over(Resident.objects.filter(community=community), today)
    pks = list(residents.order_by("pk").select_for_update().values_list("pk", flat=True))
    if not pks:
        return 0
    audit.explain("resident.expired", by=by)
    expired = Resident.objects.filter(pk__in=pks)
    expired.update(verification=Verification.EXPIRED, updated_at=now)
    audit.record_ids("resident.expired", MODEL, pks, by=by, at=now, account_id=community.account_id)
    faults.passing("leases.expired")
    known = needed_of(expired.filter(binding__isnull=False))
    tell_of_leases([Lease(each, Notice.Kind.LEASE_OVER) for each in known], now=now)
    return len(pks)


def needed_of(residents):
    """ID numbers stay encrypted: nobody is told them."""
    return residents.select_related("room", "community", "binding").defer("id_number")


def tell_of_what_ends(community: Community, today: date, *, now: datetime) -> None:
    """Verified residents of their own lease; reviewers, where they want to know, of everybody's."""
    ending = Resident.objects.filter(community=community)
    tenants = needed_of(ending.filter(lease_ends_on__range=(today, today + SOON)))
    leases = [Lease(each, Notice.Kind.LEASE_SOON, stage_of(each, today)) for each in tenants]
    theirs = [each for each in leases if is_verified(each.resident)]
    tell_of_leases(theirs, now=now)
    if leases and Rules.objects.of(community).tells_of_leases:
        leases_end_soon.send(Resident, community=community, leases=leases, now=now)


def stage_of(resident: Resident, today: date) -> str:
    left = (resident.lease_ends_on - today).days
    return str(next(stage for stage in STAGES if left <= stage))


def is_verified(resident: Resident) -> bool:
    return resident.verification == Verification.VERIFIED and hasattr(resident, "binding")
