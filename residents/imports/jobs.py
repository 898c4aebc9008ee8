"""The jobs of an import: read and plan, carry the plan out, take it back. Whatever the Import row
tells is written together with the end of its job, so both or neither stand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Community
from haina.accounts.permissions import Section
from haina.jobs import files
from haina.jobs.models import Job, JobRefused, LeaseLost, StoredFile
from haina.jobs.queue import Heartbeat, runs
from haina.lib.rows import uncollected
from residents.imports import errors, run
from residents.imports.plan import Plan
from residents.imports.run import Decision, Refusal
from residents.imports.service import APPLY, IMPORT, UNDO, NotApplied, NotPlanned
from residents.imports.sheet import Sheet
from residents.imports.undo import take_back
from residents.job_facts import about_imports
from residents.models import Import

PAGE = "residents:import_job"  # leads to the page of the import
UNDECIDED = (Import.State.READING, Import.State.PLANNED)
ERRORS_KEPT = timedelta(days=7)
# What a job writes: a file name or an upload may have been erased meanwhile.
DECIDED = ["state", "policy", "good_rows_only", "code", "message", "decided_at", "errors"]
PLANNED = ["counts", "problems", "notes", "preview", "digest"]
OUTCOME = [*DECIDED, *PLANNED, "created_ids", "changed_ids", "node_ids"]


@runs(
    IMPORT,
    label=gettext_lazy("批量导入住户"),
    page=PAGE,
    need=Section.RESIDENTS.manage,
    about=about_imports,
)
def read_import(job: Job, beat: Heartbeat) -> None:
    """Read the file and make the plan; apply it at once if it overwrites nothing."""

    def settle(imported: Import, sheet: Sheet, faults: Path | None) -> None:
        plan, tree = run.plan_for(sheet, imported.community)
        run.refuse_without_good_rows(plan)
        if Decision().settles(plan):
            beat.at(_("正在写入"), sheet.rows)
            run.carry_out(imported, plan, tree, Decision(), by=job.actor, now=timezone.now())
        else:
            run.show(imported, plan)
        finish(job, imported, faults)

    read_and(settle, job, beat)


@runs(
    APPLY,
    label=gettext_lazy("批量导入住户"),
    page=PAGE,
    need=Section.RESIDENTS.manage,
    about=about_imports,
)
def apply_import(job: Job, beat: Heartbeat) -> None:
    """Plan again and carry it out, if that is still the plan that was shown."""
    decision = Decision(job.payload["policy"], job.payload["good_rows_only"])

    def settle(imported: Import, sheet: Sheet, faults: Path | None) -> None:
        plan, tree = run.plan_for(sheet, imported.community)
        refuse_if_decided(imported)
        run.refuse_without_good_rows(plan)
        if is_as_shown(plan, imported) and decision.settles(plan):
            beat.at(_("正在写入"), sheet.rows)
            run.carry_out(imported, plan, tree, decision, by=job.actor, now=timezone.now())
        else:
            run.show(imported, plan)
            imported.notes = [_("小区的数据在确认前有变化，请核对后重新确认。"), *imported.notes]
        finish(job, imported, faults)

    read_and(settle, job, beat)


@runs(
    UNDO,
    label=gettext_lazy("撤销导入"),
    page=PAGE,
    need=Section.RESIDENTS.manage,
    about=about_imports,
)
def undo_import(job: Job, beat: Heartbeat) -> None:
    """Take the import back, as far as nobody has changed what it did."""
    beat.at(_("正在撤销"))
    imported = import_of(job, nothing=_("没有撤销任何内容。"))
    with transaction.atomic():
        now = timezone.now()
        if not take_back(imported, by=job.actor, now=now):
            raise JobRefused(str(NotApplied()))
        job.finish({"import": imported.pk}, now=now)


def read_and(settle: Callable, job: Job, beat: Heartbeat) -> None:
    """Read the file and let `settle` do the rest in one transaction. A Refusal by either ends both
    the job and the import."""
    imported = import_of(job, nothing=_("没有导入任何内容。"))
    if imported.upload is None:
        raise JobRefused(_("上传的文件已过期，请重新上传。没有导入任何内容。"))
    faults = None
    with files.local_copy(imported.upload) as path, uncollected():
        try:
            sheet = run.read(path, imported.community, beat.at)
            faults = written_errors(sheet, imported.community, path.parent)
            with transaction.atomic():
                settle(imported, sheet, faults)
        except Refusal as refusal:
            refuse(job, imported, refusal, faults)


def import_of(job: Job, *, nothing: str) -> Import:
    imports = Import.objects.within(job.scope)
    imported = imports.filter(pk=job.payload["import"]).select_related("community", "upload")
    found = imported.first()
    if found is None or not job.rights.write_every_field:
        raise JobRefused(_("小区已被删除，或您已没有导入权限。") + nothing)
    return found


def written_errors(sheet: Sheet, community: Community, folder: Path) -> Path | None:
    """Before anything is locked: many bad rows take a while."""
    if not sheet.bad:
        return None
    path = folder / "errors.xlsx"
    errors.write_errors(path, sheet, community)
    return path


def refuse_if_decided(imported: Import) -> None:
    """Under the community's lock, in which every decision is carried out."""
    state = Import.objects.select_for_update().values_list("state", flat=True).get(pk=imported.pk)
    if state != Import.State.PLANNED:
        raise JobRefused(str(NotPlanned()))


def is_as_shown(plan: Plan, imported: Import) -> bool:
    return imported.digest is not None and bytes(imported.digest) == plan.digest


def finish(job: Job, imported: Import, faults: Path | None) -> None:
    """The last step of the transaction. The row becomes what was worked out for it."""
    if not has_upload(imported):
        raise JobRefused(_("上传的文件已被删除，没有导入任何内容。请重新上传。"))
    now = timezone.now()
    keep_errors(imported, faults, now=now)
    imported.save(update_fields=OUTCOME)
    job.finish({"import": imported.pk, "state": imported.state}, now=now)


def has_upload(imported: Import) -> bool:
    """Is the file still there? Whoever erases somebody's data erases uploads. It stays until the
    transaction ends."""
    uploads = StoredFile.objects.select_for_update(no_key=True)
    return uploads.filter(pk=imported.upload_id).exists()


def keep_errors(imported: Import, faults: Path | None, *, now: datetime) -> None:
    if faults is None:
        return
    hours = ERRORS_KEPT // timedelta(hours=1)
    community = imported.community
    with faults.open("rb") as content:
        name = errors.file_name(community)
        imported.errors = files.keep(
            community.account, File(content), name=name, now=now, hours=hours
        )


@transaction.atomic
def refuse(job: Job, imported: Import, refusal: Refusal, faults: Path | None) -> None:
    if not job.mine().select_for_update().exists():
        raise LeaseLost
    now = timezone.now()
    undecided = Import.objects.select_for_update().filter(pk=imported.pk, state__in=UNDECIDED)
    if undecided.exists():
        run.refuse(imported, refusal)
        keep_errors(imported, faults if has_upload(imported) else None, now=now)
        imported.save(update_fields=OUTCOME)
    told = {"import": imported.pk}
    job.end(Job.State.FAILED, now=now, message=refusal.message, result=told)
