"""The only writer of building nodes.

Every structural write takes the community's lock before it reads a node, works out lft, rght, level
and address of the whole tree in one pass in memory, and writes what is new or different set-based.
Siblings stand in natural order, so lft is the order of addresses.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from communities.models import BuildingNode, Community
from communities.numbering import Node, Path, number
from haina.accounts import audit
from haina.lib.locks import Lock, hold
from haina.lib.natural import natural_key
from haina.lib.rows import copy_rows, reserve_ids

TABLE = BuildingNode._meta.db_table
MODEL = BuildingNode._meta.label_lower
COLUMNS = (
    *("id", "community_id", "tree_id", "parent_id", "name", "sort_key"),
    *("lft", "rght", "level", "address"),
)

UPDATE_PLACES = sql.SQL("""
    UPDATE {table} SET lft = new.lft, rght = new.rght, level = new.level, address = new.address
    FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::text[])
        AS new (id, lft, rght, level, address)
    WHERE {table}.id = new.id
""").format(table=sql.Identifier(TABLE))
DELETE_BETWEEN = sql.SQL("DELETE FROM {} WHERE tree_id = %s AND lft >= %s AND rght <= %s").format(
    sql.Identifier(TABLE)
)


class TreeRefused(Exception):
    """A change of the structure that cannot be; the message says why and what to do."""


class CommunityGone(TreeRefused):
    """The community was deleted while somebody waited for its lock."""

    def __init__(self) -> None:
        super().__init__(_("小区已被删除，请返回小区列表查看。"))


class StillInhabited(TreeRefused):
    """Residents live below the node."""

    def __init__(self, residents: int) -> None:
        super().__init__(_("这里还有 %d 位住户，不能删除。请先移走或删除这些住户。") % residents)
        self.residents = residents


class NameTaken(TreeRefused):
    """A sibling has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(_("同一级下已有“%s”，请换一个名称。") % name)


# Higher packages say here who lives in a part of a tree: (community, lft, rght) -> number.
counts_residents: list[Callable[[Community, int, int], int]] = []


class Tree:
    """A community's whole tree, read under its lock."""

    def __init__(self, community: Community) -> None:
        hold(Lock.COMMUNITY, community.pk)
        try:
            community.refresh_from_db(fields=["levels", "name"])
        except Community.DoesNotExist:
            raise CommunityGone from None
        self.community = community
        self.nodes: dict[int, Node] = {}
        self.new: list[Node] = []
        rows = BuildingNode.objects.filter(tree_id=community.pk).order_by("lft", "level", "pk")
        for pk, parent, name, key, lft, rght, level, address in rows.values_list(
            "pk", "parent_id", "name", "sort_key", "lft", "rght", "level", "address"
        ).iterator(chunk_size=5000):
            self.nodes[pk] = Node(pk, name, key, parent, lft, rght, level, address)
        self.link()

    def link(self) -> None:
        """Parents as nodes instead of ids, and each node known to its parent by name."""
        for node in self.nodes.values():
            node.parent = self.nodes.get(node.parent) if node.parent else None
            if node.parent:
                node.parent.children[node.name] = node

    @property
    def root(self) -> Node:
        return next(node for node in self.nodes.values() if node.parent is None)

    def at(self, pk: int) -> Node:
        try:
            return self.nodes[pk]
        except KeyError:
            raise TreeRefused(_("该节点已被删除，请刷新页面后重试。")) from None

    def reach(self, path: Path, start: Node | None = None) -> Node:
        """The node at the path, made where it is missing."""
        node = start or self.root
        for name in path:
            node = node.children.get(name) or self.add(name, node)
        return node

    def add(self, name: str, parent: Node) -> Node:
        node = Node(0, name, natural_key(name), parent)
        parent.children[name] = node
        self.new.append(node)
        return node

    def write(self) -> list[Node]:
        """Number everything anew and write what is new or different; the old nodes among it."""
        for node, pk in zip(self.new, reserve_ids(TABLE, len(self.new)), strict=True):
            node.pk = pk
        before = {node.pk: node.placed for node in self.nodes.values()}
        number(self.root)
        moved = [node for node in self.nodes.values() if node.placed != before[node.pk]]
        update_places(moved)
        copy_in(self.new, self.community.pk)
        self.nodes.update((node.pk, node) for node in self.new)
        self.new = []
        return moved


def copy_in(nodes: list[Node], tree_id: int) -> None:
    copy_rows(
        TABLE,
        COLUMNS,
        (
            (node.pk, tree_id, tree_id, node.parent and node.parent.pk, node.name, node.sort_key)
            + node.placed
            for node in nodes
        ),
    )


def update_places(nodes: list[Node]) -> None:
    if not nodes:
        return
    lefts, rights, levels, addresses = zip(*(node.placed for node in nodes), strict=True)
    pks = [node.pk for node in nodes]
    with connection.cursor() as cursor:
        cursor.execute(UPDATE_PLACES, [pks, *map(list, (lefts, rights, levels, addresses))])


def plant(community: Community) -> None:
    """The root of a new community's tree. Part of the transaction that adds the community."""
    (pk,) = reserve_ids(TABLE, 1)
    root = Node(pk, community.name, natural_key(community.name), None)
    number(root)
    copy_in([root], community.pk)


