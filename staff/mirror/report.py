"""What the page of the synchronisation tells: how far it is, what it would do, what has failed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from haina.accounts.scope import Scope
from staff.mirror.faults import sentence
from staff.models import Department, Employee, Removal, Sync

MOST_SHOWN = 50
DELETED = Employee.pgh_event_model.objects.filter(pgh_label="delete")


@dataclass(frozen=True)
class Part:
    """Some of those whom a plan is about, by name, and how many these are in all."""

    label: str
    names: list[str]
    total: int
    warns: bool = False


@dataclass(frozen=True)
class Failure:
    name: str
    sentence: str
    employee: int | None = None


def parts_of(sync: Sync, scope: Scope) -> list[Part]:
    """What a plan would do, on either side."""
    plan = {name: sync.plan.get(name, []) for name in NAMES}
    labels = {
        "delete_here": _("将从本平台删除的员工（已在企业微信中删除）"),
        "delete_there": _("将从企业微信删除的成员（已在本平台删除）"),
        "create_there": _("将在企业微信中创建的成员"),
        "departments_there": _("将在企业微信中创建的部门"),
        "create_here": _("将添加到本平台的员工"),
    }
    return [
        Part(label, NAMES[name](plan[name][:MOST_SHOWN], scope), len(plan[name]), "delete" in name)
        for name, label in labels.items()
        if plan[name]
    ]


def names_here(pks: list[int], scope: Scope) -> list[str]:
    rows = Employee.objects.within(scope).filter(pk__in=pks)
    return list(rows.order_by("name_key", "pk").values_list("name", flat=True))


def names_of_departments(pks: list[int], scope: Scope) -> list[str]:
    rows = Department.objects.within(scope).filter(pk__in=pks)
    return list(rows.order_by("lft").values_list("name", flat=True))


def names_of_deleted(userids: list[str], scope: Scope) -> list[str]:
    """As they were called when they were deleted; whoever has left no history by userid."""
    known = {}
    deleted = DELETED.filter(account=scope.account_id, userid__in=userids).order_by("pgh_id")
    known.update(deleted.values_list("userid", "name"))
    return [known.get(userid, userid) for userid in userids]


def userids(those: list[str], scope: Scope) -> list[str]:
    return those


NAMES = {
    "delete_here": names_here,
    "delete_there": names_of_deleted,
    "create_there": names_here,
    "departments_there": names_of_departments,
    "create_here": userids,
}


def figures_of(sync: Sync) -> list[dict]:
    """What the pass has done so far, without what is nothing."""
    labels = {
        "arrived": _("从企业微信添加"),
        "changed": _("按企业微信更新"),
        "left": _("已在企业微信删除"),
        "created": _("在企业微信创建"),
        "linked": _("按手机号关联"),
        "updated": _("更新到企业微信"),
        "deleted": _("从企业微信删除"),
        "departments": _("同步部门"),
    }
    counts = {label: sync.counts.get(name) for name, label in labels.items()}
    return [{"label": label, "number": number} for label, number in counts.items() if number]


def number_of_failures(scope: Scope) -> int:
    return sum(rows.count() for rows in failed(scope))


def failed(scope: Scope) -> list:
    return [
        model.objects.within(scope).filter(push_fault__isnull=False).order_by("pk")
        for model in (Employee, Department, Removal)
    ]


def failures_of(scope: Scope) -> list[Failure]:
    """The first of whatever WeCom refuses, with the reason and what to do."""
    employees, departments, removals = (list(rows[:MOST_SHOWN]) for rows in failed(scope))
    found = [Failure(each.name, said(each), each.pk) for each in employees]
    found += [Failure(_("部门：%s") % each.name, said(each)) for each in departments]
    names = names_of_deleted([each.userid for each in removals], scope)
    found += [
        Failure(_("待删除：%s") % (name or each.wecom_id), said(each))
        for name, each in zip(names, removals, strict=True)
    ]
    return found[:MOST_SHOWN]


def said(row) -> str:
    return sentence(row.push_fault, row.push_detail)
