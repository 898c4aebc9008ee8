"""The row history of an employee, as haina/lib/history.py has people read it. Phones are masked for
everybody, and of communities nobody is told of those out of their reach."""

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Community
from haina.accounts.scope import Scope
from haina.lib import history
from haina.lib.history import Change, Entry
from haina.lib.masking import mask_phone
from staff.models import Department, Employee

EmployeeEvent = Employee.pgh_event_model

# As the trail names them (haina/trail/labels.py, which stands above this package).
ACTIONS = {
    "employee.added": gettext_lazy("添加员工"),
    "employee.corrected": gettext_lazy("修改员工"),
    "employee.removed": gettext_lazy("删除员工"),
    "employee.imported": gettext_lazy("批量导入员工"),
    "import.undone": gettext_lazy("撤销导入"),
    "employee.pulled": gettext_lazy("从企业微信同步员工"),
    "employee.left": gettext_lazy("员工已从企业微信删除"),
    "employee.merged": gettext_lazy("员工与企业微信成员合并"),
    "community.closed": gettext_lazy("删除小区"),
}
# These write down how somebody is known in WeCom, and nothing that this page shows.
UNTOLD = ("employee.pushed", "corp.reconnected", "corp.cut_off")
LABELS = {
    "community_ids": gettext_lazy("服务小区"),
    "name": gettext_lazy("姓名"),
    "gender": gettext_lazy("性别"),
    "department_ids": gettext_lazy("所属部门"),
    "position": gettext_lazy("职位"),
    "rank": gettext_lazy("职级"),
    "phone": gettext_lazy("手机号"),
    "wechat": gettext_lazy("微信号"),
    "address": gettext_lazy("地址"),
    "invite": gettext_lazy("邀请加入企业微信"),
}
Names = Mapping[str, Mapping[int, str]]  # of communities and departments, by column and pk


def events_of(employee: Employee):
    """The row's history, newest first."""
    told = Q(pgh_context__isnull=True) | ~Q(pgh_context__action__in=UNTOLD)
    return EmployeeEvent.objects.filter(told, pgh_obj_id=employee.pk).order_by("-pgh_id")


def entries(events: Sequence, *, within: Scope, older=None) -> list[Entry]:
    """Events of one row, newest first; `older` is the one before the last of them."""
    names = names_in([*events, *filter(None, [older])], within)

    def changes(event, past) -> list[Change]:
        told_of = [
            Change(str(LABELS[name]), *(told(each, name, names, within) for each in (past, event)))
            for name in history.differing(event, past, LABELS)
        ]
        return [change for change in told_of if change.before != change.after]

    return history.entries(events, older=older, actions=ACTIONS, changes=changes)


def names_in(rows: Sequence, within: Scope) -> Names:
    """The names of all communities and departments that these rows speak of: two queries."""
    found = {}
    for column, model in (("community_ids", Community), ("department_ids", Department)):
        pks = {pk for row in rows for pk in getattr(row, column)}
        named = model.objects.within(within).filter(pk__in=pks)
        found[column] = dict(named.values_list("pk", "name"))
    return found


def told(row, name: str, names: Names, within: Scope) -> str:
    """A value as this page shows it."""
    value = getattr(row, name) if row else ""
    if not value:
        return ""
    if name in names:
        gone = _("已删除") if within.community_ids is None else ""
        return _("、").join(filter(None, (names[name].get(pk, gone) for pk in value)))
    if name == "phone":
        return mask_phone(value)
    if name == "gender":
        return Employee.Gender(value).label
    return _("是") if value is True else str(value)


def told_since(row: Employee, columns: Collection[str], within: Scope) -> dict[str, str]:
    """For each column who changed it last, if the latest events tell, and what it is now."""
    names = names_in([row], within)
    labels = {name: str(LABELS[name]) for name in LABELS if name in columns}
    now = {name: told(row, name, names, within) for name in labels}
    return history.told_since(EmployeeEvent.objects.filter(pgh_obj_id=row.pk), labels, now)
