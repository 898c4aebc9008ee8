"""The part of a community's tree that a page shows: the ways to some nodes and what lies around
them, never all of a large one. A Gap stands for children that are left out and can be asked for."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Window
from django.db.models.functions import RowNumber

from communities.models import BuildingNode, Community

MOST_CHILDREN = 300  # shown at once below one node
MOST_FOUND = 50
SMALL_TREE = 100  # nodes; such a tree is shown with everything open, as in the guide

# From nodes to a number beside each, by pk. A node that is not in the answer has none.
Count = Callable[[Collection[BuildingNode]], Mapping[int, int]]


def no_count(nodes: Collection[BuildingNode]) -> Mapping[int, int]:
    return {}


@dataclass(frozen=True)
class Gap:
    """Children of a node that are not shown: those with start <= lft < end."""

    parent: BuildingNode
    start: int
    end: int


@dataclass
class Branch:
    node: BuildingNode
    heads: int | None = None
    is_building: bool = False
    is_open: bool = False
    is_current: bool = False
    is_found: bool = False
    children: list["Branch | Gap"] = field(default_factory=list)


@dataclass
class Shown:
    """The nodes that a page shows, the open ones among them, and what is marked."""

    nodes: Mapping[int, BuildingNode]
    opened: Collection[int]
    current: int | None = None
    found: Collection[int] = ()


def tree_around(current: BuildingNode, community: Community, *, count: Count = no_count) -> Branch:
    """The tree from its root, opened down to a node and the children of that."""
    way = [current] if current.is_root else list(BuildingNode.objects.above(current))
    root = way[0]
    if root.rght - root.lft < SMALL_TREE * 2:
        nodes = by_pk(BuildingNode.objects.inside(root))
        return branch_of(root, Shown(nodes, nodes, current.pk), community, count)
    nodes = by_pk([*way, *first_children(way)])
    return branch_of(root, Shown(nodes, by_pk(way), current.pk), community, count)


def tree_of_found(
    text: str, community: Community, *, count: Count = no_count
) -> tuple[Branch, int]:
    """The ways to the nodes with a text in their name, and how many there are: the first
    MOST_FOUND are shown."""
    root = BuildingNode.objects.root_of(community)
    named = BuildingNode.objects.inside(root).named(text)
    found = by_pk(named[:MOST_FOUND])
    nodes = with_ancestors(found) | {root.pk: root}
    shown = Shown(nodes, nodes.keys() - found.keys() | {root.pk}, found=found)
    number = len(found) if len(found) < MOST_FOUND else named.count()
    return branch_of(root, shown, community, count), number


def children_between(
    parent: BuildingNode, community: Community, start: int, end: int, *, count: Count = no_count
) -> list[Branch | Gap]:
    """The first children in a part of a node, closed, and the gap behind them if there are more."""
    children = BuildingNode.objects.below(parent).filter(lft__gte=start, lft__lt=end)
    nodes = list(children[:MOST_CHILDREN])
    heads = count(nodes)
    parts = with_gaps(parent, nodes, start, end)
    return [p if isinstance(p, Gap) else bare(p, community, heads) for p in parts]


def branch_of(root: BuildingNode, shown: Shown, community: Community, count: Count) -> Branch:
    heads = count(shown.nodes.values())
    rows = defaultdict(list)
    for node in shown.nodes.values():
        rows[node.parent_id].append(node)

    def grow(node: BuildingNode) -> Branch:
        branch = bare(node, community, heads)
        branch.is_current = node.pk == shown.current
        branch.is_found = node.pk in shown.found
        branch.is_open = node.has_children and (node.pk in shown.opened or bool(rows[node.pk]))
        if branch.is_open:
            parts = with_gaps(node, rows[node.pk], node.lft + 1, node.rght)
            branch.children = [p if isinstance(p, Gap) else grow(p) for p in parts]
        return branch

    return grow(root)


def bare(node: BuildingNode, community: Community, heads: Mapping[int, int]) -> Branch:
    is_building = node.level == community.building_level
    return Branch(node, heads.get(node.pk), is_building)


def with_gaps(
    parent: BuildingNode, nodes: Iterable[BuildingNode], start: int, end: int
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


def by_pk(nodes: Iterable[BuildingNode]) -> dict[int, BuildingNode]:
    return {node.pk: node for node in nodes}


def first_children(parents: Collection[BuildingNode]) -> Iterable[BuildingNode]:
    number = Window(RowNumber(), partition_by="parent_id", order_by="lft")
    children = BuildingNode.objects.filter(parent__in=parents).annotate(number=number)
    return children.filter(number__lte=MOST_CHILDREN).order_by("lft")


def with_ancestors(nodes: Mapping[int, BuildingNode]) -> dict[int, BuildingNode]:
    """One query for each level, of which there are at most eight."""
    all_of_them = dict(nodes)
    layer = nodes
    while wanted := {n.parent_id for n in layer.values()} - all_of_them.keys() - {None}:
        layer = by_pk(BuildingNode.objects.filter(pk__in=wanted))
        all_of_them |= layer
    return all_of_them
