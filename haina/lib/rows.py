"""Writing many rows at once, past model objects: ids from the sequence, rows by COPY."""

from collections.abc import Iterable, Sequence

from django.db import connection
from psycopg import sql


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
    """Insert rows with COPY, which is several times faster than INSERT; triggers see every row."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
