"""Who came to live in a room and who left it, as the row history of residents knows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext as _

from communities.models import BuildingNode
from haina.accounts.permissions import Rights
from haina.lib import history
from residents.history import ACTIONS, ResidentEvent
from residents.models import Resident


@dataclass(frozen=True)
class Coming:
    """One who came, or left, and what was done to that end."""

    resident: int
    who: str
    came: bool
    entry: history.Entry


def events_of(room: BuildingNode, rights: Rights) -> QuerySet:
    """Newest first. Of whoever was deleted, only to those who may look into the recycle bin."""
    of_room = ResidentEvent.objects.filter(room=room)
    events = ResidentEvent.objects.filter(
        community=room.community_id, pgh_obj__in=of_room.values("pgh_obj")
    )
    if not rights.manage_residents:
        there = Resident.objects.filter(community=room.community_id)
        events = events.filter(pgh_obj__in=there.values("pk"))
    before = Window(Lag("room_id", default=0), partition_by="pgh_obj_id", order_by="pgh_id")
    return (
        events.annotate(room_before=before).filter(came_to(room) | left(room)).order_by("-pgh_id")
    )


def came_to(room: BuildingNode) -> Q:
    return Q(room=room) & (Q(pgh_label="insert") | ~Q(room_before=room.pk))


def left(room: BuildingNode) -> Q:
    return Q(room=room, pgh_label="delete") | Q(room_before=room.pk) & ~Q(room=F("room_before"))


def comings(events: Sequence, room: BuildingNode, *, rights: Rights) -> list[Coming]:
    return [
        Coming(
            event.pgh_obj_id,
            who(event, rights),
            event.room_id == room.pk and event.pgh_label != "delete",
            history.entry(event, ACTIONS, ()),
        )
        for event in events
    ]


def who(event, rights: Rights) -> str:
    """By what was known of them then."""
    values = {"name": event.name, "identity": event.get_identity_display()}
    shown = [value for name, value in values.items() if name not in rights.hidden_fields]
    return " ".join(shown) or _("住户 #%d") % event.pgh_obj_id
