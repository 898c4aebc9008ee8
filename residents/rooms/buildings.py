"""The buildings of a community, one map each, and what stands in one of them."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from communities.models import BuildingNode
from haina.accounts.permissions import Rights
from residents.rooms.layout import Room
from residents.rooms.states import State, states_of, told_to

MOST_ROOMS = 1000  # on one map; a building with more of them has several
MOST_BESIDE = 200  # neighbours to choose from, on either side


@dataclass(frozen=True)
class Legend:
    """One state on the map, and in how many of its rooms."""

    state: State
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Neighbours:
    """The nodes on the same level of the community, or those around one of them."""

    before: list[BuildingNode]
    after: list[BuildingNode]

    @property
    def previous(self) -> BuildingNode | None:
        return self.before[-1] if self.before else None

    @property
    def following(self) -> BuildingNode | None:
        return self.after[0] if self.after else None


def first_in(node: BuildingNode) -> BuildingNode | None:
    """The first building below a node above them."""
    buildings = BuildingNode.objects.inside(node).filter(level=node.community.building_level)
    return buildings.order_by("lft").first()


def building_of(room: BuildingNode) -> BuildingNode:
    way = BuildingNode.objects.above(room).select_related("community")
    return way.get(level=room.community.building_level)


def rooms_in(node: BuildingNode) -> QuerySet:
    """In the order of the tree. Not those of a level that is no longer the last."""
    return BuildingNode.objects.inside(node).filter(level=node.community.depth).order_by("lft")


def neighbours_of(node: BuildingNode) -> Neighbours:
    level = BuildingNode.objects.filter(community=node.community_id, level=node.level)
    level = level.select_related("community")
    before = level.filter(lft__lt=node.lft).order_by("-lft")[:MOST_BESIDE]
    after = level.filter(lft__gt=node.lft).order_by("lft")[:MOST_BESIDE]
    return Neighbours(list(before)[::-1], list(after))


def stated(
    rooms: Collection[BuildingNode], node: BuildingNode, *, rights: Rights, today: date
) -> list[Room]:
    """Rooms of a building, or of a part of one, in the state that each is in."""
    community = node.community
    states = states_of([room.pk for room in rooms], community, rights=rights, today=today)
    called = {node.pk: ""}
    if node.level < community.depth - 1:
        for section in BuildingNode.objects.below(node):
            section.community = community
            called[section.pk] = section.called
    # Sections may be moved meanwhile: then a room comes without its own.
    return [
        Room(each.pk, each.name, called.get(each.parent_id, ""), states[each.pk]) for each in rooms
    ]


def legend_of(rooms: Collection[Room], *, rights: Rights, chosen: str) -> list[Legend]:
    counts = Counter(room.state for room in rooms)
    return [Legend(state, counts[state], state == chosen) for state in told_to(rights)]
