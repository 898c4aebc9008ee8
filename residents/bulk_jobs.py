"""Bulk acts on more residents than somebody would wait for. What the list was narrowed by may name
somebody, so the job's row keeps it sealed."""

import base64
from dataclasses import astuple

from django.db import transaction
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import BuildingNode
from haina.accounts.audit import Actor
from haina.accounts.permissions import Section
from haina.jobs.models import NO_LONGER_ALLOWED, Job, JobRefused
from haina.jobs.queue import Heartbeat, put, runs
from haina.lib.encryption import decrypt, encrypt
from residents import bulk
from residents.job_facts import about_bulk
from residents.models import Move, RemovedResident
from residents.moving import PhonesMeet
from residents.moving_back import AlreadyBack, move_back
from residents.removal import NotAllCanReturn, restore
from residents.selection import Chosen, listing
from residents.services import RoomGone

REMOVE, MOVE, MOVE_BACK, RESTORE = KINDS = (
    "residents.remove",
    "residents.move",
    "residents.move_back",
    "residents.restore",
)
PAGE, NEED = "residents:bulk_job", Section.RESIDENTS.manage


def put_bulk(
    kind: str, chosen: Chosen, state: str, *, room: BuildingNode | None, key: str, by: Actor
) -> Job:
    payload = {
        "sealed": base64.b64encode(encrypt(state)).decode(),
        "community": chosen.community.pk,
        "agreed": chosen.token,
        "total": len(chosen.pks),
        "room": room and room.pk,
    }
    return put(kind, payload, by=by, key=key, heavy=len(chosen.pks) > bulk.HEAVY)


def chosen_for(job: Job) -> Chosen:
    """Whom the list finds now in the state that it had when the job was asked for."""
    state = decrypt(base64.b64decode(job.payload["sealed"]))
    query = QueryDict(state, mutable=True)
    query["community"] = str(job.payload["community"])
    today = timezone.localdate(job.created_at)
    try:
        shown = listing(query, scope=job.scope, rights=job.rights, today=today)
    except Http404:
        raise JobRefused(_("小区或导入记录已被删除，或您已没有权限。没有改动任何住户。")) from None
    return Chosen(shown.place.community, shown.residents)


@runs(REMOVE, label=gettext_lazy("批量删除住户"), page=PAGE, need=NEED, about=about_bulk)
def remove_many(job: Job, beat: Heartbeat) -> None:
    chosen, agreed, now = chosen_for(job), job.payload["agreed"], timezone.now()
    beat.at(_("正在删除"), total=job.payload["total"])
    with transaction.atomic():
        try:
            removal = bulk.remove_chosen(chosen, agreed=agreed, by=job.actor, now=now)
        except bulk.ChoiceChanged as change:
            raise JobRefused(_("%s没有删除任何住户。") % change) from None
        job.finish({"removed": removal.count, "act": removal.act}, now=timezone.now())


@runs(MOVE, label=gettext_lazy("批量移动住户"), page=PAGE, need=NEED, about=about_bulk)
def move_many(job: Job, beat: Heartbeat) -> None:
    if "address" in job.rights.locked_fields:
        raise JobRefused(str(NO_LONGER_ALLOWED))
    chosen, agreed, now = chosen_for(job), job.payload["agreed"], timezone.now()
    room = BuildingNode(pk=job.payload["room"])
    beat.at(_("正在移动"), total=job.payload["total"])
    with transaction.atomic():
        try:
            moved = bulk.move_chosen(chosen, room=room, agreed=agreed, by=job.actor, now=now)
        except PhonesMeet as refusal:
            met = [astuple(meeting) for meeting in refusal.meetings]
            raise JobRefused(str(refusal), {"meetings": met}) from None
        except (bulk.ChoiceChanged, RoomGone) as refusal:
            raise JobRefused(_("%s没有移动任何住户。") % refusal) from None
        result = {"moved": moved.count, "already": moved.already}
        job.finish(result | {"move": moved.move and moved.move.pk}, now=timezone.now())


@runs(MOVE_BACK, label=gettext_lazy("撤销移动住户"), page=PAGE, need=NEED, about=about_bulk)
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


@runs(RESTORE, label=gettext_lazy("恢复住户"), page=PAGE, need=NEED, about=about_bulk)
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
