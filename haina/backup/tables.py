"""What the tables hold, in few figures: those of a back-up and of what was restored are equal."""

from typing import TypedDict

from django.db import connection
from psycopg import sql

# Whoever was signed in signs in anew: the keys of sessions open the console, and lie in no back-up.
LEFT_OUT = "django_session"

# How values are written out is a setting of the server, and of no importance to what they are.
AS_TEXT = """
SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';
SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'
"""
DIGEST = """
SELECT count(*), coalesce(sum(hashtextextended(this_row::text, 0)), 0)::text FROM {} AS this_row
"""


class Figures(TypedDict):
    rows: int
    digest: str  # of all rows in whatever order


def figures() -> dict[str, Figures]:
    """Of every table, inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(AS_TEXT)
        return {table: figures_of(cursor, table) for table in tables(cursor)}


def tables(cursor) -> list[str]:
    found = connection.introspection.get_table_list(cursor)
    return sorted(table.name for table in found if table.type == "t" and table.name != LEFT_OUT)


def figures_of(cursor, table: str) -> Figures:
    cursor.execute(sql.SQL(DIGEST).format(sql.Identifier(table)))
    rows, digest = cursor.fetchone()
    return {"rows": rows, "digest": digest}
