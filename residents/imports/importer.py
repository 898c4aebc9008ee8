"""What residents say of their imports."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import BuildingNode, Community
from communities.refusals import CommunityGone, TreeRefused
from communities.tree import lock, refuse_too_many
from communities.whole_tree import Tree
from haina.accounts import audit
from haina.accounts.permissions import Rights, Section
from haina.accounts.scope import Scope
from haina.imports.entries import OnFile
from haina.imports.importer import Importer, Left, Words, Written
from haina.imports.models import ImportQuerySet
from haina.imports.plan import Plan
from haina.imports.refusals import Refusal
from haina.imports.sheet import Sheet
from haina.lib.faults import passing
from haina.lib.requests import number
from haina.sheets.writer import Group
from residents.imports.apply import apply_plan, on_file, rooms_of
from residents.imports.contract import ResidentContract
from residents.imports.template import TITLE, layout_columns, workbook_name
from residents.imports.undo import undo_nodes, undo_residents
from residents.models import Import, RemovedResident, Resident
from residents.places import list_url
from residents.tables import described

REASONS = {  # why an undone import left something as it was
    "changed": gettext_lazy("导入之后有人修改过，保持原样。"),
    "deleted": gettext_lazy("导入之后被删除，仍在回收站里，保持原样。"),
    "renamed": gettext_lazy("导入之后改过名称或位置，没有删除。"),
    "inhabited": gettext_lazy("里面有住户或下级，没有删除。"),
}


class ResidentImporter(Importer):
    """Residents are imported into a community, and its missing rooms with them."""

    model, section, namespace = Import, Section.RESIDENTS, "residents"
    label, title = gettext_lazy("批量导入住户"), TITLE
    words = Words(
        people=gettext_lazy("住户"),
        fact=gettext_lazy("身份"),
        place=gettext_lazy("住址"),
        nodes=gettext_lazy("楼栋节点"),
        nothing_changed=gettext_lazy("没有新增或更新住户，也没有新建楼栋房间，因此不需要撤销。"),
        gone=gettext_lazy("小区已被删除，或您已没有导入权限。"),
        changed_meanwhile=gettext_lazy("小区的数据在确认前有变化，请核对后重新确认。"),
        need=gettext_lazy("确认导入需要住户全部字段的管理权限。"),
    )

    def may_import(self, rights: Rights, scope: Scope) -> bool:
        """An import writes all six fields, so it needs the right to manage each of them."""
        return rights.write_every_field

    def contract(self, target: Community) -> ResidentContract:
        return ResidentContract(target.levels, target.name)

    def columns(self, target: Community) -> list[Group]:
        return layout_columns(target)

    def errors_name(self, target: Community) -> str:
        return workbook_name(f"{target.name}需要修改的")

    def lock(self, imported: Import) -> None:
        try:
            lock(imported.community)
        except CommunityGone:
            raise community_gone() from None

    def ground(self, imported: Import, sheet: Sheet) -> Tree:
        """The tree, to which reach() adds the missing nodes in memory."""
        try:
            tree = Tree(imported.community)
        except CommunityGone:
            raise community_gone() from None
        if self.contract(imported.community).layout != sheet.contract.layout:
            message = _("读取期间小区的楼栋结构被修改。请重新下载模板后再导入。")
            raise Refusal("levels_changed", message)
        return tree

    def on_file(self, ground: Tree) -> Iterator[OnFile]:
        return on_file(ground)

    def reach(self, plan: Plan, ground: Tree) -> None:
        for path in rooms_of(plan):
            ground.reach(path)
        plan.nodes = len(ground.new)
        try:
            refuse_too_many(ground.community, plan.nodes)
        except TreeRefused as refused:
            raise Refusal("structure", str(refused)) from None

    def apply(
        self,
        plan: Plan,
        ground: Tree,
        imported: Import,
        *,
        policy: str,
        by: audit.Actor,
        now: datetime,
    ) -> Written:
        return apply_plan(plan, ground, imported, policy=policy, by=by, now=now)

    def undo(self, imported: Import, *, by: audit.Actor, now: datetime) -> list[dict]:
        left = undo_residents(imported, by=by, now=now)
        passing("import.residents_undone")
        return left + undo_nodes(imported, by=by, now=now)

    def list_url(self, request, imported: Import | None = None) -> str:
        of = {"community": imported.community_id} if imported else {}
        return list_url(request, **of)

    def found_url(self, request, imported: Import) -> str:
        of = {"community": imported.community_id, "import": imported.pk}
        return list_url(request, **of)

    def dialog_url(self, request, imported: Import) -> str:
        query = {"community": imported.community_id}
        return reverse("residents:import", args=[request.account.slug], query=query)

    def narrow(self, request, imports: ImportQuerySet) -> tuple[ImportQuerySet, dict]:
        communities = Community.objects.within(request.scope)
        chosen = None
        if asked := request.GET.get("community"):
            chosen = get_object_or_404(communities, pk=number(asked))
            imports = imports.filter(community=chosen)
        return imports, {"communities": communities.for_list(), "chosen": chosen}

    def left(self, request, not_undone: Sequence[dict]) -> list[Left]:
        pks = [each["resident"] for each in not_undone if "resident" in each]
        residents = {}
        for model in (RemovedResident, Resident):
            residents |= model.objects.within(request.scope).for_list().in_bulk(pks)
        nodes = BuildingNode.objects.within(request.scope)
        nodes = nodes.in_bulk([each["node"] for each in not_undone if "node" in each])
        return [line_of(request, each, residents, nodes) for each in not_undone]


def line_of(request, each: dict, residents: dict, nodes: dict) -> Left:
    resident, node = residents.get(each.get("resident")), nodes.get(each.get("node"))
    what, url = "", ""
    if resident:
        what = described(resident, rights=request.rights)
    elif node and "address" not in request.rights.hidden_fields:
        what = node.address
    if isinstance(resident, Resident):
        url = reverse("residents:show", args=[request.account.slug, resident.pk])
    return Left(what, url, str(REASONS.get(each["why"], "")))


def community_gone() -> Refusal:
    return Refusal("no_community", _("读取期间小区被删除，没有导入任何内容。"))


IMPORTER = ResidentImporter()
