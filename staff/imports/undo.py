"""Takes an import back: whoever it created goes, whom it changed gets the former values, unless
what it wrote was changed since. The row history knows what it wrote, and what was there before.

What it wrote is compared, and not who was last: the mirror writes userids into the same rows, and
that changes nothing of what an import is about.
"""

from datetime import datetime

from django.db import connection
from psycopg import sql

from haina.accounts import audit
from haina.lib.faults import passing
from staff.bells import ring
from staff.imports.apply import MODEL, PERSON, TABLE
from staff.models import Employee, StaffImport
from staff.removals import bury
from staff.services import PUSHED

EVENTS = Employee.pgh_event_model._meta.db_table
CHANGED, GONE = "changed", "gone"


def columns_of(row: str, names=PERSON) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(row, name) for name in names)


# What the import wrote of somebody, and that it still stands there.
UNTOUCHED = sql.SQL("""
    WITH written AS (
        SELECT DISTINCT ON (pgh_obj_id) * FROM {events} WHERE pgh_obj_id = ANY(%(ids)s)
            AND pgh_context ->> 'action' = 'employee.imported'
            AND pgh_context ->> 'import' = %(import)s::text
        ORDER BY pgh_obj_id, pgh_id
    ), untouched AS (
        SELECT {table}.id, written.pgh_id
        FROM {table} JOIN written ON written.pgh_obj_id = {table}.id
        WHERE ({now}) IS NOT DISTINCT FROM ({then})
    )
""").format(
    events=sql.Identifier(EVENTS),
    table=sql.Identifier(TABLE),
    now=columns_of(TABLE),
    then=columns_of("written"),
)
UNTOUCHED_IDS = UNTOUCHED + sql.SQL("SELECT id FROM untouched")

# The event before holds what was there. Not if that names a community or a department that is gone.
RESTORE = UNTOUCHED + sql.SQL("""
    , former AS (
        SELECT DISTINCT ON (untouched.id) event.* FROM untouched JOIN {events} event
            ON event.pgh_obj_id = untouched.id AND event.pgh_id < untouched.pgh_id
        ORDER BY untouched.id, event.pgh_id DESC
    )
    UPDATE {table} SET community_ids = former.community_ids, name = former.name,
        name_key = former.name_key, gender = former.gender,
        department_ids = former.department_ids, position = former.position, rank = former.rank,
        wechat = former.wechat, address = former.address, updated_at = %(now)s,
        to_push = to_push OR ({pushed_now}) IS DISTINCT FROM ({pushed_then}),
        push_fault = CASE WHEN ({pushed_now}) IS NOT DISTINCT FROM ({pushed_then})
            THEN push_fault END,
        push_detail = CASE WHEN ({pushed_now}) IS NOT DISTINCT FROM ({pushed_then})
            THEN push_detail ELSE '' END
    FROM former WHERE {table}.id = former.pgh_obj_id
        AND former.community_ids <@ ARRAY(
            SELECT id FROM communities_community WHERE account_id = %(account)s)
        AND former.department_ids <@ ARRAY(
            SELECT id FROM staff_department WHERE account_id = %(account)s)
    RETURNING {table}.id
""").format(
    events=sql.Identifier(EVENTS),
    table=sql.Identifier(TABLE),
    pushed_now=columns_of(TABLE, sorted(PUSHED.intersection(PERSON))),
    pushed_then=columns_of("former", sorted(PUSHED.intersection(PERSON))),
)


def undo_staff(imported: StaffImport, *, by: audit.Actor, now: datetime) -> list[dict]:
    """Delete, in WeCom too, and restore; what was left as it is, and why. The lock is held."""
    told = {"by": by, "at": now, "account_id": imported.account_id}
    removed = remove(imported)
    restored = run(RESTORE, imported, imported.changed_ids, now=now)
    passing("import.staff_undone")
    if removed:
        audit.record_ids("import.employees_removed", MODEL, sorted(removed), **told)
    if restored:
        audit.record_ids("import.employees_reverted", MODEL, sorted(restored), **told)
    if removed or restored:
        ring(imported.account_id)
    left = {*imported.created_ids, *imported.changed_ids} - removed - restored
    untouched = run(UNTOUCHED_IDS, imported, imported.changed_ids)
    there = Employee.objects.filter(pk__in=left).order_by("pk").values_list("pk", flat=True)
    return [{"employee": pk, "why": GONE if pk in untouched else CHANGED} for pk in there]


def remove(imported: StaffImport) -> set[int]:
    pks = run(UNTOUCHED_IDS, imported, imported.created_ids)
    going = Employee.objects.filter(pk__in=pks)
    bury(imported.account, going)
    going.delete()
    return pks


def run(query: sql.Composed, imported: StaffImport, pks: list[int], **values) -> set[int]:
    values |= {"ids": pks, "import": imported.pk, "account": imported.account_id}
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return {pk for (pk,) in cursor.fetchall()}
