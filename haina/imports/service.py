"""What people do with an import: start it, decide on its plan, drop it, take it back.

Each act is checked and stored here, in the request; the work is done by the jobs of
haina/imports/jobs.py, and the Import row tells what came of it:

    READING -> APPLIED, PLANNED or REFUSED      when the first job has read the file
    PLANNED -> APPLIED or DROPPED               by decide() or drop(); a plan that no longer
                                                holds stays PLANNED, with the new preview
    APPLIED -> UNDONE                           by start_undo()

An import whose job was cancelled or broke off stays READING for good; its job says why, and
stages.stage_of() what people are told.
"""

import hashlib
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from haina.accounts import audit
from haina.accounts.models import Administrator
from haina.imports.models import Import
from haina.jobs import files, queue
from haina.jobs.models import Job

LARGE_FILE = 512 * 1024  # bytes; some ten thousand rows, which take a second
MANY_ROWS = 10_000  # as much, where the file is gone
READ, APPLY, UNDO = "", ".apply", ".undo"  # what the kinds of an import's jobs end in


class DecisionRefused(Exception):
    """An act that cannot be, as the import is now; the message says why and what to do."""

    @property
    def message(self) -> str:
        return str(self)


class NotPlanned(DecisionRefused):
    """Somebody decided on the import meanwhile, or it never had a plan."""

    def __str__(self):
        return _("该导入已不在待确认状态，请刷新页面查看。")


class PlanChanged(DecisionRefused):
    """The plan is another one than the page showed."""

    def __str__(self):
        return _("方案已更新，请核对后再确认。")


class ImportGone(DecisionRefused):
    """The import was deleted together with what it was to go into."""

    def __str__(self):
        return _("这次导入没有保留，请重新上传。")


class PlanTooOld(DecisionRefused):
    """The plan is older than Import.PLAN_KEPT."""

    def __str__(self):
        return _("该导入已超过一天没有确认，请重新上传文件。")


class UploadGone(DecisionRefused):
    """The uploaded file has expired."""

    def __str__(self):
        return _("上传的文件已过期，请重新上传。")


class ProblemsLeft(DecisionRefused):
    """Some rows have problems, and nobody said that the others are to be imported without them."""

    def __str__(self):
        return _("部分行有问题。请选择“只导入正确的行”，或按错误表修改后重新上传。")


class NotApplied(DecisionRefused):
    """There is nothing to undo, or somebody undid it already."""

    def __str__(self):
        return _("该导入没有写入数据，或已被撤销，请刷新页面查看。")


