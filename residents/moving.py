"""Moving residents to another room of their community, one or many."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import BooleanField, Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from communities.models import BuildingNode, Community
from haina.accounts import audit
from haina.lib.locks import Lock, hold
from residents.models import Resident
from residents.services import RoomGone


class PhonesMeet(Exception):
    """In the room there would be two residents with one phone. Nobody was moved."""

    def __init__(self, residents: list[Resident]) -> None:
        super().__init__(_("目标房间已有使用相同手机号的住户，没有移动任何住户。"))
        self.residents = residents


@transaction.atomic
def move(
    community: Community,
    pks: Sequence[int],
    *,
    room: BuildingNode,
    by: audit.Actor,
    now: datetime,
) -> int:
    """Give residents another room; how many did not live there already. Raises RoomGone or
    PhonesMeet."""
    hold(Lock.COMMUNITY, community.pk)
    if not BuildingNode.objects.filter(pk=room.pk, tree_id=community.pk).rooms().exists():
        raise RoomGone
    elsewhere = Resident.objects.filter(community=community, pk__in=pks).exclude(room=room)
    moving = list(elsewhere.order_by("pk").select_for_update().values_list("pk", flat=True))
    if not moving:
        return 0
    if meeting := list(who_would_meet(moving, room)):
        raise PhonesMeet(meeting)
    audit.explain("resident.moved", by=by)
    Resident.objects.filter(pk__in=moving).update(room=room, updated_at=now)
    audit.record_ids(
        "resident.moved",
        Resident._meta.label_lower,
        moving,
        by=by,
        at=now,
        fields=["address"],
        account_id=community.account_id,
    )
    return len(moving)


def who_would_meet(pks: Sequence[int], room: BuildingNode):
    """Of those who share a phone among themselves, all but the first."""
    same = Resident.objects.filter(room=room, phone=OuterRef("phone"))
    nth = Window(RowNumber(), partition_by=["phone"], order_by=F("pk").asc())
    residents = Resident.objects.filter(pk__in=pks)
    residents = residents.annotate(is_met=Exists(same, output_field=BooleanField()), nth=nth)
    return residents.filter(Q(is_met=True) | Q(nth__gt=1)).for_list()
