"""The only writer of building nodes, together with whole_tree.py.

Every structural write takes the community's lock before it reads a node, works out the new numbers
in memory and writes them set-based. Siblings stand in natural order, so lft is the order of
addresses. The changes here read what lies around them, and whatever stands behind gives way in one
statement; an import reads the whole tree.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from communities import node_rows
from communities.models import BuildingNode, Community
from communities.numbering import Node, Path, number, number_new, shifts_closing, shifts_moving
from communities.refusals import (
    CommunityGone,
    NameTaken,
    NodeGone,
    StillInhabited,
    TooDeep,
    TooMany,
    TreeRefused,
)
from haina.accounts import audit
from haina.lib.locks import Lock, hold
from haina.lib.natural import natural_key

MODEL = BuildingNode._meta.label_lower
FIELDS = ("pk", "name", "sort_key", "parent_id", "lft", "rght", "level", "address")


# Higher packages say here who lives in a part of a tree: (community, lft, rght) -> number.
counts_residents: list[Callable[[Community, int, int], int]] = []


def lock(community: Community) -> None:
    """Wait for the community's lock; its name and levels are then as they are now."""
    hold(Lock.COMMUNITY, community.pk)
    try:
        community.refresh_from_db(fields=["levels", "name"])
    except Community.DoesNotExist:
        raise CommunityGone from None


def plant(community: Community) -> None:
    """The root of a new community's tree. Part of the transaction that adds the community."""
    root = Node(0, community.name, natural_key(community.name), None)
    number(root)
    node_rows.insert([root], community.pk)


@transaction.atomic
def grow(
    community: Community, paths: Iterable[Path], *, by: audit.Actor, now: datetime
) -> dict[Path, int]:
    """Create whatever is missing on the way to each path; the pk of the node at each path."""
    paths = list(paths)
    lock(community)
    root = BuildingNode.objects.root_of(community)
    start, made = grow_below(root, paths, community)
    record_grown(made, community, by=by, now=now)
    return {path: start.reach(path, []).pk for path in paths}


@transaction.atomic
def sow(
    community: Community, pk: int, paths: Iterable[Path], *, by: audit.Actor, now: datetime
) -> int:
    """As grow(), with paths that begin below a node; the number of nodes that were missing."""
    paths = list(paths)
    lock(community)
    _start, made = grow_below(node_at(community, pk), paths, community)
    record_grown(made, community, by=by, now=now)
    return len(made)


@transaction.atomic
def branch(community: Community, pk: int, name: str, *, by: audit.Actor, now: datetime) -> int:
    """One new node below another; its pk. Raises NameTaken instead of finding an old one."""
    lock(community)
    parent = node_at(community, pk)
    _start, made = grow_below(parent, [(name,)], community)
    if not made:
        raise NameTaken(name)
    record_grown(made, community, by=by, now=now)
    return made[0].pk


def grow_below(
    top: BuildingNode, paths: Collection[Path], community: Community
) -> tuple[Node, list[Node]]:
    """Write what is missing on the way to paths below a node; the node in memory, what is new."""
    if top.level + max(map(len, paths), default=0) > community.depth:
        raise TooDeep(community)
    start = Node(top.pk, top.name, top.sort_key, None, top.lft, top.rght, top.level, top.address)
    read_along(start, paths)
    made: list[Node] = []
    for path in paths:
        start.reach(path, made)
    if made:
        refuse_too_many(community, len(made))
        node_rows.shift(top.tree_id, number_new(made))
        node_rows.insert(made, top.tree_id)
    return start, made


def read_along(start: Node, paths: Collection[Path]) -> None:
    """Read the children of every node that a path leads through: one query for each level."""
    for depth in range(max(map(len, paths), default=0)):
        through = {path[:depth] for path in paths if len(path) > depth}
        parents = {node.pk: node for way in through if (node := known(start, way))}
        rows = BuildingNode.objects.filter(parent__in=parents).order_by()
        for pk, name, key, parent, *place in rows.values_list(*FIELDS):
            parents[parent].children[name] = Node(pk, name, key, parents[parent], *place)


