"""撤销 of a move: everybody goes back to their former room, unless somebody changed them since. The
row history says who was last."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from communities.models import BuildingNode
from haina.accounts import audit
from haina.lib.locks import Lock, hold
from residents.models import Move, Resident

MODEL = Resident._meta.label_lower
ResidentEvent = Resident.pgh_event_model
CHANGED, REMOVED, ROOM_GONE, TAKEN = "changed", "removed", "room_gone", "taken"

HOMES = sql.SQL("unnest(%s::bigint[], %s::bigint[]) AS home (id, room)")
RESIDENTS = sql.Identifier(Resident._meta.db_table)
MEETING = sql.SQL("""
    SELECT home.id FROM {homes} JOIN {residents} AS mine ON mine.id = home.id
    JOIN {residents} AS other ON other.room_id = home.room AND other.phone = mine.phone
""").format(homes=HOMES, residents=RESIDENTS)
GO_HOME = sql.SQL("""
    UPDATE {residents} SET room_id = home.room, updated_at = %s
    FROM {homes} WHERE {residents}.id = home.id
""").format(homes=HOMES, residents=RESIDENTS)


class AlreadyBack(Exception):
    """The move was taken back before, or is too old for it."""

    def __str__(self):
        return _("这次移动已撤销，或已超过 30 天不能撤销。")


@transaction.atomic
def move_back(move: Move, *, by: audit.Actor, now: datetime) -> Move:
    """Give everybody their former room who can have it; the row lists the others, and why. Raises
    AlreadyBack."""
    hold(Lock.COMMUNITY, move.community_id)
    standing = Move.objects.filter(undone_at=None).select_for_update()
    move = standing.exclude(pk__in=Move.objects.over(now)).filter(pk=move.pk).first()
    if move is None:
        raise AlreadyBack
    homes = dict(zip(move.resident_ids, move.former_room_ids, strict=True))
    staying = who_stays(move, homes)
    homes = {pk: room for pk, room in homes.items() if pk not in staying}
    if homes:
        go_home(homes, move, by=by, now=now)
    move.undone_at, move.undone_by = now, by.label
    move.not_undone = [{"resident": pk, "why": why} for pk, why in sorted(staying.items())]
    move.save(update_fields=["undone_at", "undone_by", "not_undone"])
    return move


def who_stays(move: Move, homes: Mapping[int, int]) -> dict[int, str]:
    """Who cannot go back, and why."""
    there = Resident.objects.filter(community=move.community_id, pk__in=homes).order_by("pk")
    unchanged = untouched_since(move, there.select_for_update().values_list("pk", flat=True))
    rooms = BuildingNode.objects.filter(tree_id=move.community_id, pk__in=set(homes.values()))
    rooms = set(rooms.rooms().values_list("pk", flat=True))
    present, taken = set(there.values_list("pk", flat=True)), meeting(homes)

    def why(pk: int) -> str:
        if pk not in present:
            return REMOVED
        if pk not in unchanged:
            return CHANGED
        if homes[pk] not in rooms:
            return ROOM_GONE
        return TAKEN if pk in taken else ""

    return {pk: reason for pk in homes if (reason := why(pk))}


def untouched_since(move: Move, pks: Collection[int]) -> set[int]:
    """Whose last event is the move's own."""
    events = ResidentEvent.objects.filter(pgh_obj_id__in=list(pks))
    last = events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    moves = last.values_list("pgh_obj_id", "pgh_context__move")
    return {pk for pk, latest in moves if latest == move.pk}


def meeting(homes: Mapping[int, int]) -> set[int]:
    """Whose phone is in their former room already."""
    with connection.cursor() as cursor:
        cursor.execute(MEETING, [list(homes), list(homes.values())])
        return {pk for (pk,) in cursor.fetchall()}


def go_home(homes: Mapping[int, int], move: Move, *, by: audit.Actor, now: datetime) -> None:
    account = move.community.account_id
    audit.explain("move.undone", by=by)
    with connection.cursor() as cursor:
        cursor.execute(GO_HOME, [now, list(homes), list(homes.values())])
    audit.record_ids(
        "move.undone", MODEL, list(homes), by=by, at=now, fields=["address"], account_id=account
    )
