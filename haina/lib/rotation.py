"""Encrypts anew, with the newest key, what older keys of the ring have encrypted.

It works beside a console that goes on: a batch is one transaction that holds its rows, so nothing
that somebody writes meanwhile is lost. Killed at any moment it can be started again.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from haina.lib import faults
from haina.lib.encryption import (
    MARK_BYTES,
    EncryptedTextField,
    Undecipherable,
    cipher,
    decrypt,
    encrypt,
)

BATCH = 500
UNKNOWN = "unknown"  # no key of the ring

COUNT = (
    "SELECT substring({column} FOR {mark}), count(*) FROM {table} WHERE {column} <> '' GROUP BY 1"
)
# First the rows that nobody holds, then the others, for which it waits; by pk, as everywhere.
TAKE = """
SELECT {pk}, {column} FROM {table}
WHERE {pk} > %s AND {column} <> '' AND substring({column} FOR {mark}) <> %s
ORDER BY {pk} LIMIT %s FOR NO KEY UPDATE """
FREE, ALL = "SKIP LOCKED", ""
PUT = """
UPDATE {table} SET {column} = new.value FROM unnest(%s, %s) AS new (pk, value)
WHERE {table}.{pk} = new.pk
"""


@dataclass
class Column:
    """An encrypted column of one table."""

    table: str
    pk: str
    name: str
    done: int = 0
    unreadable: set[int] = field(default_factory=set)

    def counts(self) -> Counter:
        """How many values there are under each key: "1" is the newest, as in the setting."""
        marks = [cipher(key)[0] for key in settings.ENCRYPTION_KEYS]
        names = {mark: str(number) for number, mark in enumerate(marks, 1)}
        counted = Counter()
        for mark, number in self.marks().items():
            counted[names.get(mark, UNKNOWN)] += number
        return counted

    def marks(self) -> dict[bytes, int]:
        """How many values there are under each key, by the mark of the key."""
        with connection.cursor() as cursor:
            cursor.execute(self.statement(COUNT))
            return {bytes(mark): number for mark, number in cursor.fetchall()}

    def rotate(self, batch: int) -> None:
        for waiting in (FREE, ALL):
            last = -1
            while (last := self.one_batch(last, batch, waiting)) is not None:
                faults.passing("rotate.batch")

    def one_batch(self, after: int, batch: int, waiting: str) -> int | None:
        """Encrypt the next rows anew; the pk of the last one, or None when there was none."""
        newest = cipher(settings.ENCRYPTION_KEYS[0])[0]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(self.statement(TAKE + waiting), [after, newest, batch])
            rows = cursor.fetchall()
            new = dict(self.opened(rows))
            if new:
                # The rows say the same as before: no event in the row history, no other change.
                with pgtrigger.ignore():
                    cursor.execute(self.statement(PUT), [list(new), list(new.values())])
        self.done += len(new)
        return rows[-1][0] if rows else None

    def opened(self, rows) -> Iterator[tuple[int, bytes]]:
        for pk, stored in rows:
            try:
                yield pk, encrypt(decrypt(bytes(stored)))
            except Undecipherable:
                self.unreadable.add(pk)

    def statement(self, template: str) -> sql.Composed:
        names = {"table": self.table, "pk": self.pk, "column": self.name}
        parts = {name: sql.Identifier(value) for name, value in names.items()}
        return sql.SQL(template).format(mark=sql.Literal(MARK_BYTES), **parts)


def encrypted_columns() -> list[Column]:
    """Those of every table: also row histories, recycle bins, previews."""
    return [
        Column(model._meta.db_table, model._meta.pk.column, column.column)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for column in model._meta.local_concrete_fields
        if isinstance(column, EncryptedTextField)
    ]
