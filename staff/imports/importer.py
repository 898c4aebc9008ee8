"""The staff, as the engine of imports asks for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Community
from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.accounts.permissions import Right, Section
from haina.imports.entries import OnFile
from haina.imports.importer import Importer, Left, Words, Written
from haina.imports.plan import Plan
from haina.imports.refusals import Refusal
from haina.imports.sheet import Sheet
from haina.lib.locks import Lock, hold
from haina.sheets.writer import Column
from staff import departments, services
from staff.imports import apply, template, undo
from staff.imports.contract import COMMUNITIES, DEPARTMENTS, StaffContract
from staff.imports.names import Names
from staff.models import Department, Employee, StaffImport
from staff.refusals import CapReached

REASONS = {
    undo.CHANGED: gettext_lazy("导入之后有人修改过，保持原样。"),
    undo.GONE: gettext_lazy("原来的小区或部门已被删除，保持原样。"),
}


@dataclass(frozen=True)
class Ground:
    account: ServiceAccount
    contract: StaffContract


class StaffImporter(Importer):
    model = StaffImport
    section = Section.STAFF
    namespace = "staff"
    label = gettext_lazy("批量导入员工")
    title = template.TITLE
    words = Words(
        people=gettext_lazy("员工"),
        fact=gettext_lazy("所属部门"),
        place=gettext_lazy("服务小区"),
        nothing_changed=gettext_lazy("没有新增或更新员工，因此不需要撤销。"),
        gone=gettext_lazy("导入记录已不存在，或您已没有导入权限。"),
        changed_meanwhile=gettext_lazy("员工信息在确认前有变化，请核对后重新确认。"),
        need=gettext_lazy("确认导入需要员工信息的管理权限，且不限小区。"),
    )

    @property
    def look(self) -> Right:
        """A workbook may be about anybody, so it is for who reaches everybody."""
        return Section.STAFF.view.everywhere

    @property
    def act(self) -> Right:
        return Section.STAFF.manage.everywhere

    def contract(self, target: ServiceAccount) -> StaffContract:
        return contract_of(target)

    def columns(self, target: ServiceAccount) -> list[Column]:
        return template.template_columns(contract_of(target))

    def errors_name(self, target: ServiceAccount) -> str:
        return "需要修改的员工信息.xlsx"

    def lock(self, imported: StaffImport) -> None:
        hold(Lock.STAFF, imported.account_id)

    def ground(self, imported: StaffImport, sheet: Sheet) -> Ground:
        self.lock(imported)
        return Ground(imported.account, contract_of(imported.account))

    def on_file(self, ground: Ground) -> Iterator[OnFile]:
        return apply.on_file(ground.account)

    def reach(self, plan: Plan, ground: Ground) -> None:
        """Refuses what names somebody's department or community that went meanwhile, and what
        would make more people than WeCom lets the company have."""
        people = [*(e.person for e in plan.new), *(c.entry.person for c in plan.changes)]
        for index, names in (
            (COMMUNITIES, ground.contract.communities),
            (DEPARTMENTS, ground.contract.departments),
        ):
            if any(pk not in names.paths for person in people for pk in person[index]):
                message = _("读取期间有小区或部门被删除，没有导入任何内容。请重新上传。")
                raise Refusal("gone", message)
        try:
            services.refuse_past_cap(ground.account, len(plan.new))
        except CapReached as refused:
            message = _("没有导入任何内容。%s") % refused
            raise Refusal("cap", message, plan.sheet.problems, plan.counts) from None

    def apply(
        self,
        plan: Plan,
        ground: Ground,
        imported: StaffImport,
        *,
        policy: str,
        by: audit.Actor,
        now: datetime,
    ) -> Written:
        return apply.apply_plan(plan, imported, policy=policy, by=by, now=now)

    def undo(self, imported: StaffImport, *, by: audit.Actor, now: datetime) -> list[dict]:
        return undo.undo_staff(imported, by=by, now=now)

    def list_url(self, request, imported: StaffImport | None = None) -> str:
        return reverse("staff:list", args=[request.account.slug])

    def dialog_url(self, request, imported: StaffImport) -> str:
        return reverse("staff:import", args=[request.account.slug])

    def left(self, request, not_undone: Sequence[dict]) -> list[Left]:
        staff = Employee.objects.within(request.scope)
        staff = staff.in_bulk([each["employee"] for each in not_undone])
        return [line_of(each, staff.get(each["employee"]), request) for each in not_undone]


def contract_of(account: ServiceAccount) -> StaffContract:
    """With the names of all communities and departments as they are now."""
    communities = Community.objects.filter(account=account).order_by("pk")
    departments.root_of(account)
    return StaffContract(
        Names(_("小区"), ((pk, (name,)) for pk, name in communities.values_list("pk", "name"))),
        Names(_("部门"), ways_of(account)),
    )


def ways_of(account: ServiceAccount) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every department with the names on the way to it, in the order of the tree."""
    way: list[str] = []
    rows = Department.objects.filter(account=account).order_by("lft")
    for pk, name, level in rows.values_list("pk", "name", "level"):
        way = [*way[:level], name]
        yield pk, tuple(way)


def line_of(each: dict, employee: Employee | None, request) -> Left:
    why = str(REASONS.get(each["why"], ""))
    if employee is None:
        return Left("", "", why)
    page = reverse("staff:show", args=[request.account.slug, employee.pk])
    return Left(f"{employee.name} {employee.masked_phone}", page, why)


IMPORTER = StaffImporter()
