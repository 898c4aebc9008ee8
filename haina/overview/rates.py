"""认证率: of communities and of the buildings in them. Each takes one query, or two, however many
there are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Count

from communities.models import BuildingNode, Community
from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope
from residents.headcounts import VERIFIED, Rate, rates_of
from residents.models import Resident

MOST_BUILDINGS = 5  # of a community, where others are shown as well


@dataclass(frozen=True)
class BuildingRate:
    node: BuildingNode
    rate: Rate

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def place(self) -> str:
        """What the address of 住户信息 says of it."""
        return urlencode({"community": self.node.community_id, "node": self.node.pk})


@dataclass
class CommunityRate:
    """`lowest` are the buildings where most is left to do, `buildings` how many there are."""

    community: Community
    rate: Rate
    lowest: list[BuildingRate] = field(default_factory=list)
    buildings: int = 0

    @property
    def name(self) -> str:
        return self.community.name

    @property
    def place(self) -> str:
        return urlencode({"community": self.community.pk})


def rates_of_communities(scope: Scope) -> list[CommunityRate]:
    """The lowest first; communities without residents are among them."""
    residents = Resident.objects.within(scope).order_by().values_list("community")
    counted = residents.annotate(residents=Count("pk"), verified=Count("pk", filter=VERIFIED))
    rates = {pk: Rate(*numbers) for pk, *numbers in counted}
    communities = Community.objects.within(scope).for_list()
    found = [CommunityRate(each, rates.get(each.pk, Rate())) for each in communities]
    return sorted(found, key=lambda each: each.rate.order)


def rates_of_buildings(
    communities: Iterable[Community], scope: Scope, rights: Rights
) -> list[BuildingRate]:
    """The lowest first. None for whom addresses are hidden: the rates would say where people live.
    None of communities whose nodes are rooms."""
    if "address" in rights.hidden_fields:
        return []
    wanted = [community for community in communities if community.depth > 1]
    nodes = BuildingNode.objects.within(scope).filter(community__in=wanted, level=1)
    nodes = list(nodes.order_by("tree_id", "lft"))
    rates = rates_of(nodes)
    return sorted((BuildingRate(each, rates[each.pk]) for each in nodes), key=order_of)


def order_of(building: BuildingRate) -> tuple:
    return building.rate.order


def add_buildings(found: Collection[CommunityRate], scope: Scope, rights: Rights) -> None:
    """Set the lowest buildings of each of some communities."""
    by_pk = {each.community.pk: each for each in found}
    for building in rates_of_buildings([each.community for each in found], scope, rights):
        of = by_pk[building.node.community_id]
        of.buildings += 1
        if len(of.lowest) < MOST_BUILDINGS and building.rate.residents:
            of.lowest.append(building)
