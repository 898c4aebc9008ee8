"""The jobs of an import: read and plan, carry the plan out, take it back. Whatever the Import row
tells is written together with the end of its job, so both or neither stand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.imports import errors, job_facts, run
from haina.imports.importer import Importer
from haina.imports.models import Import
from haina.imports.plan import Plan
from haina.imports.refusals import Refusal
from haina.imports.run import Decision
from haina.imports.service import APPLY, READ, UNDO, NotApplied, NotPlanned
from haina.imports.sheet import Sheet
from haina.imports.undo import take_back
from haina.jobs import files
from haina.jobs.models import Job, JobRefused, LeaseLost, StoredFile
from haina.jobs.queue import Heartbeat, runs
from haina.lib.rows import uncollected

UNDECIDED = (Import.State.READING, Import.State.PLANNED)
ERRORS_KEPT = timedelta(days=7)
# What a job writes: a file name or an upload may have been erased meanwhile.
DECIDED = ["state", "policy", "good_rows_only", "code", "message", "decided_at", "errors"]
PLANNED = ["counts", "problems", "notes", "preview", "digest"]
OUTCOME = [*DECIDED, *PLANNED, "created_ids", "changed_ids", "node_ids"]


Settle = Callable[[Import, Sheet, Path | None], None]


def register(importer: Importer) -> None:
    """Have workers do the jobs of an app's imports. Called when its tasks are loaded."""
    kind = importer.model.KIND
    told = {
        "page": f"{importer.namespace}:import_job",  # leads to the page of the import
        "need": importer.section.manage,
        "about": partial(job_facts.about_imports, importer),
    }
    for act, work, label in (
        (READ, read_import, importer.label),
        (APPLY, apply_import, importer.label),
        (UNDO, undo_import, gettext_lazy("撤销导入")),
    ):
        runs(kind + act, label=label, **told)(partial(work, importer))


def read_import(importer: Importer, job: Job, beat: Heartbeat) -> None:
    """Read the file and make the plan; apply it at once if it overwrites nothing."""

    def settle(imported: Import, sheet: Sheet, faults: Path | None) -> None:
        plan, ground = run.plan_for(importer, imported, sheet)
        run.refuse_without_good_rows(plan)
        if Decision().settles(plan):
            beat.at(_("正在写入"), sheet.rows)
            told = {"by": job.actor, "now": timezone.now()}
            run.carry_out(importer, imported, plan, ground, Decision(), **told)
        else:
            run.show(imported, plan)
        finish(importer, job, imported, faults)

    read_and(settle, importer, job, beat)


def apply_import(importer: Importer, job: Job, beat: Heartbeat) -> None:
    """Plan again and carry it out, if that is still the plan that was shown."""
    decision = Decision(job.payload["policy"], job.payload["good_rows_only"])

    def settle(imported: Import, sheet: Sheet, faults: Path | None) -> None:
        plan, ground = run.plan_for(importer, imported, sheet)
        refuse_if_decided(imported)
        run.refuse_without_good_rows(plan)
        if is_as_shown(plan, imported) and decision.settles(plan):
            beat.at(_("正在写入"), sheet.rows)
            told = {"by": job.actor, "now": timezone.now()}
            run.carry_out(importer, imported, plan, ground, decision, **told)
        else:
            run.show(imported, plan)
            imported.notes = [str(importer.words.changed_meanwhile), *imported.notes]
        finish(importer, job, imported, faults)

    read_and(settle, importer, job, beat)


def undo_import(importer: Importer, job: Job, beat: Heartbeat) -> None:
    """Take the import back, as far as nobody has changed what it did."""
    beat.at(_("正在撤销"))
    imported = import_of(importer, job, nothing=_("没有撤销任何内容。"))
    with transaction.atomic():
        now = timezone.now()
        if not take_back(importer, imported, by=job.actor, now=now):
            raise JobRefused(str(NotApplied()))
        job.finish({"import": imported.pk}, now=now)


def read_and(settle: Settle, importer: Importer, job: Job, beat: Heartbeat) -> None:
    """Read the file and let `settle` do the rest in one transaction. A Refusal by either ends both
    the job and the import."""
    imported = import_of(importer, job, nothing=_("没有导入任何内容。"))
    if imported.upload is None:
        raise JobRefused(_("上传的文件已过期，请重新上传。没有导入任何内容。"))
    faults = None
    with files.local_copy(imported.upload) as path, uncollected():
        try:
            sheet = run.read(path, importer.contract(imported.target), beat.at)
            faults = written_errors(importer, imported, sheet, path.parent)
            with transaction.atomic():
                settle(imported, sheet, faults)
        except Refusal as refusal:
            refuse(importer, job, imported, refusal, faults)


def import_of(importer: Importer, job: Job, *, nothing: str) -> Import:
    model = importer.model
    imports = model.objects.within(job.scope).select_related(model.TARGET, "upload")
    found = imports.filter(pk=job.payload["import"]).first()
    if found is None or not importer.may_import(job.rights, job.scope):
        raise JobRefused(str(importer.words.gone) + nothing)
    return found


def written_errors(importer: Importer, imported: Import, sheet: Sheet, folder: Path) -> Path | None:
    """Before anything is locked: many bad rows take a while."""
    if not sheet.bad:
        return None
    path, columns = folder / "errors.xlsx", importer.columns(imported.target)
    errors.write_errors(path, sheet, title=importer.title, columns=columns)
    return path


def refuse_if_decided(imported: Import) -> None:
    """Under the importer's lock, in which every decision is carried out."""
    imports = type(imported).objects.select_for_update()
    if imports.values_list("state", flat=True).get(pk=imported.pk) != Import.State.PLANNED:
        raise JobRefused(str(NotPlanned()))


def is_as_shown(plan: Plan, imported: Import) -> bool:
    return imported.digest is not None and bytes(imported.digest) == plan.digest


def finish(importer: Importer, job: Job, imported: Import, faults: Path | None) -> None:
    """The last step of the transaction. The row becomes what was worked out for it."""
    if not has_upload(imported):
        raise JobRefused(_("上传的文件已被删除，没有导入任何内容。请重新上传。"))
    now = timezone.now()
    keep_errors(importer, imported, faults, now=now)
    imported.save(update_fields=OUTCOME)
    job.finish({"import": imported.pk, "state": imported.state}, now=now)


def has_upload(imported: Import) -> bool:
    """Is the file still there? Whoever erases somebody's data erases uploads. It stays until the
    transaction ends."""
    uploads = StoredFile.objects.select_for_update(no_key=True)
    return uploads.filter(pk=imported.upload_id).exists()


def keep_errors(
    importer: Importer, imported: Import, faults: Path | None, *, now: datetime
) -> None:
    if faults is None:
        return
    hours, name = ERRORS_KEPT // timedelta(hours=1), importer.errors_name(imported.target)
    with faults.open("rb") as content:
        imported.errors = files.keep(
            imported.account, File(content), name=name, now=now, hours=hours
        )


@transaction.atomic
def refuse(
    importer: Importer, job: Job, imported: Import, refusal: Refusal, faults: Path | None
) -> None:
    if not job.mine().select_for_update().exists():
        raise LeaseLost
    now = timezone.now()
    imports = type(imported).objects.select_for_update()
    if imports.filter(pk=imported.pk, state__in=UNDECIDED).exists():
        run.refuse(imported, refusal)
        kept = faults if has_upload(imported) else None
        keep_errors(importer, imported, kept, now=now)
        imported.save(update_fields=OUTCOME)
    told = {"import": imported.pk}
    job.end(Job.State.FAILED, now=now, message=refusal.message, result=told)
