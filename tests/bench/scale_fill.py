"""Fills a database far beyond what pages or imports would in an afternoon: one community is made by
the product, all others are copies of its rows by SQL, with ids, phones and hashes of their own.

python -m tests.bench.scale_fill COMMUNITIES RESIDENTS_OF_EACH
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django

from tests.bench.measure import tell

STEP = 100_000  # between the ids of a community's rows and those of the next
OF_AN_ACCOUNT, AT_ONCE = 1_000, 200  # communities
COMMUNITY, NODE = "communities_community", "communities_buildingnode"
RESIDENT, EVENT = "residents_resident", "residents_residentevent"
PHONE = "'+861' || lpad(((k * 10007::bigint + id * 97) %% 10000000000)::text, 10, '0')"
OTHER = {  # what tells copy k from its original
    COMMUNITY: {
        "id": "id + k * %(step)s",
        "name": "name || lpad(k::text, 5, '0')",
        "name_key": "name_key || lpad(k::text, 5, '0')",
        "public_id": "replace(gen_random_uuid()::text, '-', '')",
        "account_id": "(%(accounts)s::bigint[])[1 + k / %(of_an_account)s]",
    },
    NODE: {
        name: f"{name} + k * %(step)s" for name in ("id", "community_id", "tree_id", "parent_id")
    },
    RESIDENT: {
        **{name: f"{name} + k * %(step)s" for name in ("id", "community_id", "room_id")},
        "phone": PHONE,
        "phone_last4": f"right({PHONE}, 4)",
        "id_number_hash": "sha256((id + k * %(step)s)::text::bytea)",
    },
}
COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
"""
REBUILT = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
              pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[])
UNION ALL
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid = ANY(%(tables)s::regclass[])
    AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)
"""


def fill(communities: str, residents: str) -> None:
    from django.db import connection

    from tests import make
    from tests.bench.lists import settle

    began = time.perf_counter()
    settle(int(residents), numbered=True)
    accounts = [make.account(f"bench{k}").pk for k in range(int(communities) // OF_AN_ACCOUNT)]
    with connection.cursor() as cursor:
        names = {"step": STEP, "of_an_account": OF_AN_ACCOUNT}
        names["accounts"] = [account_of(cursor), *accounts[1:]]
        with rebuilding(cursor, [COMMUNITY, NODE, RESIDENT, EVENT]):
            for first in range(1, int(communities), AT_ONCE):
                last = min(first + AT_ONCE, int(communities)) - 1
                for table in OTHER:
                    cursor.execute(copies(cursor, table), names | {"first": first, "last": last})
            remember(cursor)
        cursor.execute("VACUUM ANALYZE")
        tell({"seconds": time.perf_counter() - began} | sizes(cursor))


def account_of(cursor) -> int:
    cursor.execute(f"SELECT account_id FROM {COMMUNITY}")  # noqa: S608 - our own names
    return cursor.fetchone()[0]


def copies(cursor, table: str) -> str:
    """The statement that makes copies first to last of all rows of the first community."""
    names = columns(cursor, table)
    values = [OTHER[table].get(name, f'"{name}"') for name in names]
    only = "id" if table == COMMUNITY else "community_id"
    return (
        f"INSERT INTO {table} ({quoted(names)}) OVERRIDING SYSTEM VALUE "  # noqa: S608
        f"SELECT {', '.join(values)} FROM generate_series(%(first)s, %(last)s) k, {table} "
        f"WHERE {only} < %(step)s"
    )


def remember(cursor) -> None:
    """An event in the row history for each copy, as registering them would have left."""
    known = [name for name in columns(cursor, RESIDENT) if name in columns(cursor, EVENT)]
    cursor.execute(
        f"INSERT INTO {EVENT} (pgh_created_at, pgh_label, pgh_obj_id, {quoted(known)}) "  # noqa: S608
        f"SELECT created_at, 'insert', id, {quoted(known)} FROM {RESIDENT} WHERE id >= %s",
        [STEP],
    )


def columns(cursor, table: str) -> list[str]:
    cursor.execute(COLUMNS, [table])
    return [name for (name,) in cursor.fetchall()]


def quoted(names) -> str:
    return ", ".join(f'"{name}"' for name in names)


@contextmanager
def rebuilding(cursor, tables: list[str]) -> Iterator[None]:
    """Without indexes, foreign keys and the triggers of the history meanwhile; all are there again
    at the end, and the keys were checked."""
    cursor.execute(REBUILT, {"tables": tables})
    rebuilt = cursor.fetchall()
    for drop, _add in rebuilt:
        cursor.execute(drop)
    cursor.execute(f"ALTER TABLE {RESIDENT} DISABLE TRIGGER USER")
    yield
    cursor.execute(f"ALTER TABLE {RESIDENT} ENABLE TRIGGER USER")
    cursor.execute("SET maintenance_work_mem = '1GB'")
    for _drop, add in reversed(rebuilt):
        cursor.execute(add)


def sizes(cursor) -> dict[str, float]:
    told = {}
    for table in (NODE, RESIDENT, EVENT):
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        (rows,) = cursor.fetchone()
        cursor.execute("SELECT pg_table_size(%s), pg_indexes_size(%s)", [table, table])
        table_bytes, index_bytes = cursor.fetchone()
        told |= {f"{table}, rows": rows, f"{table}, bytes a row": table_bytes / rows}
        told[f"{table}, bytes of indexes a row"] = index_bytes / rows
    return told


if __name__ == "__main__":
    django.setup()
    fill(*sys.argv[1:])
