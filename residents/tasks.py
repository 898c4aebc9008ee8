"""The jobs of this app: 批量导入 and 导出住户信息."""

from datetime import datetime

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import BuildingNode, Community
from haina.accounts import audit
from haina.accounts.permissions import Section
from haina.jobs import files
from haina.jobs.models import Job, JobRefused
from haina.jobs.queue import Heartbeat, put, runs
from haina.lib.rows import one_moment
from residents.exports import file_name, place_for, write_residents
from residents.imports.run import APPLIED, KEPT_PROBLEMS, Report, import_file

IMPORT, EXPORT = "residents.import", "residents.export"


@runs(
    IMPORT,
    label=gettext_lazy("批量导入住户"),
    page="residents:import_job",
    need=Section.RESIDENTS.manage,
)
def import_residents(job: Job, beat: Heartbeat) -> None:
    community = Community.objects.within(job.scope).filter(pk=job.payload["community"]).first()
    if community is None or not job.rights.write_every_field:
        raise JobRefused(_("小区已被删除，或您已没有导入权限。没有导入任何内容。"))
    if job.upload is None:
        raise JobRefused(_("上传的文件已过期，请重新上传。没有导入任何内容。"))

    def finish(report: Report) -> None:
        job.finish(told(report), now=timezone.now())

    with files.local_copy(job.upload) as path:
        report = import_file(
            path, community, by=job.actor, now=timezone.now(), tick=beat.at, finish=finish
        )
    if report.state != APPLIED:
        raise JobRefused(report.message, told(report))


def told(report: Report) -> dict:
    return report.as_json(most_problems=KEPT_PROBLEMS)


@transaction.atomic
def ask_for_export(
    node: BuildingNode, *, reason: str, once: str, by: audit.Actor, now: datetime
) -> Job:
    """The job that exports a node. The reason stands in the trail only: it may name somebody."""
    job = put(EXPORT, {"node": node.pk}, by=by, key=f"{once}:{node.pk}")
    if job.request_id == by.request_id:  # else the form was sent twice
        audit.record("resident.export_asked", [node], by=by, at=now, reason=reason)
    return job


@runs(EXPORT, label=gettext_lazy("导出住户信息"), need=Section.RESIDENTS.view)
def export_residents(job: Job, beat: Heartbeat) -> None:
    with files.workplace() as folder:
        path = folder / "residents.xlsx"
        with one_moment():
            node = node_of(job)
            beat.at(_("正在写入住户信息"))
            count = write_residents(path, node, rights=job.rights)
        beat.at(_("正在保存文件"))
        with path.open("rb") as content, transaction.atomic():
            now = timezone.now()
            output = files.keep(job.account, File(content), name=file_name(node), now=now)
            reason = audit.reason_given("resident.export_asked", by=job.actor)
            audit.record("resident.exported", [node], by=job.actor, at=now, reason=reason)
            job.finish({"rows": count}, now=now, output=output)


def node_of(job: Job) -> BuildingNode:
    nodes = BuildingNode.objects.within(job.scope).select_related("community")
    node = nodes.filter(pk=job.payload["node"]).first()
    if node is None:
        raise JobRefused(_("所选的楼栋或房间已被删除，请重新选择后导出。"))
    return place_for(node, job.rights)
