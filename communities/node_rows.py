"""The statements with which communities/tree.py writes nodes. Each is one statement for however
many rows; the caller holds the community's lock."""

from collections.abc import Sequence

from django.db import connection
from psycopg import sql

from communities.models import BuildingNode
from communities.numbering import Node, Shift
from haina.lib.rows import copy_rows, reserve_ids

TABLE = BuildingNode._meta.db_table
COLUMNS = (
    *("id", "community_id", "tree_id", "parent_id", "name", "sort_key"),
    *("lft", "rght", "level", "address"),
)
NO_END = 2**31 - 1

PLACE = sql.SQL("""
    UPDATE {table} SET lft = new.lft, rght = new.rght, level = new.level, address = new.address
    FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::text[])
        AS new (id, lft, rght, level, address)
    WHERE {table}.id = new.id
""").format(table=sql.Identifier(TABLE))
SHIFT = sql.SQL("""
    UPDATE {table} SET
        lft = lft + (%(by)s::int[])[1 + width_bucket(lft, %(at)s::int[])],
        rght = rght + (%(by)s::int[])[1 + width_bucket(rght, %(at)s::int[])]
    WHERE tree_id = %(tree)s AND rght >= %(first)s AND lft < %(end)s
""").format(table=sql.Identifier(TABLE))
READDRESS = sql.SQL("""
    UPDATE {table} SET address = %s || substr(address, char_length(%s) + 1)
    WHERE tree_id = %s AND lft >= %s AND rght <= %s
""").format(table=sql.Identifier(TABLE))
DELETE = sql.SQL("""
    DELETE FROM {table} WHERE tree_id = %s AND lft >= %s AND rght <= %s RETURNING id
""").format(table=sql.Identifier(TABLE))

DELETE_EACH = sql.SQL("DELETE FROM {table} WHERE id = ANY(%s)").format(table=sql.Identifier(TABLE))


def insert(nodes: Sequence[Node], tree_id: int) -> None:
    """New nodes, numbered, parents before their children; they get their pk here."""
    for node, pk in zip(nodes, reserve_ids(TABLE, len(nodes)), strict=True):
        node.pk = pk
    copy_rows(
        TABLE,
        COLUMNS,
        (
            (node.pk, tree_id, tree_id, node.parent and node.parent.pk, node.name, node.sort_key)
            + node.placed
            for node in nodes
        ),
    )


def place(nodes: Sequence[Node]) -> None:
    """Write where these nodes stand now."""
    if not nodes:
        return
    lefts, rights, levels, addresses = zip(*(node.placed for node in nodes), strict=True)
    pks = [node.pk for node in nodes]
    with connection.cursor() as cursor:
        cursor.execute(PLACE, [pks, *map(list, (lefts, rights, levels, addresses))])


def shift(tree_id: int, shifts: Sequence[Shift]) -> None:
    """Move numbers, each by what holds where it stands. What lies before the first shift stays,
    and so does what lies behind the last if that is 0."""
    if not shifts:
        return
    at, by = map(list, zip(*shifts, strict=True))
    bounds = {"tree": tree_id, "first": at[0], "end": NO_END if by[-1] else at[-1]}
    with connection.cursor() as cursor:
        cursor.execute(SHIFT, {"at": at, "by": [0, *by], **bounds})


def readdress(node: BuildingNode, address: str) -> None:
    """Give a node another address, and with it all below."""
    with connection.cursor() as cursor:
        cursor.execute(READDRESS, [address, node.address, node.tree_id, node.lft, node.rght])


def delete(node: BuildingNode) -> list[int]:
    """Delete a node and all below it; their pks. A resident who came in between would still stop
    it: the foreign key is checked when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(DELETE, [node.tree_id, node.lft, node.rght])
        return sorted(pk for (pk,) in cursor.fetchall())


def delete_each(pks: Sequence[int]) -> None:
    """Delete these nodes, which have nothing below them but each other. As delete(), a resident
    who came in between would still stop it."""
    with connection.cursor() as cursor:
        cursor.execute(DELETE_EACH, [list(pks)])
