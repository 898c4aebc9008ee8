"""How many people live in each part of a tree, and how many of them are verified: in one grouped
query, however many nodes are asked about."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import accumulate

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, BigIntegerField, Count, F, Func, IntegerField, Q, Value
from django.db.models.functions import Cast

from communities.models import BuildingNode, Community
from residents.models import Resident

TREE = 2**32  # more than any lft, so that tree_id * TREE + lft puts all trees into one order
VERIFIED = Q(verification=Resident.Verification.VERIFIED)


@dataclass(frozen=True)
class Rate:
    """认证率 of some residents."""

    residents: int = 0
    verified: int = 0

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means everybody."""
        return self.verified * 100 // self.residents if self.residents else 0

    @property
    def order(self) -> tuple:
        """The lowest first, of equal ones those with more to do; where nobody lives last."""
        missing = self.residents - self.verified
        return not self.residents, self.verified / (self.residents or 1), -missing


def residents_between(community: Community, lft: int, rght: int) -> int:
    rooms = {"room__lft__gte": lft, "room__rght__lte": rght}
    return Resident.objects.filter(community=community, **rooms).count()


def heads_of(nodes: Collection[BuildingNode]) -> dict[int, int]:
    """The number of residents in each of some nodes, by pk."""
    return {pk: heads for pk, (heads,) in counted_in(nodes, Count("pk")).items()}


def rates_of(nodes: Collection[BuildingNode]) -> dict[int, Rate]:
    """认证率 of each of some nodes, by pk."""
    counted = counted_in(nodes, Count("pk"), Count("pk", filter=VERIFIED))
    return {pk: Rate(*numbers) for pk, numbers in counted.items()}


def counted_in(nodes: Collection[BuildingNode], *counts: Aggregate) -> dict[int, list[int]]:
    """What some counts of residents come to in each node, by pk. Nodes may hold each other, and be
    of several trees.

    PostgreSQL sorts each resident's room into the slot between two edges (any node's lft or rght);
    a running sum over the slots then gives what lies between the two edges of one node.
    """
    if not nodes:
        return {}
    edges = sorted({edge for node in nodes for edge in edges_of(node)})
    slots = {slot: numbers for slot, *numbers in slots_between(edges, nodes, counts)}
    nothing = [0] * len(counts)
    each = (slots.get(number, nothing) for number in range(1, len(edges) + 1))
    running = accumulate(each, added, initial=nothing)
    up_to = dict(zip(edges, running, strict=False))
    return {node.pk: between(*(up_to[edge] for edge in edges_of(node))) for node in nodes}


def slots_between(
    edges: list[int], nodes: Collection[BuildingNode], counts: Iterable[Aggregate]
) -> Iterable[tuple]:
    """The slots in which anybody lives, by number from 1, each with its counts."""
    place = Cast("room__tree_id", BigIntegerField()) * Value(TREE) + F("room__lft")
    slot = Func(
        place,
        Value(edges, output_field=ArrayField(BigIntegerField())),
        function="width_bucket",
        output_field=IntegerField(),
    )
    first, last = min(node.lft for node in nodes), max(node.rght for node in nodes)
    return (
        Resident.objects.filter(community__in={node.tree_id for node in nodes})
        .filter(room__lft__gte=first, room__lft__lt=last)
        .annotate(slot=slot)
        .order_by()
        .values_list("slot")
        .annotate(**{f"count_{number}": count for number, count in enumerate(counts)})
    )


def edges_of(node: BuildingNode) -> tuple[int, int]:
    return node.tree_id * TREE + node.lft, node.tree_id * TREE + node.rght


def added(sums: list[int], numbers: list[int]) -> list[int]:
    return [total + number for total, number in zip(sums, numbers, strict=True)]


def between(before: list[int], after: list[int]) -> list[int]:
    return [late - early for early, late in zip(before, after, strict=True)]


def heads_for(rights) -> Callable[[Collection[BuildingNode]], dict[int, int]]:
    """heads_of for somebody with these rights: to whom addresses are hidden only the number of a
    whole community is told, because the others would say where people live."""
    return heads_of_roots if "address" in rights.hidden_fields else heads_of


def heads_of_roots(nodes: Collection[BuildingNode]) -> dict[int, int]:
    return heads_of([node for node in nodes if node.is_root])