@transaction.atomic
def grow(
    community: Community, paths: Iterable[Path], *, by: audit.Actor, now: datetime
) -> dict[Path, int]:
    """Create whatever is missing on the way to each path; the pk of the node at each path."""
    tree = Tree(community)
    reached = {path: tree.reach(path) for path in paths}
    save_grown(tree, by=by, now=now)
    return {path: node.pk for path, node in reached.items()}


@transaction.atomic
def sow(
    community: Community, pk: int, paths: Iterable[Path], *, by: audit.Actor, now: datetime
) -> int:
    """As grow(), with paths that begin below a node; the number of nodes that were missing."""
    tree = Tree(community)
    start = tree.at(pk)
    for path in paths:
        tree.reach(path, start)
    return save_grown(tree, by=by, now=now)


def save_grown(tree: Tree, *, by: audit.Actor, now: datetime) -> int:
    made = tree.new
    if made:
        tree.write()
        if max(node.level for node in made) > tree.community.depth:
            raise too_deep(tree.community)
        record("tree.grown", [node.pk for node in made], tree.community, by=by, now=now)
    return len(made)


@transaction.atomic
def branch(community: Community, pk: int, name: str, *, by: audit.Actor, now: datetime) -> int:
    """One new node below another; its pk. Raises NameTaken instead of finding an old one."""
    tree = Tree(community)
    parent = tree.at(pk)
    if name in parent.children:
        raise NameTaken(name)
    node = tree.add(name, parent)
    save_grown(tree, by=by, now=now)
    return node.pk


def too_deep(community: Community) -> TreeRefused:
    return TreeRefused(_("该小区只有 %d 级结构，不能再添加下一级。") % community.depth)


@transaction.atomic
def rename(community: Community, pk: int, name: str, *, by: audit.Actor, now: datetime) -> None:
    """Give a node another name; its place among its siblings and all addresses below follow."""
    tree = Tree(community)
    node = tree.at(pk)
    if node.name == name:
        return
    if node.parent and name in node.parent.children:
        raise NameTaken(name)
    node.name, node.sort_key = name, natural_key(name)
    BuildingNode.objects.filter(pk=pk).update(name=name, sort_key=node.sort_key)
    tree.write()
    record("tree.node_renamed", [pk], community, by=by, now=now, fields=["name"])


@transaction.atomic
def move(community: Community, pk: int, *, to: int, by: audit.Actor, now: datetime) -> None:
    """Put a node, with all below it, under another parent of the same level as its own."""
    tree = Tree(community)
    node, parent = tree.at(pk), tree.at(to)
    if node.parent is None or parent.level != node.level - 1:
        raise TreeRefused(_("只能移动到同一级的其他节点下。"))
    if node.parent is parent:
        return
    if node.name in parent.children:
        raise NameTaken(node.name)
    del node.parent.children[node.name]
    node.parent, parent.children[node.name] = parent, node
    BuildingNode.objects.filter(pk=pk).update(parent_id=to)
    tree.write()
    record("tree.node_moved", [pk], community, by=by, now=now, fields=["parent"])


@transaction.atomic
def fell(community: Community, pk: int, *, by: audit.Actor, now: datetime) -> int:
    """Delete a node and all below it; the number of nodes. Refused while residents live there."""
    tree = Tree(community)
    node = tree.at(pk)
    if node.parent is None:
        raise TreeRefused(_("不能删除小区本身的节点，请在小区列表中删除小区。"))
    if residents := residents_between(community, node.lft, node.rght):
        raise StillInhabited(residents)
    gone = [n.pk for n in tree.nodes.values() if node.lft <= n.lft and n.rght <= node.rght]
    delete_between(community, node.lft, node.rght)
    del node.parent.children[node.name]
    for gone_pk in gone:
        del tree.nodes[gone_pk]
    tree.write()
    record("tree.node_deleted", gone, community, by=by, now=now)
    return len(gone)


@transaction.atomic
def uproot(community: Community) -> None:
    """Delete a community's whole tree, as part of closing it. Raises StillInhabited."""
    hold(Lock.COMMUNITY, community.pk)
    root = BuildingNode.objects.root_of(community)
    if residents := residents_between(community, root.lft, root.rght):
        raise StillInhabited(residents)
    delete_between(community, root.lft, root.rght)


@transaction.atomic
def rebuild(community: Community, *, by: audit.Actor, now: datetime) -> int:
    """Number a damaged tree anew from its parents; the number of nodes that were wrong."""
    tree = Tree(community)
    stale = [node for node in tree.nodes.values() if node.sort_key != natural_key(node.name)]
    for node in stale:
        node.sort_key = natural_key(node.name)
    keyed = [BuildingNode(pk=node.pk, sort_key=node.sort_key) for node in stale]
    BuildingNode.objects.bulk_update(keyed, ["sort_key"], batch_size=2000)
    wrong = {node.pk for node in stale} | {node.pk for node in tree.write()}
    if wrong:
        record("tree.rebuilt", sorted(wrong), community, by=by, now=now)
    return len(wrong)


def delete_between(community: Community, lft: int, rght: int) -> None:
    """One statement, instead of loading every node to find what hangs below it. A resident who
    came in between would still stop it: the foreign key is checked when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(DELETE_BETWEEN, [community.pk, lft, rght])


def residents_between(community: Community, lft: int, rght: int) -> int:
    return sum(count(community, lft, rght) for count in counts_residents)


def record(
    action: str, ids: list[int], community: Community, *, by: audit.Actor, now: datetime, fields=()
) -> None:
    account = community.account_id
    audit.record_ids(action, MODEL, ids, by=by, at=now, fields=fields, account_id=account)
