"""Takes an import back: what it created goes, what it changed gets its former values, unless
somebody changed it since. The row history says who was last."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from psycopg import sql

from haina.accounts import audit
from haina.imports.importer import Importer
from haina.imports.models import Import
from haina.imports.refusals import Refusal

# The history of people, less what another import did to them that was undone again, and less what
# changes nothing that an import wrote.
TOLD = sql.SQL("""
    WITH event AS (
        SELECT *, pgh_context ->> 'import' AS import FROM {events} WHERE pgh_obj_id = ANY(%(ids)s)
    ), undone AS (
        SELECT pgh_obj_id, import FROM event WHERE pgh_context ->> 'action' = 'import.undone'
    ), told AS (
        SELECT event.*, row_number() OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id DESC) AS ago
        FROM event LEFT JOIN undone USING (pgh_obj_id, import) WHERE undone.import IS NULL
            AND coalesce(pgh_context ->> 'action', '') <> ALL(%(harmless)s)
    )
""")
# Whoever has exactly one event was created, and nothing else happened since.
REMOVE = sql.SQL("""
    DELETE FROM {table} WHERE id IN (
        SELECT pgh_obj_id FROM told GROUP BY pgh_obj_id HAVING count(*) = 1
    ) RETURNING id
""")
# The last event is this import's; the one before it holds what was there.
RESTORE = sql.SQL(""", former AS (
        SELECT former.* FROM told AS former JOIN told AS latest USING (pgh_obj_id)
        WHERE former.ago = 2 AND latest.ago = 1 AND latest.import = %(import)s::text
    )
    UPDATE {table} SET {changes} FROM former WHERE {table}.id = former.pgh_obj_id
    RETURNING {table}.id
""")


def take_back(importer: Importer, imported: Import, *, by: audit.Actor, now: datetime) -> bool:
    """Undo the import inside the caller's transaction; False if it is not (any more) applied. What
    could not be undone is listed in the row, and why."""
    try:
        importer.lock(imported)
    except Refusal:
        return False
    imports = importer.model.objects.select_for_update()
    applied = imports.filter(pk=imported.pk, state=Import.State.APPLIED)
    if not applied.exists():
        return False
    audit.explain("import.undone", by=by, **{"import": imported.pk})
    left = importer.undo(imported, by=by, now=now)
    applied.update(state=Import.State.UNDONE, undone_at=now, undone_by=by.label, not_undone=left)
    audit.record("import.undone", [imported], by=by, at=now, account_id=imported.account_id)
    return True


@dataclass(frozen=True)
class History:
    """The row history of an app's people, for its Importer.undo()."""

    events: str  # the table of django-pghistory
    harmless: Sequence[str] = ()  # actions that change nothing which an import wrote

    def remove(self, table: str, pks: Collection[int]) -> set[int]:
        """Delete from the table whom an import created and nobody changed since; their pks."""
        return self.run(REMOVE.format(table=sql.Identifier(table)), ids=pks)

    def restore(
        self,
        table: str,
        imported: Import,
        columns: Sequence[str],
        more: Sequence[sql.Composable] = (),
        **values,
    ) -> set[int]:
        """Give back their former values to whom the import changed and nobody since; their pks.
        `more` is what else is set, in terms of the table's columns, of those of `former`, and of
        the values."""
        changes = [sql.SQL("{0} = former.{0}").format(sql.Identifier(each)) for each in columns]
        query = RESTORE.format(
            table=sql.Identifier(table), changes=sql.SQL(", ").join([*changes, *more])
        )
        return self.run(query, ids=imported.changed_ids, **values, **{"import": imported.pk})

    def run(self, query: sql.Composed, **values) -> set[int]:
        told = TOLD.format(events=sql.Identifier(self.events))
        with connection.cursor() as cursor:
            cursor.execute(told + query, values | {"harmless": list(self.harmless)})
            return {pk for (pk,) in cursor.fetchall()}
