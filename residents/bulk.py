"""Bulk acts on what somebody has chosen in the list and then agreed to; jobs (tasks.py) on more
residents than somebody would wait for. What the list was narrowed by may name somebody, so the
job's row keeps it sealed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import BuildingNode
from haina.accounts import audit
from haina.jobs.models import Job, JobRefused
from haina.jobs.queue import put
from haina.lib.locks import Lock, hold
from haina.lib.sealed import seal, unseal
from residents.listing import Chosen, listing, token_of
from residents.moving import Moved, move
from residents.removal import Removal, remove

REMOVE, MOVE, MOVE_BACK, RESTORE = KINDS = (
    "residents.remove",
    "residents.move",
    "residents.move_back",
    "residents.restore",
)
MOST_AT_ONCE = 2000  # more residents are a job
HEAVY = 20_000  # and more than these wait behind the small ones


class ChoiceChanged(Exception):
    """Other residents are meant now than those that were agreed to."""

    def __init__(self, count: int) -> None:
        super().__init__(_("符合条件的住户有变化，现在共 %d 位，请核对后重新确认。") % count)


@transaction.atomic
def remove_chosen(chosen: Chosen, *, agreed: str, by: audit.Actor, now: datetime) -> Removal:
    """As remove(). Raises ChoiceChanged unless they are still those of the token `agreed`."""
    return remove(chosen.community, still_meant(chosen, agreed), by=by, now=now)


@transaction.atomic
def move_chosen(
    chosen: Chosen, *, room: BuildingNode, agreed: str, by: audit.Actor, now: datetime
) -> Moved:
    """As move(). Raises ChoiceChanged unless they are still those of the token `agreed`."""
    return move(chosen.community, still_meant(chosen, agreed), room=room, by=by, now=now)


def still_meant(chosen: Chosen, agreed: str) -> Sequence[int]:
    hold(Lock.COMMUNITY, chosen.community.pk)
    pks = chosen.again().pks
    if token_of(pks) != agreed:
        raise ChoiceChanged(len(pks))
    return pks


def put_bulk(
    kind: str, chosen: Chosen, state: str, *, room: BuildingNode | None, key: str, by: audit.Actor
) -> Job:
    payload = {
        "sealed": seal(state),
        "community": chosen.community.pk,
        "agreed": chosen.token,
        "total": len(chosen.pks),
        "room": room and room.pk,
    }
    return put(kind, payload, by=by, key=key, heavy=len(chosen.pks) > HEAVY)


def chosen_for(job: Job) -> Chosen:
    """Whom the list finds now in the state that it had when the job was asked for."""
    query = QueryDict(unseal(job.payload["sealed"]), mutable=True)
    query["community"] = str(job.payload["community"])
    today = timezone.localdate(job.created_at)
    try:
        shown = listing(query, scope=job.scope, rights=job.rights, today=today)
    except Http404:
        raise JobRefused(_("小区或导入记录已被删除，或您已没有权限。没有改动任何住户。")) from None
    return Chosen(shown.place.community, shown.residents)
