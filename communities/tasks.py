"""The jobs of this app."""

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.exports import file_name, write_structure
from communities.models import Community
from haina.accounts import audit
from haina.accounts.permissions import Section
from haina.jobs import files
from haina.jobs.models import Job, JobRefused
from haina.jobs.queue import Heartbeat, runs
from haina.lib.rows import one_moment

EXPORT_STRUCTURE = "communities.export_structure"


@runs(EXPORT_STRUCTURE, label=gettext_lazy("导出楼层结构"), need=Section.COMMUNITIES.view)
def export_structure(job: Job, beat: Heartbeat) -> None:
    with files.workplace() as folder:
        path = folder / "structure.xlsx"
        with one_moment():  # the names of the levels and the nodes below them
            community = community_of(job)
            beat.at(_("正在写入楼层结构"))
            rows = write_structure(path, community)
        beat.at(_("正在保存文件"))
        with path.open("rb") as content, transaction.atomic():
            now = timezone.now()
            output = files.keep(job.account, File(content), name=file_name(community), now=now)
            audit.record("structure.exported", [community], by=job.actor, at=now)
            job.finish({"rows": rows}, now=now, output=output)


def community_of(job: Job) -> Community:
    community = Community.objects.within(job.scope).filter(pk=job.payload["community"]).first()
    if community is None or not job.rights.cover(Section.COMMUNITIES.view):
        raise JobRefused(_("小区已被删除，或您已没有查看权限。"))
    return community
