"""What the screens say of an import: at which stage it stands, its figures, its plan."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.imports.importer import Words
from haina.imports.models import Import
from haina.imports.service import APPLY, is_job
from haina.jobs.models import BROKE, Job

WORKING, EXPIRED = "working", "expired"
STOPPED, FAILED = "stopped", "failed"  # nothing came of reading the file
IDLE = "idle"  # applied, and changed nothing
NOTHING_CAME = (EXPIRED, STOPPED, FAILED, Import.State.REFUSED, Import.State.DROPPED)

KINDS = {
    "fill": gettext_lazy("补全"),
    "overwrite": gettext_lazy("覆盖"),
    "clear": gettext_lazy("清除"),
}
STAGES = {
    WORKING: gettext_lazy("进行中"),
    EXPIRED: gettext_lazy("已过期"),
    STOPPED: gettext_lazy("已取消"),
    FAILED: gettext_lazy("未导入"),
    IDLE: gettext_lazy("没有变化"),
}


@dataclass(frozen=True)
class Figure:
    label: str
    number: int
    warns: bool = False


def is_working(imported: Import) -> bool:
    return imported.job is not None and not imported.job.is_over


def stage_of(imported: Import, *, now: datetime) -> str:
    """The state, unless a job is at it, or the time of the plan is over, or its job broke off."""
    if is_working(imported):
        return WORKING
    if imported.state == Import.State.PLANNED and is_over(imported, now):
        return EXPIRED
    if imported.state == Import.State.READING:
        cancelled = imported.job and imported.job.state == Job.State.CANCELLED
        return STOPPED if cancelled else FAILED
    if imported.state == Import.State.APPLIED and not imported.has_written:
        return IDLE
    return imported.state


def can_be_undone(imported: Import) -> bool:
    return imported.state == Import.State.APPLIED and imported.has_written


def is_over(imported: Import, now: datetime) -> bool:
    return imported.upload is None or now > imported.kept_until


def has_errors(imported: Import, *, now: datetime) -> bool:
    """Is there still an error workbook?"""
    return imported.errors is not None and imported.errors.expires_at > now


def label_of(imported: Import, stage: str) -> str:
    return STAGES.get(stage) or imported.get_state_display()


def is_planned_again(imported: Import) -> bool:
    """Did somebody decide, and something had changed since the plan was made?"""
    return is_job(imported, APPLY) and imported.job.state == Job.State.DONE


def setback_of(imported: Import) -> str:
    """Why the latest job left an import where it stood, if it did."""
    job = imported.job
    if job is None or job.state not in (Job.State.FAILED, Job.State.CANCELLED):
        return ""
    return job.told or _("已取消，没有写入任何内容。")


@dataclass(frozen=True)
class Ending:
    """Why nothing was imported."""

    heading: str
    text: str


def ending_of(imported: Import, stage: str) -> Ending:
    """For imports that ended without writing anything."""
    nothing = _("没有导入任何内容。")
    if stage == EXPIRED:
        text = _("导入方案只保留一天，现已过期，没有导入任何内容。请重新上传文件。")
        return Ending(_("导入方案已过期"), text)
    if stage == STOPPED:
        return Ending(_("已取消"), nothing + _("需要时请重新上传。"))
    if stage == Import.State.DROPPED:
        return Ending(_("已放弃"), nothing + _("需要时请重新上传。"))
    message = imported.message or (imported.job.told if imported.job else "")
    if message == BROKE:
        text = _("系统出错，没有导入任何内容，错误已记录。请重新上传；再次出错时请联系海纳小助手。")
        return Ending(_("导入时出错"), text)
    return Ending(_("没有导入"), message or nothing + _("请重新上传。"))


def why_nothing(imported: Import, stage: str) -> str:
    """In 导入记录, of an import that ended without writing anything."""
    return ending_of(imported, stage).text if stage in NOTHING_CAME else ""


def planned_figures(counts: dict, words: Words) -> list[Figure]:
    return [
        Figure(_("新增%s") % words.people, counts.get("new", 0)),
        Figure(_("可更新%s") % words.people, counts.get("fills", 0) + counts.get("differs", 0)),
        Figure(_("没有变化"), counts.get("unchanged", 0)),
        *figures_of_nodes(counts.get("nodes", 0), words),
        Figure(_("有问题的行"), counts.get("bad_rows", 0), warns=True),
    ]


def applied_figures(counts: dict, words: Words) -> list[Figure]:
    return [
        Figure(_("新增%s") % words.people, counts.get("created", 0)),
        Figure(_("更新%s") % words.people, counts.get("updated", 0)),
        Figure(_("没有变化"), counts.get("unchanged", 0)),
        Figure(_("按选择跳过"), counts.get("skipped", 0)),
        *figures_of_nodes(counts.get("nodes_created", 0), words),
        Figure(_("未导入的行"), counts.get("bad_rows", 0), warns=True),
    ]


def figures_of_nodes(number: int, words: Words) -> list[Figure]:
    return [Figure(_("新建%s") % words.nodes, number)] if words.nodes else []


def figures_of(imported: Import, words: Words) -> list[Figure]:
    if imported.state in (Import.State.APPLIED, Import.State.UNDONE):
        return applied_figures(imported.counts, words)
    return planned_figures(imported.counts, words)


def preview_of(imported: Import) -> dict:
    """The first rows of each kind, with words for what would change."""
    preview = imported.shown
    for row in preview.get("changed", []):
        for change in row["changes"]:
            change["kind_label"] = KINDS.get(change["kind"], "")
    return preview