@transaction.atomic
def start(imported: Import, file: File, *, by: audit.Actor, now: datetime, once: str) -> Import:
    """Store the upload and put the job that reads it. `imported` is new and knows its target; the
    one that is returned counts. Pressed twice, the button gives the same import and stores no
    second file; another file in the same form is another import. Raises ImportGone."""
    administrators = Administrator.objects.select_for_update(no_key=True)
    administrators.get(pk=by.administrator_id)  # one start at a time of each administrator
    kind, key = imported.KIND + READ, f"{once}:{imported.target_id}:{digest_of(file)}"
    started = Job.objects.filter(asked_by_id=by.administrator_id, kind=kind, key=key).first()
    if started:
        return started_by(started, type(imported))

    hours = max(settings.FILE_HOURS, Import.PLAN_KEPT // timedelta(hours=1))
    upload = files.keep(imported.account, file, name=file.name, now=now, hours=hours)
    imported.asked_by_id, imported.actor = by.administrator_id, by.label
    imported.upload, imported.file_name = upload, upload.name
    imported.save()
    put(READ, imported, {}, by=by, key=key)
    return imported


def started_by(job: Job, model: type[Import]) -> Import:
    imported = model.objects.filter(pk=job.payload["import"]).first()
    if imported is None:
        raise ImportGone
    return imported


@transaction.atomic
def decide(
    imported: Import,
    *,
    policy: str,
    good_rows_only: bool,
    shown: str,
    by: audit.Actor,
    now: datetime,
) -> Job:
    """Carry the plan out: 跳过, 补全空白 or 覆盖. Pressed twice, or by two people, the first
    decision counts, and both get its job. `shown` is token_of() the plan that they saw. Raises
    NotPlanned, PlanTooOld, UploadGone, PlanChanged or ProblemsLeft."""
    imported = locked(imported)
    if running := unfinished(imported, APPLY):
        return running
    refuse_unless_planned(imported, now=now)
    if shown != token_of(imported):
        raise PlanChanged
    if imported.counts["problems"] and not good_rows_only:
        raise ProblemsLeft
    told = {"policy": Import.Policy(policy).value, "good_rows_only": good_rows_only}
    return put(APPLY, imported, told, by=by)


@transaction.atomic
def drop(imported: Import, *, by: audit.Actor, now: datetime) -> None:
    """都不导入: the plan is over and its preview forgotten. Raises NotPlanned."""
    imported = locked(imported)
    if imported.state != Import.State.PLANNED:
        raise NotPlanned
    imported.state, imported.preview, imported.decided_at = Import.State.DROPPED, "", now
    imported.save(update_fields=["state", "preview", "decided_at"])
    audit.record("import.dropped", [imported], by=by, at=now)


@transaction.atomic
def drop_old(model: type[Import], *, now: datetime) -> int:
    """Plans that nobody decided on in time are over, and their previews forgotten; how many. A
    decision that is still being carried out stands."""
    planned = model.objects.filter(state=Import.State.PLANNED)
    old = planned.filter(created_at__lt=now - Import.PLAN_KEPT).select_for_update().order_by("pk")
    pks = list(old.values_list("pk", flat=True))
    idle = model.objects.filter(pk__in=pks).exclude(
        job__state__in=[Job.State.WAITING, Job.State.RUNNING]
    )
    account = idle.account_path
    over = list(idle.select_related(account).order_by(account, "pk"))
    for account, imports in groupby(over, key=lambda imported: imported.account):
        audit.record("import.dropped", list(imports), by=audit.Actor.nightly(account), at=now)
    dropped = model.objects.filter(pk__in=[imported.pk for imported in over])
    return dropped.update(state=Import.State.DROPPED, preview="", decided_at=now)


@transaction.atomic
def start_undo(imported: Import, *, by: audit.Actor, now: datetime) -> Job:
    """Take an applied import back. Pressed twice it gives the same job. Raises NotApplied."""
    imported = locked(imported)
    if running := unfinished(imported, UNDO):
        return running
    if imported.state != Import.State.APPLIED or not imported.has_written:
        raise NotApplied
    return put(UNDO, imported, {}, by=by)


def locked(imported: Import) -> Import:
    """The row as it is now, and nobody else's until the transaction ends. Without its relations:
    joined to it, they would be as they were before somebody else let the row go."""
    return type(imported).objects.select_for_update().get(pk=imported.pk)


def unfinished(imported: Import, act: str) -> Job | None:
    return imported.job if is_job(imported, act) and not imported.job.is_over else None


def is_job(imported: Import, act: str) -> bool:
    """Was its latest job to READ, APPLY or UNDO it?"""
    return imported.job is not None and imported.job.kind == imported.KIND + act


def refuse_unless_planned(imported: Import, *, now: datetime) -> None:
    if imported.state != Import.State.PLANNED:
        raise NotPlanned
    if now - imported.created_at > Import.PLAN_KEPT:
        raise PlanTooOld
    if imported.upload is None or imported.upload.expires_at < now:
        raise UploadGone


def put(act: str, imported: Import, more: dict, *, by: audit.Actor, key: str = "") -> Job:
    """The job becomes the import's latest. Its key follows from the one before it, so that an act
    can be tried again after a job that broke off, and is still done once."""
    key = key or f"{imported.pk}:{imported.job_id or 0}"
    told = {"import": imported.pk} | more
    heavy = is_heavy(imported)
    job = queue.put(imported.KIND + act, told, by=by, key=key, heavy=heavy)
    imported.job = job
    imported.save(update_fields=["job"])
    return job


def is_heavy(imported: Import) -> bool:
    """As its job before, if that is kept; imports at the command line have neither job nor file."""
    if imported.job:
        return imported.job.heavy
    if imported.upload:
        return imported.upload.file.size > LARGE_FILE
    return imported.counts.get("rows", 0) > MANY_ROWS


def kinds_of(model: type[Import]) -> list[str]:
    return [model.KIND + act for act in (READ, APPLY, UNDO)]


def token_of(imported: Import) -> str:
    """By which a page says which plan it shows."""
    return bytes(imported.digest or b"").hex()


def digest_of(file: File) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()[:24]
