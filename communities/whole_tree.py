"""A community's tree as a whole, for what may touch all of it: imports, their undoing, repair."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from communities import node_rows
from communities.models import BuildingNode, Community
from communities.numbering import Node, Path, number
from communities.refusals import TooDeep
from communities.tree import FIELDS, lock, record, record_grown, refuse_too_many
from haina.accounts import audit
from haina.lib import faults
from haina.lib.natural import natural_key


class Tree:
    """A community's whole tree, read under its lock."""

    def __init__(self, community: Community) -> None:
        lock(community)
        self.community = community
        self.new: list[Node] = []
        rows = BuildingNode.objects.filter(tree_id=community.pk).order_by("lft", "level", "pk")
        found = rows.values_list(*FIELDS).iterator(chunk_size=5000)
        self.nodes = {pk: Node(pk, *values) for pk, *values in found}
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

    def reach(self, path: Path) -> Node:
        """The node at the path, made where it is missing."""
        return self.root.reach(path, self.new)

    def from_below(self) -> list[Node]:
        """All nodes but the root, children before their parents."""
        below = [node for node in self.nodes.values() if node.parent]
        return sorted(below, key=lambda node: node.level, reverse=True)

    def cut(self, node: Node) -> bool:
        """Take a node out of the tree in memory, if it has no children."""
        if node.children or node.parent is None:
            return False
        del node.parent.children[node.name], self.nodes[node.pk]
        return True

    def write(self) -> list[Node]:
        """Number everything anew and write what is new or different; the old nodes among it."""
        before = {node.pk: node.placed for node in self.nodes.values()}
        number(self.root)
        moved = [node for node in self.nodes.values() if node.placed != before[node.pk]]
        node_rows.place(moved)
        node_rows.insert(self.new, self.community.pk)
        self.nodes.update((node.pk, node) for node in self.new)
        self.new = []
        return moved


def save_grown(tree: Tree, *, by: audit.Actor, now: datetime) -> int:
    """Write what was reached in a whole tree; the number of nodes that were missing."""
    made = tree.new
    if made:
        refuse_too_many(tree.community, len(made))
        tree.write()
        if max(node.level for node in made) > tree.community.depth:
            raise TooDeep(tree.community)
        record_grown(made, tree.community, by=by, now=now)
        faults.passing("tree.grown")
    return len(made)


@transaction.atomic
def prune(
    community: Community,
    pks: Collection[int],
    *,
    inhabited: Collection[int],
    by: audit.Actor,
    now: datetime,
) -> list[int]:
    """Delete those of the nodes below which nothing else is left, and none of the inhabited rooms
    among it; the pks of the deleted."""
    tree = Tree(community)
    gone = [node for node in tree.from_below() if node.pk in pks and node.pk not in inhabited]
    gone = [node for node in gone if tree.cut(node)]
    if gone:
        node_rows.delete_each([node.pk for node in gone])
        tree.write()
        record("tree.node_deleted", [node.pk for node in gone], community, by=by, now=now)
    return [node.pk for node in gone]


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
