"""The jobs of this app."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities import tree
from communities.exports import file_name, write_structure
from communities.forms import RangeForm
from communities.job_facts import about
from communities.models import BuildingNode, Community
from communities.numbering import Path
from communities.ranges import Batch
from haina.accounts import audit
from haina.accounts.permissions import Section
from haina.jobs import files
from haina.jobs.exports import finished
from haina.jobs.models import Job, JobRefused
from haina.jobs.queue import Heartbeat, runs
from haina.lib.rows import one_moment

EXPORT_STRUCTURE = "communities.export_structure"
ADD_RANGE = "communities.add_range"
TOLD_EVERY = 1000  # paths


@runs(
    EXPORT_STRUCTURE, label=gettext_lazy("导出楼层结构"), need=Section.COMMUNITIES.view, about=about
)
def export_structure(job: Job, beat: Heartbeat) -> None:
    with files.workplace() as folder:
        path = folder / "structure.xlsx"
        with one_moment():  # the names of the levels and the nodes below them
            community = community_of(job)
            beat.at(_("正在写入楼层结构"))
            rows = write_structure(path, community)
        with finished(job, beat, path, name=file_name(community), rows=rows) as now:
            audit.record("structure.exported", [community], by=job.actor, at=now)


def community_of(job: Job) -> Community:
    community = Community.objects.within(job.scope).filter(pk=job.payload["community"]).first()
    if community is None or not job.rights.cover(Section.COMMUNITIES.view):
        raise JobRefused(_("小区已被删除，或您已没有查看权限。"))
    return community


@runs(
    ADD_RANGE,
    label=gettext_lazy("批量添加"),
    page="communities:range_job",
    need=Section.COMMUNITIES.manage,
    about=about,
)
def add_range(job: Job, beat: Heartbeat) -> None:
    parent, batch = asked_for(job)
    with transaction.atomic():
        now = timezone.now()
        try:
            paths = told(batch, beat)
            made = tree.sow(parent.community, parent.pk, paths, by=job.actor, now=now)
        except tree.TreeRefused as refusal:
            raise JobRefused(str(refusal)) from None
        beat.at(_("正在保存"))
        job.finish({"made": made}, now=now)


def asked_for(job: Job) -> tuple[BuildingNode, Batch]:
    """The node, and what goes below it if that is still what was previewed."""
    nodes = BuildingNode.objects.within(job.scope).select_related("community")
    parent = nodes.filter(pk=job.payload["node"]).first()
    if parent is None:
        raise JobRefused(_("该节点已被删除，没有添加任何内容。"))
    form = RangeForm(job.payload["typed"], names=parent.community.levels[parent.level :])
    if not form.is_valid() or form.batch.digest != job.payload["confirmed"]:
        raise JobRefused(_("楼栋结构已被修改，没有添加任何内容。请重新预览后再添加。"))
    return parent, form.batch


def told(batch: Batch, beat: Heartbeat) -> Iterator[Path]:
    """The paths of a batch, counted for whoever waits."""
    total = batch.counts[-1]
    for number, path in enumerate(batch.paths()):
        if number % TOLD_EVERY == 0:
            beat.at(_("正在准备"), number, total)
        yield path
    beat.at(_("正在写入"), total, total)
