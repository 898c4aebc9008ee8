"""回收站: deleted residents wait there for 30 days and come back under the number that they had, so
that their row history goes on. Every step is a statement for a set, in one transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import BooleanField, Exists, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from psycopg import sql

from communities.models import BuildingNode, Community
from haina.accounts import audit
from haina.accounts.scope import Scope
from haina.lib.locks import Lock, hold
from residents.history import forget
from residents.models import RemovedResident, Resident

MODEL = Resident._meta.label_lower
COLUMNS = [field.column for field in Resident._meta.concrete_fields]
ERASED_AT_ONCE = 5000
# Their binding ended when they were deleted, so nobody comes back verified.
RETURNING = {column: sql.Identifier(column) for column in COLUMNS} | {
    "verification": sql.SQL(
        "CASE verification WHEN 'verified' THEN 'unverified' ELSE verification END"
    )
}

NAMES = {
    "residents": sql.Identifier(Resident._meta.db_table),
    "removed": sql.Identifier(RemovedResident._meta.db_table),
    "nodes": sql.Identifier(BuildingNode._meta.db_table),
    "columns": sql.SQL(", ").join(map(sql.Identifier, COLUMNS)),
    "returning": sql.SQL(", ").join(RETURNING.values()),
    "of_residents": sql.SQL(", ").join(sql.Identifier("r", column) for column in COLUMNS),
}
INTO_BIN = sql.SQL("""
    INSERT INTO {removed} ({columns}, address, removed_at, removed_by, act)
    SELECT {of_residents}, n.address, %s, %s, %s
    FROM {residents} r JOIN {nodes} n ON n.id = r.room_id WHERE r.id = ANY(%s)
""").format(**NAMES)
OUT_OF_BIN = sql.SQL(
    "INSERT INTO {residents} ({columns}) SELECT {returning} FROM {removed} WHERE id = ANY(%s)"
).format(**NAMES)
OUT_OF_LIST = sql.SQL("DELETE FROM {residents} WHERE id = ANY(%s)").format(**NAMES)
EMPTY = sql.SQL("DELETE FROM {removed} WHERE id = ANY(%s)").format(**NAMES)


@dataclass(frozen=True)
class Removal:
    """How many residents went, and the token by which all of them come back."""

    count: int
    act: str


@dataclass(frozen=True)
class Obstacle:
    """Why somebody cannot come back, and the resident who is in the way, if it is one."""

    resident: RemovedResident
    why: str
    in_the_way: int | None = None


class NotAllCanReturn(Exception):
    """Some of the deleted residents cannot come back, so none did."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        super().__init__(_("有 %d 位住户不能恢复。") % len(obstacles))
        self.obstacles = obstacles


@transaction.atomic
def remove(
    community: Community,
    pks: Sequence[int],
    *,
    by: audit.Actor,
    now: datetime,
    action: str = "",
) -> Removal:
    """Put residents of a community into its recycle bin. Who is gone already is not counted."""
    action = action or "resident.removed"
    hold(Lock.COMMUNITY, community.pk)
    there = Resident.objects.filter(community=community, pk__in=pks).order_by("pk")
    going = list(there.select_for_update().values_list("pk", flat=True))
    removal = Removal(len(going), secrets.token_hex(16))
    if going:
        audit.explain(action, by=by)
        with connection.cursor() as cursor:
            cursor.execute(INTO_BIN, [now, by.label, removal.act, going])
            cursor.execute(OUT_OF_LIST, [going])
        audit.record_ids(action, MODEL, going, by=by, at=now, account_id=community.account_id)
    return removal


@transaction.atomic
def restore(
    community: Community,
    pks: Sequence[int],
    *,
    by: audit.Actor,
    now: datetime,
    past_obstacles: bool = False,
) -> int:
    """Bring residents back to their rooms; how many were still in the bin. Raises NotAllCanReturn
    and changes nothing if a room is gone or taken, unless those may be left behind."""
    hold(Lock.COMMUNITY, community.pk)
    waiting = RemovedResident.objects.filter(community=community, pk__in=pks).order_by("pk")
    returning = list(waiting.select_for_update().values_list("pk", flat=True))
    obstacles = obstacles_of(community, returning)
    if obstacles and not past_obstacles:
        raise NotAllCanReturn(obstacles)
    staying = {obstacle.resident.pk for obstacle in obstacles}
    returning = [pk for pk in returning if pk not in staying]
    if returning:
        audit.explain("resident.restored", by=by)
        with connection.cursor() as cursor:
            cursor.execute(OUT_OF_BIN, [returning])
            cursor.execute(EMPTY, [returning])
        audit.record_ids(
            "resident.restored", MODEL, returning, by=by, at=now, account_id=community.account_id
        )
    return len(returning)


def obstacles_of(community: Community, pks: Sequence[int]) -> list[Obstacle]:
    """Of two who shared room and phone one after the other, the later one may come back."""
    rooms = BuildingNode.objects.filter(tree_id=community.pk, level=community.depth)
    same = Resident.objects.filter(room_id=OuterRef("room_id"), phone=OuterRef("phone"))
    twins = Window(
        RowNumber(),
        partition_by=["room_id", "phone"],
        order_by=[F("removed_at").desc(), F("pk").desc()],
    )
    removed = RemovedResident.objects.filter(pk__in=pks).annotate(
        has_room=Exists(rooms.filter(pk=OuterRef("room_id")), output_field=BooleanField()),
        in_the_way=Subquery(same.values("pk")[:1]),
        number=twins,
    )
    stopped = removed.filter(Q(has_room=False) | Q(in_the_way__isnull=False) | Q(number__gt=1))
    return [Obstacle(row, why_not(row), row.in_the_way) for row in stopped.for_list()]


def why_not(row: RemovedResident) -> str:
    if not row.has_room:
        return _("原房间已被删除")
    if row.in_the_way is None:
        return _("同一房间还有一位使用相同手机号的住户也要恢复")
    return _("原房间已有使用相同手机号的住户")


def forget_bin(community: Community) -> None:
    """Blank what the row history says of everybody in the recycle bin of a community that is being
    deleted; the rows themselves go with it."""
    waiting = RemovedResident.objects.filter(community=community)
    forget(list(waiting.values_list("pk", flat=True)))


def empty_bin(scope: Scope, *, by: audit.Actor, now: datetime) -> int:
    """Erase from one account's bins whoever was deleted more than 30 days ago, with what the row
    history says of them; how many."""
    erased = 0
    while gone := erase_some(scope, by=by, now=now):
        erased += gone
    return erased


@transaction.atomic
def erase_some(scope: Scope, *, by: audit.Actor, now: datetime) -> int:
    rows = RemovedResident.objects.within(scope).over(now).order_by("pk")
    rows = rows.select_for_update(of=["self"]).values_list("pk", flat=True)
    pks = list(rows[:ERASED_AT_ONCE])
    if pks:
        with connection.cursor() as cursor:
            cursor.execute(EMPTY, [pks])
        forget(pks)
        audit.record_ids("bin.emptied", MODEL, pks, by=by, at=now, account_id=scope.account_id)
    return len(pks)
