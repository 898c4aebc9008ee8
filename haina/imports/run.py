"""The whole of an import, for its jobs and for the command line: read, plan, then apply or show.

What came of it is written into the Import row, in the transaction of the work and of whatever
`finish` does; the caller gets the plan. A Refusal leaves nothing written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from haina.accounts import audit
from haina.imports.contract import Contract
from haina.imports.entries import Problem
from haina.imports.importer import Importer
from haina.imports.models import Import
from haina.imports.plan import Plan, make_plan
from haina.imports.preview import preview_of
from haina.imports.refusals import Refusal
from haina.imports.rows import HeaderRefused, read_sheet
from haina.imports.sheet import Sheet
from haina.lib.faults import passing
from haina.sheets import reader

BESIDE = 16  # columns to the right that are looked at, so that a note can tell of them
KEPT_PROBLEMS = 200  # with the import; the command prints more

Tick = Callable[[str, int], None]


@dataclass(frozen=True)
class Decision:
    """What is to become of people on file, and of good rows beside bad ones. Without a policy
    a plan is applied only if it overwrites nothing."""

    policy: str = ""
    good_rows_only: bool = False

    def settles(self, plan: Plan) -> bool:
        if plan.sheet.problem_count and not self.good_rows_only:
            return False
        return bool(self.policy) or not plan.overwrites


def read(path: Path, contract: Contract, tick: Tick) -> Sheet:
    """What the workbook says. Nothing is locked meanwhile. Raises Refusal."""
    width = contract.layout.width + BESIDE
    rows = reader.read(path, width=width, with_csv=contract.with_csv)

    def told(count: int) -> None:
        tick(_("正在读取"), count)

    try:
        sheet = read_sheet(rows, contract, tick=told)
    except reader.Refused as refused:
        raise Refusal(refused.code, refused.message) from None
    except HeaderRefused as refused:
        raise Refusal("header", str(refused), refused.problems) from None
    if sheet.is_empty:
        raise Refusal("no_rows", _("工作表里除了表头没有任何内容。请填写后重新上传。"))
    passing("import.read")
    tick(_("正在核对"), sheet.rows)
    return sheet


def plan_for(importer: Importer, imported: Import, sheet: Sheet) -> tuple[Plan, object]:
    """The plan, and the importer's ground, which carry_out() takes. The importer's lock is held
    from here to the end of the caller's transaction. Raises Refusal."""
    ground = importer.ground(imported, sheet)
    plan = make_plan(sheet, importer.on_file(ground))
    importer.reach(plan, ground)
    passing("import.planned")
    return plan, ground


def refuse_without_good_rows(plan: Plan) -> None:
    if plan.is_empty:
        raise Refusal("problems", problems_message(plan), plan.sheet.problems, plan.counts)


def problems_message(plan: Plan) -> str:
    message = _("共 %d 处需要修改，没有导入任何内容。请按下面的说明修改后重新上传。")
    return message % plan.sheet.problem_count


def carry_out(
    importer: Importer,
    imported: Import,
    plan: Plan,
    ground,
    decision: Decision,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Write the plan, and into the import what was written."""
    policy = decision.policy or Import.Policy.FILL
    written = importer.apply(plan, ground, imported, policy=policy, by=by, now=now)
    tell(imported, plan)
    imported.state, imported.policy = Import.State.APPLIED, policy
    imported.good_rows_only, imported.decided_at = decision.good_rows_only, now
    imported.preview, imported.digest = "", None
    imported.created_ids, imported.changed_ids = written.created, written.updated
    imported.node_ids = written.nodes
    imported.counts |= {
        "created": len(written.created),
        "updated": len(written.updated),
        "skipped": len(plan.changes) - len(written.updated),
        "nodes_created": len(written.nodes),
    }


def show(imported: Import, plan: Plan) -> None:
    """Keep the plan for somebody to decide on."""
    tell(imported, plan)
    imported.state = Import.State.PLANNED
    imported.preview, imported.digest = preview_of(plan), plan.digest


def tell(imported: Import, plan: Plan) -> None:
    imported.counts = plan.counts
    imported.problems = kept(plan.sheet.problems)
    imported.notes = plan.sheet.notes


def refuse(imported: Import, refusal: Refusal) -> None:
    imported.state = Import.State.REFUSED
    imported.code, imported.message = refusal.code, refusal.message
    imported.problems, imported.counts = kept(refusal.problems), refusal.counts
    imported.preview, imported.digest = "", None


def kept(problems: list[Problem]) -> list[dict]:
    return [
        {
            "sheet": problem.sheet,
            "row": problem.row,
            "column": problem.column,
            "code": problem.code,
            "message": problem.message,
        }
        for problem in problems[:KEPT_PROBLEMS]
    ]
