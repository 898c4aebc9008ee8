"""Writing many rows at once, past model objects: ids from the sequence, rows by COPY."""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from psycopg import sql

MANY = 5000  # rows; from here on the planner has to hear of it


def reserve_ids(table: str, number: int) -> list[int]:
    """Ids that no other row of the table will get, ascending."""
    if not number:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, number],
        )
        return sorted(pk for (pk,) in cursor.fetchall())


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Insert rows with COPY, which is several times faster than INSERT; triggers see every row.
    After many rows the table's statistics are made anew as soon as the transaction is committed."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for count, row in enumerate(rows, 1):  # noqa: B007 - the number of the last row
            copy.write_row(row)
    if count >= MANY:
        transaction.on_commit(lambda: analyze(table), robust=True)


def analyze(table: str) -> None:
    """Autovacuum would do it within a minute; until then a page of 20,000 could take seconds."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
