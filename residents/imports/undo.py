"""What taking back an import of residents means: people, the recycle bin, the tree."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone
from psycopg import sql

from communities.models import BuildingNode
from communities.whole_tree import prune
from haina.accounts import audit
from haina.accounts.models import AuditEntry
from haina.imports.undo import History
from residents.history import forget
from residents.leases import STATE_AFTER
from residents.models import Import, RemovedResident, Resident

MODEL = Resident._meta.label_lower
TABLE, BIN = Resident._meta.db_table, RemovedResident._meta.db_table
CHANGED, DELETED, INHABITED, RENAMED = "changed", "deleted", "inhabited", "renamed"
# The way into the recycle bin and out of it, and the end of a lease, change nothing that an import
# wrote.
HISTORY = History(
    Resident.pgh_event_model._meta.db_table,
    harmless=("resident.removed", "resident.restored", "resident.expired"),
)
COLUMNS = (
    *("name", "name_key", "gender", "identity", "lease_ends_on"),
    *("id_number", "id_number_hash"),
)
MORE = (
    sql.SQL("updated_at = %(now)s"),
    sql.SQL("verification = ")
    + sql.SQL(STATE_AFTER.format(table=TABLE, ends_on="former.lease_ends_on")),
)


def undo_residents(imported: Import, *, by: audit.Actor, now: datetime) -> list[dict]:
    """Deletes, from the recycle bin too, and restores; whoever was changed since, or waits in the
    bin with what the import wrote."""
    removed = HISTORY.remove(TABLE, imported.created_ids)
    removed |= HISTORY.remove(BIN, imported.created_ids)
    since = {"now": now, "today": timezone.localdate(now)}
    restored = HISTORY.restore(TABLE, imported, COLUMNS, MORE, **since)
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
