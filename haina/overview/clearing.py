"""清空演示数据: an account that was opened with made-up data becomes an empty one. That can be done
once, for what is in it afterwards nobody has made up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities import services as communities
from communities.models import BuildingNode, Community
from haina.accounts import audit
from haina.accounts.models import Administrator, ServiceAccount
from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope, ScopedQuerySet
from haina.lib.locks import Lock, hold
from residents import removal
from residents.models import RemovedResident, Resident, VerificationApplication
from staff import departments
from staff import services as staff
from staff.models import Department, Employee, StaffImport


class NotCleared(Exception):
    """Why it cannot be, as a sentence."""


@dataclass(frozen=True)
class Part:
    """Something that goes, and how much of it there is."""

    label: str
    rows: Callable[[Scope], ScopedQuerySet]

    def number(self, scope: Scope) -> int:
        return self.rows(scope).count()


def employees(scope: Scope) -> ScopedQuerySet:
    """Whoever is in WeCom belongs to the connection, which stays."""
    return Employee.objects.within(scope).filter(userid="")


def departments_below_the_company(scope: Scope) -> ScopedQuerySet:
    return Department.objects.within(scope).filter(parent__isnull=False, wecom_id=None)


PARTS = (
    Part(gettext_lazy("小区"), lambda scope: Community.objects.within(scope)),
    Part(
        gettext_lazy("楼栋和房间"),
        lambda scope: BuildingNode.objects.within(scope).filter(level__gt=0),
    ),
    Part(gettext_lazy("住户"), lambda scope: Resident.objects.within(scope)),
    Part(gettext_lazy("回收站中的住户"), lambda scope: RemovedResident.objects.within(scope)),
    Part(
        gettext_lazy("认证申请"),
        lambda scope: VerificationApplication.objects.within(scope).submitted(),
    ),
    Part(gettext_lazy("员工"), employees),
    Part(gettext_lazy("部门"), departments_below_the_company),
)


def what_goes(account: ServiceAccount) -> list[tuple[str, int]]:
    scope = Scope.whole(account)
    return [(part.label, part.number(scope)) for part in PARTS]


def refuse(account: ServiceAccount, rights: Rights) -> None:
    """Raises NotCleared where clear() would, or where somebody may not ask for it."""
    if not rights.everything:
        raise NotCleared(_("只有创建者和系统管理员可以清空演示数据。"))
    if not account.is_demo:
        raise NotCleared(_("这个服务号里没有演示数据，不能清空。"))
    limited = Administrator.objects.filter(account=account, deactivated_at=None)
    limited = limited.exclude(role=Administrator.Role.CREATOR).filter(communities__isnull=False)
    if bound := limited.select_related("user").order_by("pk").first():
        raise NotCleared(
            _(
                "管理员“%s”只负责其中的小区，清空后会看到全部小区。请先停用该管理员，或取消其小区限制。"
            )
            % bound.user.name
        )


@transaction.atomic
def clear(account: ServiceAccount, rights: Rights, *, by: audit.Actor, now: datetime) -> None:
    """Empty the account of communities with all that is in them, and of staff. Administrators,
    connections and what is mirrored by them stay. Raises NotCleared, and then nothing is gone."""
    scope = Scope.whole(account)
    hold(Lock.ACCOUNT, account.pk)
    account.refresh_from_db()
    refuse(account, rights)
    found = list(Community.objects.within(scope).order_by("pk"))
    for community in found:
        hold(Lock.COMMUNITY, community.pk)
    hold(Lock.STAFF, account.pk)

    for community in found:
        close(community, by=by, now=now)
    dismiss_staff(account, scope, by=by, now=now)
    ServiceAccount.objects.filter(pk=account.pk).update(is_demo=False)
    audit.record("account.demo_cleared", [account], by=by, at=now, account_id=account.pk)


def close(community: Community, *, by: audit.Actor, now: datetime) -> None:
    """With its residents, of whom the row history keeps no names."""
    living = community.residents.order_by("pk").values_list("pk", flat=True)
    removal.remove(community, list(living), by=by, now=now)
    communities.close(community, by=by, now=now)


def dismiss_staff(account: ServiceAccount, scope: Scope, *, by: audit.Actor, now: datetime) -> None:
    going = list(employees(scope).order_by("pk").values_list("pk", flat=True))
    staff.remove(account, going, within=scope, by=by, now=now)
    StaffImport.objects.within(scope).delete()
    for department in departments_below_the_company(scope).order_by("-level", "pk"):
        if is_empty(department, scope):
            departments.delete(account, department.pk, by=by, now=now)


def is_empty(department: Department, scope: Scope) -> bool:
    """Whoever came from WeCom stays, and the departments on the way there with them."""
    people = Employee.objects.within(scope).in_any([department.pk])
    return not (people.exists() or Department.objects.within(scope).filter(parent=department.pk))
