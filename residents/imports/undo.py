"""What taking back an import of residents means: whoever it created goes, whoever it changed gets
the former values, unless somebody changed that since; empty nodes go. The row history says who was
last."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.utils import timezone
from psycopg import sql

from communities.models import BuildingNode
from communities.whole_tree import prune
from haina.accounts import audit
from haina.accounts.models import AuditEntry
from residents.history import forget
from residents.leases import STATE_AFTER
from residents.models import Import, RemovedResident, Resident

MODEL = Resident._meta.label_lower
TABLE = Resident._meta.db_table
EVENTS = Resident.pgh_event_model._meta.db_table
CHANGED, DELETED, INHABITED, RENAMED = "changed", "deleted", "inhabited", "renamed"

# The history of residents, less what another import did to them that was undone again, and less
# their way into the recycle bin and out of it and the end of their lease, which change nothing that
# an import wrote.
TOLD = sql.SQL("""
    WITH event AS (
        SELECT *, pgh_context ->> 'import' AS import FROM {events} WHERE pgh_obj_id = ANY(%(ids)s)
    ), undone AS (
        SELECT pgh_obj_id, import FROM event WHERE pgh_context ->> 'action' = 'import.undone'
    ), told AS (
        SELECT event.*, row_number() OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id DESC) AS ago
        FROM event LEFT JOIN undone USING (pgh_obj_id, import) WHERE undone.import IS NULL
            AND coalesce(pgh_context ->> 'action', '') NOT IN
                ('resident.removed', 'resident.restored', 'resident.expired')
    )
""").format(events=sql.Identifier(EVENTS))

# Whoever has exactly one event was created, and nothing else happened since.
REMOVE, REMOVE_FROM_BIN = (
    TOLD
    + sql.SQL("""
    DELETE FROM {table} WHERE id IN (
        SELECT pgh_obj_id FROM told GROUP BY pgh_obj_id HAVING count(*) = 1
    ) RETURNING id
""").format(table=sql.Identifier(model._meta.db_table))
    for model in (Resident, RemovedResident)
)

# The last event is this import's; the one before it holds what was there.
RESTORE = TOLD + sql.SQL(""", former AS (
        SELECT former.* FROM told AS former JOIN told AS latest USING (pgh_obj_id)
        WHERE former.ago = 2 AND latest.ago = 1 AND latest.import = %(import)s::text
    )
    UPDATE {table} SET name = former.name, name_key = former.name_key, gender = former.gender,
        identity = former.identity, lease_ends_on = former.lease_ends_on,
        id_number = former.id_number, id_number_hash = former.id_number_hash, updated_at = %(now)s,
        verification = {state_after}
    FROM former WHERE {table}.id = former.pgh_obj_id RETURNING {table}.id
""").format(
    table=sql.Identifier(TABLE),
    state_after=sql.SQL(STATE_AFTER.format(table=TABLE, ends_on="former.lease_ends_on")),
)


def undo_residents(imported: Import, *, by: audit.Actor, now: datetime) -> list[dict]:
    """Deletes, from the recycle bin too, and restores; whoever was changed since, or waits in the
    bin with what the import wrote."""
    removed = run(REMOVE, ids=imported.created_ids)
    removed |= run(REMOVE_FROM_BIN, ids=imported.created_ids)
    since = {"now": now, "today": timezone.localdate(now)}
    restored = run(RESTORE, ids=imported.changed_ids, **since, **{"import": imported.pk})
    forget(removed)
    told = {"by": by, "at": now, "account_id": imported.account_id}
    if removed:
        audit.record_ids("import.residents_removed", MODEL, sorted(removed), **told)
    if restored:
        audit.record_ids("import.residents_reverted", MODEL, sorted(restored), **told)
    left = {*imported.created_ids, *imported.changed_ids} - removed - restored
    return [*left_in(Resident, left, CHANGED), *left_in(RemovedResident, left, DELETED)]


def left_in(model, pks: Collection[int], why: str) -> list[dict]:
    there = model.objects.filter(pk__in=pks).order_by("pk")
    return [{"resident": pk, "why": why} for pk in there.values_list("pk", flat=True)]


def run(query: sql.Composed, **values) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return {pk for (pk,) in cursor.fetchall()}


def undo_nodes(imported: Import, *, by: audit.Actor, now: datetime) -> list[dict]:
    """Fells what is empty; what was renamed or moved since, or holds somebody or something."""
    there = BuildingNode.objects.filter(pk__in=imported.node_ids)
    pks = set(there.values_list("pk", flat=True))
    renamed = renamed_since(imported, pks)
    residents = Resident.objects.filter(room__in=pks)
    inhabited = set(residents.values_list("room_id", flat=True))
    gone = prune(imported.community, pks - renamed, inhabited=inhabited, by=by, now=now)
    return [
        {"node": pk, "why": RENAMED if pk in renamed else INHABITED}
        for pk in sorted(pks.difference(gone))
    ]


def renamed_since(imported: Import, pks: set[int]) -> set[int]:
    """As the trail tells it."""
    entries = AuditEntry.objects.filter(
        account_id=imported.account_id,
        action__in=["tree.node_renamed", "tree.node_moved"],
        at__gte=imported.decided_at,
        ids__overlap=list(pks),
    )
    return {pk for ids in entries.values_list("ids", flat=True) for pk in ids} & pks
