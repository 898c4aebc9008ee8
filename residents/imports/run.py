"""The whole of an import, for the job and for the command line: read, plan, apply, report."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Community
from communities.tree import CommunityGone, Tree
from haina.accounts import audit
from haina.sheets import reader
from residents.imports.apply import apply_plan, known_in
from residents.imports.columns import Layout
from residents.imports.plan import Plan, make_plan
from residents.imports.rows import HeaderRefused, Problem, Sheet, read_sheet

APPLIED, REFUSED, PROBLEMS = "applied", "refused", "problems"
BESIDE = (
    16  # columns to the right that are looked at, so that no added one is passed over in silence
)


@dataclass
class Report:
    """How an import ended. Unless `state` is applied, nothing was written."""

    state: str
    code: str = ""
    message: str = ""
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    nodes_created: int = 0
    problems: list[Problem] = field(default_factory=list)

    def as_json(self, *, most_problems: int | None = None) -> dict:
        told = asdict(self)
        told["problems"] = told["problems"][:most_problems]
        return told | {"problem_count": len(self.problems)}


def import_file(
    path: Path,
    community: Community,
    *,
    by: audit.Actor,
    now: datetime,
    tick: Callable[[str, int], None] = lambda phase, count: None,
    finish: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Import a workbook into a community: all of it, or nothing.

    `tick(phase, rows)` is told how far it is and may raise to stop it. `finish` is called inside
    the transaction of an import that is applied.
    """
    levels = list(community.levels)
    try:
        sheet = read(path, community, tick)
    except reader.Refused as refused:
        return Report(REFUSED, refused.code, refused.message)
    except HeaderRefused as refused:
        return Report(REFUSED, "header", str(refused), problems=refused.problems)
    if sheet.is_empty:
        message = _("工作表里除了表头没有任何内容。请填写后重新上传。")
        return Report(REFUSED, "no_rows", message)
    tick(_("正在核对"), len(sheet.entries))
    with transaction.atomic():
        try:
            tree = Tree(community)
        except CommunityGone:
            return Report(REFUSED, "no_community", _("读取期间小区被删除，没有导入任何内容。"))
        if community.levels != levels:
            message = _("读取期间小区的楼栋结构被修改。请重新下载模板后再导入。")
            return Report(REFUSED, "levels_changed", message)
        plan = make_plan(sheet, known=known_in(tree))
        if plan.problems:
            return report_problems(plan)
        tick(_("正在写入"), len(sheet.entries))
        report = report_applied(plan, apply_plan(plan, tree, by=by, now=now))
        finish(report)
    return report


def read(path: Path, community: Community, tick) -> Sheet:
    layout = Layout.of(community.levels)
    rows = reader.read(path, width=layout.width + BESIDE)
    return read_sheet(
        rows,
        layout=layout,
        community=community.name,
        tick=lambda count: tick(_("正在读取"), count),
    )


def report_problems(plan: Plan) -> Report:
    message = _("共 %d 处需要修改，没有导入任何内容。请按下面的说明修改后重新上传。")
    return Report(PROBLEMS, "problems", message % len(plan.problems), problems=plan.problems)


def report_applied(plan: Plan, nodes_created: int) -> Report:
    return Report(
        APPLIED,
        created=len(plan.new),
        updated=len(plan.changed),
        unchanged=plan.unchanged,
        nodes_created=nodes_created,
    )
