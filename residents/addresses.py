"""An address as people choose it: a community, then one name on each of its levels.

Names, not pks, are what the selects post: so a level with too many nodes for a select can be typed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from communities.models import MOST_LEVELS, BuildingNode, Community
from haina.lib.text import tidy

MOST_OPTIONS = 500


@dataclass(frozen=True)
class LevelChoice:
    """One select: its label, what is chosen, and the names to choose from. None: too many."""

    number: int
    label: str
    chosen: str
    names: list[str] | None


def names_in(data) -> list[str]:
    """What the selects at_0, at_1 ... posted, down to the first that was left empty."""
    names = [tidy(data.get(f"at_{number}", "")) for number in range(MOST_LEVELS)]
    return list(takewhile(bool, names))


class Address:
    """What was chosen so far in one community. Names that lead nowhere are not followed."""

    def __init__(self, community: Community, names: Sequence[str] = ()) -> None:
        self.community = community
        self.wanted = list(names)

    @classmethod
    def of(cls, node: BuildingNode, community: Community) -> "Address":
        way = BuildingNode.objects.above(node).filter(level__gt=0)
        return cls(community, way.values_list("name", flat=True))

    def __eq__(self, other):
        return isinstance(other, Address) and (self.community, self.names) == (
            other.community,
            other.names,
        )

    __hash__ = None

    @cached_property
    def way(self) -> list[BuildingNode]:
        """The nodes from the root to the last name that is there."""
        way = [BuildingNode.objects.root_of(self.community)]
        for name in self.wanted:
            child = BuildingNode.objects.filter(parent=way[-1], name=name).first()
            if child is None:
                break
            way.append(child)
        return way

    @property
    def names(self) -> list[str]:
        return [node.name for node in self.way[1:]]

    @property
    def room(self) -> BuildingNode | None:
        """The room, once every level is chosen."""
        return self.way[-1] if len(self.way) > self.community.depth else None

    @property
    def levels(self) -> list[LevelChoice]:
        """A select for every level; those below the next one to choose have nothing to offer."""
        names = self.names
        chosen = names + self.wanted[len(names) :] + [""] * self.community.depth
        return [
            LevelChoice(number, label, chosen[number], self.names_on(number))
            for number, label in enumerate(self.community.levels)
        ]

    def names_on(self, number: int) -> list[str] | None:
        if number >= len(self.way):
            return []
        children = BuildingNode.objects.below(self.way[number]).values_list("name", flat=True)
        names = list(children[: MOST_OPTIONS + 1])
        return names if len(names) <= MOST_OPTIONS else None
