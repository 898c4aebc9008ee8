"""The jobs of an import: read and plan, carry the plan out, take it back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.accounts.permissions import Section
from haina.jobs import files
from haina.jobs.models import Job, JobRefused, LeaseLost
from haina.jobs.queue import Heartbeat, runs
from residents.imports.run import APPLIED, Report, import_file
from residents.imports.service import APPLY, IMPORT, UNDO
from residents.models import Import

KEPT_PROBLEMS = 200
PAGE = "residents:import_job"  # leads to the page of the import


@runs(IMPORT, label=gettext_lazy("批量导入住户"), page=PAGE, need=Section.RESIDENTS.manage)
def read_import(job: Job, beat: Heartbeat) -> None:
    """Read the file and make the plan; apply it at once if it overwrites nothing."""
    imported = import_of(job)
    if imported.upload is None:
        raise JobRefused(_("上传的文件已过期，请重新上传。没有导入任何内容。"))

    def finish(report: Report) -> None:
        imported.state, imported.policy = Import.State.APPLIED, Import.Policy.FILL
        imported.counts = counts_of(report)
        imported.save()
        job.finish({"import": imported.pk}, now=timezone.now())

    with files.local_copy(imported.upload) as path:
        report = import_file(
            path,
            imported.community,
            by=job.actor,
            now=timezone.now(),
            tick=beat.at,
            finish=finish,
        )
    if report.state != APPLIED:
        refuse(job, imported, report)


def import_of(job: Job) -> Import:
    imports = Import.objects.within(job.scope).select_related("community", "upload")
    imported = imports.filter(pk=job.payload["import"]).first()
    if imported is None or not job.rights.write_every_field:
        raise JobRefused(_("小区已被删除，或您已没有导入权限。没有导入任何内容。"))
    return imported


@transaction.atomic
def refuse(job: Job, imported: Import, report: Report) -> None:
    """The import and its job say the same, or neither says anything."""
    if not job.mine().select_for_update().exists():
        raise LeaseLost
    imported.state = Import.State.REFUSED
    imported.code, imported.message = report.code, report.message
    imported.problems = report.as_json(most_problems=KEPT_PROBLEMS)["problems"]
    imported.counts = counts_of(report)
    imported.save()
    told = {"import": imported.pk}
    job.end(Job.State.FAILED, now=timezone.now(), message=report.message, result=told)


def counts_of(report: Report) -> dict:
    return {
        "new": report.created,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "nodes": report.nodes_created,
        "nodes_created": report.nodes_created,
        "problems": len(report.problems),
    }


@runs(APPLY, label=gettext_lazy("批量导入住户"), page=PAGE, need=Section.RESIDENTS.manage)
def apply_import(job: Job, beat: Heartbeat) -> None:
    raise JobRefused(_("该导入已不在待确认状态，请刷新页面查看。"))


@runs(UNDO, label=gettext_lazy("撤销导入"), page=PAGE, need=Section.RESIDENTS.manage)
def undo_import(job: Job, beat: Heartbeat) -> None:
    raise JobRefused(_("该导入没有写入数据，或已被撤销，请刷新页面查看。"))
