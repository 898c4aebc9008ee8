"""Moving residents to another room of their community, one or many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import BooleanField, Exists, F, OuterRef, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from communities.models import BuildingNode, Community
from haina.accounts import audit
from haina.lib.locks import Lock, hold
from residents.models import Move, Resident, ResidentQuerySet
from residents.services import RoomGone

MODEL = Resident._meta.label_lower
NAMED_AT_MOST = 10


@dataclass(frozen=True)
class Moved:
    """How many residents were given the room, how many lived there already, and what takes the
    former back."""

    count: int
    already: int
    move: Move | None = None


@dataclass(frozen=True)
class Meeting:
    """Two residents with one phone: `other` lives in the room already, or was to move with them."""

    pk: int
    other: int
    lives_there: bool


class PhonesMeet(Exception):
    """In the room there would be two residents with one phone. Nobody was moved."""

    def __init__(self, meetings: list[Meeting]) -> None:
        super().__init__("".join([*reasons(meetings), _("没有移动任何住户。")]))
        self.meetings = meetings


def reasons(meetings: list[Meeting]) -> list[str]:
    kinds = {meeting.lives_there for meeting in meetings}
    told = []
    if True in kinds:
        told.append(_("目标房间已有使用相同手机号的住户，"))
    if False in kinds:
        told.append(_("所选住户中有人使用相同的手机号，不能移到同一个房间，"))
    return told


@transaction.atomic
def move(
    community: Community,
    pks: Sequence[int],
    *,
    room: BuildingNode,
    by: audit.Actor,
    now: datetime,
) -> Moved:
    """Give residents another room. Raises RoomGone or PhonesMeet."""
    hold(Lock.COMMUNITY, community.pk)
    if not BuildingNode.objects.filter(pk=room.pk, tree_id=community.pk).rooms().exists():
        raise RoomGone
    chosen = Resident.objects.filter(community=community, pk__in=pks)
    already = chosen.filter(room=room).count()
    elsewhere = chosen.exclude(room=room).order_by("pk").select_for_update()
    former = dict(elsewhere.values_list("pk", "room_id"))
    if not former:
        return Moved(0, already)
    if meetings := who_would_meet(list(former), room):
        raise PhonesMeet(meetings)
    return Moved(len(former), already, write(community, former, room, by=by, now=now))


def write(
    community: Community,
    former: dict[int, int],
    room: BuildingNode,
    *,
    by: audit.Actor,
    now: datetime,
) -> Move:
    """`former`: the room of each of them until now."""
    pks = list(former)
    rooms = {"room_id": room.pk, "former_room_ids": list(former.values())}
    done = Move.objects.create(
        community=community, resident_ids=pks, actor=by.label, created_at=now, **rooms
    )
    audit.explain("resident.moved", by=by, move=done.pk)
    Resident.objects.filter(pk__in=pks).update(room=room, updated_at=now)
    told = {"fields": ["address"], "account_id": community.account_id}
    audit.record_ids("resident.moved", MODEL, pks, by=by, at=now, **told)
    return done


def who_would_meet(pks: Sequence[int], room: BuildingNode) -> list[Meeting]:
    """The first of those who meet somebody in the room, and of those who share a phone among
    themselves, all but the first of each phone; so both reasons are told if there are both."""
    moving = Resident.objects.filter(pk__in=pks)
    same = Resident.objects.filter(room=room, phone=OuterRef("phone"))
    is_met = Exists(same, output_field=BooleanField())
    nth = Window(RowNumber(), partition_by=["phone"], order_by=F("pk").asc())
    met = moving.alias(is_met=is_met).filter(is_met=True)
    twins = moving.alias(is_met=is_met).filter(is_met=False).annotate(nth=nth).filter(nth__gt=1)
    return [
        *meetings_of(met, Resident.objects.filter(room=room), lives_there=True),
        *meetings_of(twins, moving, lives_there=False),
    ]


def meetings_of(
    stopped: ResidentQuerySet, others: ResidentQuerySet, *, lives_there: bool
) -> list[Meeting]:
    phones = dict(stopped.order_by("pk").values_list("pk", "phone")[:NAMED_AT_MOST])
    others = others.filter(phone__in=set(phones.values())).order_by("-pk")
    first = {phone: pk for pk, phone in others.values_list("pk", "phone")}
    return [Meeting(pk, first[phone], lives_there) for pk, phone in phones.items()]
