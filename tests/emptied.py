"""After each test that commits Django empties every table. TRUNCATE makes new files for every table
and index, which takes longer than most of these tests; deleting their few rows does not."""

from functools import cache

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.commands import flush
from django.db import connection

MANY = 4_000_000  # bytes of a table, with what was deleted from it before


def empty_by_deleting(patch) -> None:
    """Content types and permissions are nobody's to change, and making them anew after each test
    would take long too: they stay."""
    patch.setattr(flush, "sql_flush", statements)
    patch.setattr(flush, "emit_post_migrate_signal", lambda *told: None)


def statements(style, connection, **options) -> list[str]:
    """Neither triggers nor the order of tables matter, and whoever still writes is waited for, as
    TRUNCATE does it. The role of bin/test may set that parameter."""
    quoted = [connection.ops.quote_name(name) for name in tables()]
    names = ", ".join(quoted)
    deleted = map("DELETE FROM {}".format, quoted)
    emptied = [f"TRUNCATE {names}"] if grown(names) else deleted
    first = f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"
    return ["; ".join([first, "SET LOCAL session_replication_role = replica", *emptied])]


@cache
def tables() -> tuple[str, ...]:
    kept = {ContentType._meta.db_table, Permission._meta.db_table}
    there = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return tuple(name for name in there if name not in kept)


def grown(names: str) -> bool:
    with connection.cursor() as cursor:
        sizes = "SELECT max(pg_relation_size(name)) FROM unnest(%s::regclass[]) AS name"
        cursor.execute(sizes, [f"{{{names}}}"])
        return cursor.fetchone()[0] > MANY
