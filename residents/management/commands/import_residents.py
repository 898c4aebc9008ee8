from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.management.community import add_community, community_of
from communities.models import Community
from haina.accounts.audit import Actor
from haina.accounts.permissions import Section
from haina.imports import run
from haina.imports.plan import Plan
from haina.imports.refusals import Refusal
from haina.lib.commands import AnsweringCommand, Refused
from residents.imports.importer import IMPORTER
from residents.management.asker import add_asker, asker_of
from residents.models import Import


class Command(AnsweringCommand):
    help = "Import a workbook of residents into a community: all that was decided on, or nothing."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        add_community(parser)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--policy", default="", choices=Import.Policy.values)
        parser.add_argument("--good-rows-only", action="store_true")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        add_asker(parser)

    def answer(self, *, community, file, policy, good_rows_only, dry_run, asker, **options):
        nothing = told(Import(state=Import.State.REFUSED, code="no_file"), [])
        found = community_of(community, **nothing)
        by = importer_of(asker, found, nothing)
        if not file.is_file():
            raise Refused(f"there is no file {file}", **nothing)
        imported = Import(
            community=found,
            asked_by_id=by.administrator_id,
            actor=by.label,
            file_name=file.name[-200:],
        )
        decision = run.Decision(policy, good_rows_only)
        problems = import_file(imported, file, decision, by=by, keep=not dry_run)
        answer = told(imported, problems) | ({"dry_run": True} if dry_run else {})
        if answer["state"] != "applied":
            places = [f"{p.sheet} {p.column}{p.row} {p.message}" for p in problems]
            raise Refused("\n".join([answer["message"], *places]), **answer)
        return answer

    def told(self, answer):
        done = (
            f"Created {answer['created']}, updated {answer['updated']},"
            f" unchanged {answer['unchanged']}; new nodes: {answer['nodes_created']}."
        )
        if answer["skipped"]:
            done = f"{done} Skipped: {answer['skipped']}."
        for note in answer["notes"]:
            self.stderr.write(note)
        return done


def importer_of(asker: str | None, community: Community, nothing: dict) -> Actor:
    """Whoever acts: an administrator only with the rights that the console asks for."""
    rights, by = asker_of(asker, community, Section.RESIDENTS.manage, **nothing)
    if not rights.write_every_field:
        message = f"{asker} may not manage every field of the residents of {community.pk}"
        raise Refused(message, **nothing | {"code": "not_allowed"})
    return by


def import_file(imported: Import, file: Path, decision: run.Decision, *, by: Actor, keep: bool):
    """Import and leave a row of it, or roll everything back; all problems of the file."""
    try:
        sheet = run.read(file, IMPORTER.contract(imported.community), lambda phase, count: None)
        with transaction.atomic():
            imported.save()
            plan, ground = run.plan_for(IMPORTER, imported, sheet)
            run.refuse_without_good_rows(plan)
            if not decision.settles(plan):
                raise undecided(plan, decision)
            told = {"by": by, "now": timezone.now()}
            run.carry_out(IMPORTER, imported, plan, ground, decision, **told)
            imported.save()
            transaction.set_rollback(not keep)
        return plan.sheet.problems
    except Refusal as refusal:
        imported.pk = None
        run.refuse(imported, refusal)
        if keep and refusal.code != "no_community":
            imported.save()
        return refusal.problems


def undecided(plan: Plan, decision: run.Decision) -> Refusal:
    """What the console would ask for; at the command line it is an option that is missing."""
    if plan.sheet.problem_count and not decision.good_rows_only:
        message = run.problems_message(plan)
        return Refusal("problems", message, plan.sheet.problems, plan.counts)
    message = _(
        "有 %d 位住户与已有资料不同，没有导入任何内容。请加上 --policy skip (跳过)、"
        "fill (补全空白) 或 overwrite (覆盖)。"
    )
    return Refusal("planned", message % plan.counts["differs"], counts=plan.counts)


def told(imported: Import, problems: list) -> dict:
    """What the JSON object holds, whatever came of the import."""
    counts = imported.counts
    waiting = imported.code in ("problems", "planned")
    return {
        "state": imported.code if waiting else imported.state,
        "code": imported.code,
        "message": imported.message,
        "created": counts.get("created", 0),
        "updated": counts.get("updated", 0),
        "unchanged": counts.get("unchanged", 0) if imported.state == "applied" else 0,
        "skipped": counts.get("skipped", 0),
        "nodes_created": counts.get("nodes_created", 0),
        "problems": [
            {
                "sheet": problem.sheet,
                "row": problem.row,
                "column": problem.column,
                "code": problem.code,
                "message": problem.message,
            }
            for problem in problems
        ],
        "problem_count": counts.get("problems", 0),
        "notes": imported.notes,
    }
