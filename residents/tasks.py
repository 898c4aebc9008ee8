"""The jobs of this app, and what Celery does by night. The jobs of 批量导入 are in
haina/imports/jobs.py."""

from dataclasses import astuple
from datetime import datetime

from celery import shared_task
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
from haina.jobs.exports import finished
from haina.jobs.models import NO_LONGER_ALLOWED, Job, JobRefused
from haina.jobs.queue import Heartbeat, put, runs
from haina.lib.rows import one_moment
from haina.lib.sealed import seal, unseal
from residents.bulk import (
    HEAVY,
    MOVE,
    MOVE_BACK,
    REMOVE,
    RESTORE,
    ChoiceChanged,
    chosen_for,
    move_chosen,
    remove_chosen,
)
from residents.exports import file_name, place_for, write_residents
from residents.imports.importer import IMPORTER
from residents.job_facts import about_bulk, about_exports
from residents.listing import listing
from residents.models import Import, Move, RemovedResident, Resident, ResidentQuerySet
from residents.moving import PhonesMeet
from residents.moving_back import AlreadyBack, move_back
from residents.removal import NotAllCanReturn, empty_bin, restore
from residents.services import RoomGone
from residents.verification import expiry, retention

EXPORT = "residents.export"
BULK = {"page": "residents:bulk_job", "need": Section.RESIDENTS.manage, "about": about_bulk}

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
    heavy = Resident.objects.living_in(node)[HEAVY:].exists()
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
        with finished(job, beat, path, name=file_name(node), rows=count) as now:
            reason = audit.reason_given("resident.export_asked", by=job.actor)
            told = {"by": job.actor, "at": now, "reason": reason, "count": count}
            audit.record_ids("resident.exported", node._meta.label_lower, [node.pk], **told)


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


@runs(REMOVE, label=gettext_lazy("批量删除住户"), **BULK)
def remove_many(job: Job, beat: Heartbeat) -> None:
    chosen, agreed, now = chosen_for(job), job.payload["agreed"], timezone.now()
    beat.at(_("正在删除"), total=job.payload["total"])
    with transaction.atomic():
        try:
            removal = remove_chosen(chosen, agreed=agreed, by=job.actor, now=now)
        except ChoiceChanged as change:
            raise JobRefused(_("%s没有删除任何住户。") % change) from None
        job.finish({"removed": removal.count, "act": removal.act}, now=timezone.now())


@runs(MOVE, label=gettext_lazy("批量移动住户"), **BULK)
def move_many(job: Job, beat: Heartbeat) -> None:
    if "address" in job.rights.locked_fields:
        raise JobRefused(str(NO_LONGER_ALLOWED))
    chosen, agreed, now = chosen_for(job), job.payload["agreed"], timezone.now()
    room = BuildingNode(pk=job.payload["room"])
    beat.at(_("正在移动"), total=job.payload["total"])
    with transaction.atomic():
        try:
            moved = move_chosen(chosen, room=room, agreed=agreed, by=job.actor, now=now)
        except PhonesMeet as refusal:
            met = [astuple(meeting) for meeting in refusal.meetings]
            raise JobRefused(str(refusal), {"meetings": met}) from None
        except (ChoiceChanged, RoomGone) as refusal:
            raise JobRefused(_("%s没有移动任何住户。") % refusal) from None
        result = {"moved": moved.count, "already": moved.already}
        job.finish(result | {"move": moved.move and moved.move.pk}, now=timezone.now())


@runs(MOVE_BACK, label=gettext_lazy("撤销移动住户"), **BULK)
def move_many_back(job: Job, beat: Heartbeat) -> None:
    if "address" in job.rights.locked_fields:
        raise JobRefused(str(NO_LONGER_ALLOWED))
    moves = Move.objects.within(job.scope).select_related("community")
    move = moves.filter(pk=job.payload["move"]).first()
    beat.at(_("正在移回"), total=job.payload["total"])
    with transaction.atomic():
        try:
            if move is None:
                raise AlreadyBack
            move = move_back(move, by=job.actor, now=timezone.now())
        except AlreadyBack as refusal:
            raise JobRefused(str(refusal)) from None
        result = {"returned": move.returned, "stayed": len(move.not_undone)}
        job.finish(result | {"move": move.pk}, now=timezone.now())


@runs(RESTORE, label=gettext_lazy("恢复住户"), **BULK)
def restore_many(job: Job, beat: Heartbeat) -> None:
    removed = RemovedResident.objects.within(job.scope).filter(act=job.payload["act"])
    first = removed.select_related("community").order_by("pk").first()
    if first is None:
        raise JobRefused(_("这些住户已恢复，或已超过 30 天被清除。"))
    pks, rest = list(removed.values_list("pk", flat=True)), job.payload["rest"]
    beat.at(_("正在恢复"), total=len(pks))
    with transaction.atomic():
        try:
            now = timezone.now()
            back = restore(first.community, pks, by=job.actor, now=now, past_obstacles=rest)
        except NotAllCanReturn as refusal:
            told = _("%s原房间已被删除，或已有使用相同手机号的住户。没有恢复任何住户。") % refusal
            raise JobRefused(told, {"act": job.payload["act"]}) from None
        job.finish({"restored": back}, now=timezone.now())


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
        expiry.work(account, now=timezone.now())


@shared_task(name="residents.tasks.forget_applications", expires=3600)
def forget_applications() -> None:
    now = timezone.now()
    retention.forget_unfinished(now)
    for account in ServiceAccount.objects.order_by("pk"):
        retention.forget_over(Scope.whole(account), by=audit.Actor.nightly(account), now=now)


@shared_task(name="residents.tasks.drop_old_plans", expires=3600)
def drop_old_plans() -> None:
    drop_old(Import, now=timezone.now())
