"""The part of a community's tree that a page shows: all of a small one, otherwise the way to one
node with the children on it. Long rows of children are cut; a Gap stands for what is left out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Window
from django.db.models.functions import RowNumber

from communities.models import BuildingNode, Community
from residents.headcounts import heads_of

MOST_CHILDREN = 300
SMALL_TREE = 100  # nodes; such a tree is shown with everything open, as in the guide


@dataclass(frozen=True)
class Gap:
    """Children of a node that are not shown: those with start <= lft < end."""

    parent: BuildingNode
    start: int
    end: int


@dataclass
class Branch:
    node: BuildingNode
    heads: int | None = None  # None: not to be told
    is_room: bool = False
    is_open: bool = False
    is_current: bool = False
    children: list["Branch | Gap"] = field(default_factory=list)


def tree_around(current: BuildingNode, community: Community, *, counted: bool) -> Branch:
    """The tree from its root, opened down to a node. Not counted: only the root has its number."""
    way = [current] if current.is_root else list(BuildingNode.objects.above(current))
    root = way[0]
    if root.rght - root.lft < SMALL_TREE * 2:
        nodes = list(BuildingNode.objects.inside(root).order_by("lft"))
        opened = {node.pk for node in nodes}
    else:
        nodes = [*way, *first_children(way)]
        opened = {node.pk for node in way}
    unique = {node.pk: node for node in nodes}.values()
    heads = heads_of(unique if counted else [root])

    rows = defaultdict(list)
    for node in unique:
        rows[node.parent_id].append(node)

    def grow(node: BuildingNode) -> Branch:
        branch = bare(node, community, heads)
        branch.is_current = node.pk == current.pk
        branch.is_open = node.pk in opened and node.has_children
        if branch.is_open:
            parts = with_gaps(node, rows[node.pk], node.lft + 1, node.rght)
            branch.children = [p if isinstance(p, Gap) else grow(p) for p in parts]
        return branch

    return grow(root)


def children_between(
    parent: BuildingNode, community: Community, start: int, end: int, *, counted: bool
) -> list[Branch | Gap]:
    """The first children in a part of a node, closed, and the gap behind them if there are more."""
    children = BuildingNode.objects.below(parent).filter(lft__gte=start, lft__lt=end)
    nodes = list(children[:MOST_CHILDREN])
    heads = heads_of(nodes) if counted else {}
    parts = with_gaps(parent, nodes, start, end)
    return [p if isinstance(p, Gap) else bare(p, community, heads) for p in parts]


def first_children(parents: list[BuildingNode]) -> Iterable[BuildingNode]:
    number = Window(RowNumber(), partition_by="parent_id", order_by="lft")
    children = BuildingNode.objects.filter(parent__in=parents).annotate(number=number)
    return children.filter(number__lte=MOST_CHILDREN).order_by("lft")


def bare(node: BuildingNode, community: Community, heads: dict[int, int]) -> Branch:
    return Branch(node, heads.get(node.pk), is_room=node.level == community.depth)


def with_gaps(
    parent: BuildingNode, nodes: list[BuildingNode], start: int, end: int
) -> list[BuildingNode | Gap]:
    """Siblings follow each other without a hole in lft and rght, so a hole is a gap."""
    parts: list[BuildingNode | Gap] = []
    for node in sorted(nodes, key=lambda node: node.lft):
        if node.lft > start:
            parts.append(Gap(parent, start, node.lft))
        parts.append(node)
        start = node.rght + 1
    if start < end:
        parts.append(Gap(parent, start, end))
    return parts
