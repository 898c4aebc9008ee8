"""Adding, correcting and removing employees. Each act is one transaction with its entry in the
trail; it writes what we want, and the mirror brings that to WeCom."""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import BinaryField, Case, F, Func, Value, When
from django.db.models.functions import Substr

from communities.models import Community
from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.accounts.scope import Scope
from haina.lib.locks import Lock, hold
from haina.lib.meanwhile import changes
from haina.wechat.models import Corp
from staff.bells import ring
from staff.mirror.faults import UNSETTLED
from staff.mirror.state import HALF
from staff.models import Department, Employee, EmployeeQuerySet
from staff.refusals import (
    CapReached,
    ChosenCommunityGone,
    ChosenDepartmentGone,
    EmployeeGone,
    PhoneTaken,
    ServesOthers,
)
from staff.removals import bury

MODEL = Employee._meta.label_lower
# What a person filled in.
WRITTEN = (
    *("community_ids", "name", "gender", "department_ids", "position", "rank"),
    *("phone", "wechat", "address", "invite"),
)
# The part of it that WeCom is told.
PUSHED = frozenset({"name", "gender", "department_ids", "position", "phone", "address"})


def limit_of(account: ServiceAccount) -> int:
    """How many people WeCom lets the account's corp have."""
    limits = Corp.objects.filter(account=account).values_list("user_limit", flat=True)
    return limits.first() or settings.WECOM_USER_LIMIT


def refuse_past_cap(account: ServiceAccount, more: int) -> None:
    """Raises CapReached. Asked under Lock.STAFF, so that two cannot both be the last."""
    limit, now = limit_of(account), Employee.objects.filter(account=account).count()
    if more and now + more > limit:
        raise CapReached(limit=limit, now=now, more=more)


@transaction.atomic
def add(account: ServiceAccount, *, by: audit.Actor, now: datetime, **written) -> Employee:
    """A new employee, still to be brought to WeCom. Raises Refused."""
    hold(Lock.STAFF, account.pk)
    refuse_past_cap(account, 1)
    audit.explain("employee.added", by=by)
    employee = Employee(account=account, **written)
    save(employee)
    audit.record("employee.added", [employee], by=by, at=now)
    ring(account.pk)
    return employee


@transaction.atomic
def correct(
    employee: Employee,
    *,
    within: Scope,
    by: audit.Actor,
    now: datetime,
    seen: Mapping[str, str] | None = None,
    **written,
) -> list[str]:
    """Change some of WRITTEN; the names of what really changed. With the marks of what was `seen`
    (haina/lib/meanwhile.py) only what differs from that. Communities outside of the scope stay as
    they are. Raises Refused, and ChangedMeanwhile."""
    hold(Lock.STAFF, employee.account_id)
    row = Employee.objects.within(within).select_for_update().filter(pk=employee.pk).first()
    if row is None:
        raise EmployeeGone
    if seen is not None:
        written = changes(shown_within(row, within), written, seen)
    if "community_ids" in written:
        written["community_ids"] = sorted({*written["community_ids"], *outside(row, within)})
    changed = [name for name in written if getattr(row, name) != written[name]]
    if changed:
        audit.explain("employee.corrected", by=by)
        change(row, {name: written[name] for name in changed})
        audit.record("employee.corrected", [row], by=by, at=now, fields=changed)
        ring(row.account_id)
    return changed


def change(employee: Employee, values: Mapping) -> None:
    for name, value in values.items():
        setattr(employee, name, value)
    if PUSHED.intersection(values):
        employee.to_push, employee.push_fault, employee.push_detail = True, None, ""
    save(employee)


def shown_within(employee: Employee, scope: Scope) -> Employee:
    """As a form shows the employee to somebody with this scope. Not to be saved."""
    shown, elsewhere = copy(employee), outside(employee, scope)
    shown.community_ids = [pk for pk in employee.community_ids if pk not in elsewhere]
    return shown


def outside(employee: Employee, scope: Scope) -> set[int]:
    """The communities of an employee that the scope does not reach."""
    if scope.community_ids is None:
        return set()
    return set(employee.community_ids) - scope.community_ids


def save(employee: Employee) -> None:
    refuse_gone(employee)
    employee.derive()
    try:
        with transaction.atomic():
            employee.save()
    except IntegrityError as error:
        if "employee_phone_once" in str(error):
            raise PhoneTaken from None
        raise


def refuse_gone(employee: Employee) -> None:
    """Departments and communities are held in arrays, so that no foreign key looks after them."""
    account = employee.account_id
    for model, pks, gone in (
        (Department, employee.department_ids, ChosenDepartmentGone),
        (Community, employee.community_ids, ChosenCommunityGone),
    ):
        if model.objects.filter(account=account, pk__in=pks).count() != len(set(pks)):
            raise gone


@transaction.atomic
def remove(
    account: ServiceAccount,
    pks: Sequence[int],
    *,
    within: Scope,
    by: audit.Actor,
    now: datetime,
    action: str = "",
) -> int:
    """Delete employees, in WeCom too if they are there; how many were still here. Raises
    ServesOthers, and then nobody is deleted."""
    action = action or "employee.removed"
    hold(Lock.STAFF, account.pk)
    rows = Employee.objects.within(within).filter(pk__in=pks).order_by("pk")
    going = list(rows.select_for_update())
    if others := sum(bool(outside(each, within)) for each in going):
        raise ServesOthers(others)
    if going:
        audit.explain(action, by=by)
        bury(account, going)
        gone = [each.pk for each in going]
        Employee.objects.filter(pk__in=gone).delete()
        audit.record_ids(action, MODEL, gone, by=by, at=now, account_id=account.pk)
        ring(account.pk)
    return len(going)


@transaction.atomic
def retry(employee: Employee) -> None:
    """Try once more to bring somebody to WeCom."""
    hold(Lock.STAFF, employee.account_id)
    try_again(Employee.objects.filter(pk=employee.pk))
    ring(employee.account_id)


def try_again(refused: EmployeeQuerySet) -> int:
    """Let them be pushed once more; how many these are. Of whom WeCom has taken what it does not
    show, it is told all anew but the name: that may have been changed there."""
    name = Substr("there", 1, HALF, output_field=BinaryField())
    unsettled = Case(When(push_fault=UNSETTLED, then=name), default=F("there"))
    return refused.update(to_push=True, push_fault=None, push_detail="", there=unsettled)


def leave_community(community: Community) -> None:
    """Nobody serves a community that is being deleted."""
    hold(Lock.STAFF, community.account_id)
    left = Func(F("community_ids"), Value(community.pk), function="array_remove")
    Employee.objects.filter(community_ids__contains=[community.pk]).update(community_ids=left)
