"""Many rows at once: read as they are at one moment, written past model objects by COPY."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from psycopg import sql

from haina.lib import faults

MANY = 5000  # rows; from here on the planner has to hear of it


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is of one moment, though others write meanwhile. Inside a transaction
    it is of no earlier moment than that one allows."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def uncollected() -> Iterator[None]:
    """Python looks for no cycles meanwhile. Among many thousand tuples that all stay until the end
    it would look again and again, a seventh of an import's own time; none of them is in a cycle."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


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


def array_text(numbers: Iterable[int]) -> str:
    """As PostgreSQL writes an array: unnest() takes no arrays of arrays that differ in length."""
    return "{" + ",".join(map(str, numbers)) + "}"


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Insert rows with COPY, which is several times faster than INSERT; triggers see every row.
    After many rows the table's statistics are made anew as soon as the transaction is committed."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    with connection.cursor() as cursor:
        types = types_of(cursor, table)
        # Django's cursor leaves psycopg's own exceptions to whoever copies.
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            copy.set_types([types[column] for column in columns])
            for count, row in enumerate(rows, 1):  # noqa: B007 - the number of the last row
                copy.write_row(row)
    faults.passing("rows.copied")
    if count >= MANY:
        transaction.on_commit(lambda: analyze(table), robust=True)


@contextmanager
def without_statistics() -> Iterator[None]:
    """For a statement about rows so new that PostgreSQL takes thousands of them for one: no row is
    compared with each of the others. Inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")


def types_of(cursor, table: str) -> dict[str, int]:
    """The columns of a table and their types, as PostgreSQL numbers them."""
    cursor.execute(
        "SELECT attname, atttypid FROM pg_attribute WHERE attrelid = %s::regclass", [table]
    )
    return dict(cursor.fetchall())


def analyze(table: str) -> None:
    """Autovacuum would do it within a minute; until then a page of 20,000 could take seconds."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
