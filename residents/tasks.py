"""The jobs of this app: 导出住户信息; those of 批量导入 are in haina/imports/jobs.py, the bulk acts
in residents/bulk_jobs.py."""

from datetime import datetime

from celery import shared_task
from django.core.files import File
from django.db import transaction
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import BuildingNode
from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.accounts.permissions import Section
from haina.accounts.scope import Scope
from haina.imports.jobs import register
from haina.imports.service import drop_old
from haina.jobs import files
from haina.jobs.models import Job, JobRefused
from haina.jobs.queue import Heartbeat, put, runs
from haina.lib.rows import one_moment
from haina.lib.sealed import seal, unseal
from residents import bulk_jobs  # noqa: F401 - registers the bulk acts
from residents.exports import file_name, place_for, write_residents
from residents.imports.importer import IMPORTER
from residents.job_facts import about_exports
from residents.models import Import, Move, Resident, ResidentQuerySet
from residents.removal import empty_bin
from residents.selection import listing
from residents.verification import leases, retention

EXPORT = "residents.export"
MANY = 20_000  # residents; more of them are heavy work

register(IMPORTER)


@transaction.atomic
def ask_for_export(
    node: BuildingNode,
    *,
    reason: str,
    once: str,
    by: audit.Actor,
    now: datetime,
    state: str = "",
) -> Job:
    """The job that exports a node, or what the list finds there in a state. The reason stands in
    the trail only, and the state is sealed: both may name somebody."""
    payload, key = {"node": node.pk}, f"{once}:{node.pk}"
    if state:
        payload, key = payload | {"sealed": seal(state)}, f"{key}:found"
    heavy = Resident.objects.living_in(node)[MANY:].exists()
    job = put(EXPORT, payload, by=by, key=key, heavy=heavy)
    if job.request_id == by.request_id:  # else the form was sent twice
        audit.record("resident.export_asked", [node], by=by, at=now, reason=reason)
    return job


@runs(EXPORT, label=gettext_lazy("导出住户信息"), need=Section.RESIDENTS.view, about=about_exports)
def export_residents(job: Job, beat: Heartbeat) -> None:
    with files.workplace() as folder:
        path = folder / "residents.xlsx"
        with one_moment():
            node = node_of(job)
            beat.at(_("正在写入住户信息"))
            found = found_for(job)
            count = write_residents(path, node, rights=job.rights, residents=found)
        beat.at(_("正在保存文件"))
        with path.open("rb") as content, transaction.atomic():
            now = timezone.now()
            output = files.keep(job.account, File(content), name=file_name(node), now=now)
            reason = audit.reason_given("resident.export_asked", by=job.actor)
            told = {"by": job.actor, "at": now, "reason": reason, "count": count}
            audit.record_ids("resident.exported", node._meta.label_lower, [node.pk], **told)
            job.finish({"rows": count}, now=now, output=output)


def node_of(job: Job) -> BuildingNode:
    nodes = BuildingNode.objects.within(job.scope).select_related("community")
    node = nodes.filter(pk=job.payload["node"]).first()
    if node is None:
        raise JobRefused(_("所选的楼栋或房间已被删除，请重新选择后导出。"))
    return place_for(node, job.rights)


def found_for(job: Job) -> ResidentQuerySet | None:
    """Whom the list finds now in the state that it was exported in; None for all of the node."""
    if "sealed" not in job.payload:
        return None
    state, today = unseal(job.payload["sealed"]), timezone.localdate(job.created_at)
    try:
        shown = listing(QueryDict(state), scope=job.scope, rights=job.rights, today=today)
    except Http404:
        shown = None
    if not state or shown is None or shown.place.is_lost:
        raise JobRefused(_("当时的筛选条件已失效，请在列表中重新筛选后导出。"))
    return shown.residents


@shared_task(name="residents.tasks.empty_bins", expires=3600)
def empty_bins() -> None:
    """Every night: who was deleted more than 30 days ago goes for good, and moves of then can no
    longer be taken back."""
    now = timezone.now()
    for account in ServiceAccount.objects.order_by("pk"):
        empty_bin(Scope.whole(account), by=audit.Actor.nightly(account), now=now)
    Move.objects.over(now).delete()


@shared_task(name="residents.tasks.end_leases", expires=3600)
def end_leases() -> None:
    """Every hour, so that a night without beat is made up for; the first of a day does it all."""
    for account in ServiceAccount.objects.order_by("pk"):
        leases.work(account, now=timezone.now())


@shared_task(name="residents.tasks.forget_applications", expires=3600)
def forget_applications() -> None:
    now = timezone.now()
    retention.forget_unfinished(now)
    for account in ServiceAccount.objects.order_by("pk"):
        retention.forget_over(Scope.whole(account), by=audit.Actor.nightly(account), now=now)


@shared_task(name="residents.tasks.drop_old_plans", expires=3600)
def drop_old_plans() -> None:
    drop_old(Import, now=timezone.now())