def known(start: Node, path: Path) -> Node | None:
    node: Node | None = start
    for name in path:
        node = node and node.children.get(name)
    return node


def refuse_too_many(community: Community, more: int) -> None:
    """Raises TooMany. A tree of n nodes, the root among them, is numbered from 1 to 2n."""
    now = BuildingNode.objects.root_of(community).rght // 2 - 1
    if now + more > settings.MOST_NODES:
        raise TooMany(now, more)


def node_at(community: Community, pk: int) -> BuildingNode:
    """A node as it is now that the lock is held. Raises NodeGone."""
    nodes = BuildingNode.objects.filter(tree_id=community.pk).select_related("parent")
    node = nodes.filter(pk=pk).first()
    if node is None:
        raise NodeGone
    return node


@transaction.atomic
def rename(community: Community, pk: int, name: str, *, by: audit.Actor, now: datetime) -> None:
    """Give a node another name; its place among its siblings and all addresses below follow."""
    lock(community)
    node = node_at(community, pk)
    if node.name == name:
        return
    put(node, node.parent, name)
    record("tree.node_renamed", [pk], community, by=by, now=now, fields=["name"])


@transaction.atomic
def move(community: Community, pk: int, *, to: int, by: audit.Actor, now: datetime) -> None:
    """Put a node, with all below it, under another parent of the same level as its own."""
    lock(community)
    node, parent = node_at(community, pk), node_at(community, to)
    if node.parent is None or parent.level != node.level - 1:
        raise TreeRefused(_("只能移动到同一级的其他节点下。"))
    if node.parent == parent:
        return
    put(node, parent, node.name)
    record("tree.node_moved", [pk], community, by=by, now=now, fields=["parent"])


def put(node: BuildingNode, parent: BuildingNode | None, name: str) -> None:
    """Name a node and let it stand, with all below it, where it belongs below the parent. Raises
    NameTaken."""
    key = natural_key(name)
    siblings = BuildingNode.objects.filter(parent=parent, tree_id=node.tree_id).exclude(pk=node.pk)
    if siblings.filter(name=name).exists():
        raise NameTaken(name)
    BuildingNode.objects.filter(pk=node.pk).update(name=name, sort_key=key, parent=parent)
    if parent is None:
        return
    node_rows.readdress(node, f"{parent.address} {name}".lstrip())
    behind = [
        lft
        for *place, lft in siblings.values_list("sort_key", "name", "lft")
        if place > [key, name]
    ]
    to = min(behind, default=parent.rght)
    node_rows.shift(node.tree_id, shifts_moving(node.lft, node.rght, to))


@transaction.atomic
def fell(community: Community, pk: int, *, by: audit.Actor, now: datetime) -> int:
    """Delete a node and all below it; the number of nodes. Refused while residents live there."""
    lock(community)
    node = node_at(community, pk)
    if node.parent is None:
        raise TreeRefused(_("不能删除小区本身的节点，请在小区列表中删除小区。"))
    if residents := residents_between(community, node.lft, node.rght):
        raise StillInhabited(residents)
    gone = node_rows.delete(node)
    node_rows.shift(node.tree_id, shifts_closing(node.lft, node.rght))
    record("tree.node_deleted", gone, community, by=by, now=now)
    return len(gone)


@transaction.atomic
def uproot(community: Community) -> None:
    """Delete a community's whole tree, as part of closing it. Raises StillInhabited."""
    hold(Lock.COMMUNITY, community.pk)
    root = BuildingNode.objects.root_of(community)
    if residents := residents_between(community, root.lft, root.rght):
        raise StillInhabited(residents)
    node_rows.delete(root)


def residents_between(community: Community, lft: int, rght: int) -> int:
    return sum(count(community, lft, rght) for count in counts_residents)


def record_grown(made: list[Node], community: Community, *, by: audit.Actor, now: datetime) -> None:
    if made:
        record("tree.grown", [node.pk for node in made], community, by=by, now=now)


def record(
    action: str, ids: list[int], community: Community, *, by: audit.Actor, now: datetime, fields=()
) -> None:
    account = community.account_id
    audit.record_ids(action, MODEL, ids, by=by, at=now, fields=fields, account_id=account)
