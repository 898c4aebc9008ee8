"""How many people live in each part of a tree, in one grouped query however large it is."""

from collections.abc import Callable, Collection
from itertools import accumulate

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, F, Func, IntegerField, Value

from communities.models import BuildingNode, Community
from residents.models import Resident


def residents_between(community: Community, lft: int, rght: int) -> int:
    rooms = {"room__lft__gte": lft, "room__rght__lte": rght}
    return Resident.objects.filter(community=community, **rooms).count()


def heads_of(nodes: Collection[BuildingNode]) -> dict[int, int]:
    """The number of residents in each of some nodes of one tree, by pk. Nodes may hold each other.

    PostgreSQL sorts each resident's room into the slot between two edges (any node's lft or rght);
    a running sum over the slots then gives what lies between the two edges of one node.
    """
    if not nodes:
        return {}
    edges = sorted({edge for node in nodes for edge in (node.lft, node.rght)})
    slot = Func(
        F("room__lft"),
        Value(edges, output_field=ArrayField(IntegerField())),
        function="width_bucket",
        output_field=IntegerField(),
    )
    tree_id = next(iter(nodes)).tree_id
    rows = (
        Resident.objects.filter(community_id=tree_id)
        .filter(room__lft__gte=edges[0], room__lft__lt=edges[-1])
        .annotate(slot=slot)
        .order_by()
        .values_list("slot")
        .annotate(heads=Count("pk"))
    )
    heads = dict(rows)
    running = accumulate(heads.get(number, 0) for number in range(1, len(edges) + 1))
    up_to = dict(zip(edges[1:], running, strict=False))
    up_to[edges[0]] = 0
    return {node.pk: up_to[node.rght] - up_to[node.lft] for node in nodes}


def heads_for(rights) -> Callable[[Collection[BuildingNode]], dict[int, int]]:
    """heads_of for somebody with these rights: to whom addresses are hidden only the number of a
    whole community is told, because the others would say where people live."""
    return heads_of_roots if "address" in rights.hidden_fields else heads_of


def heads_of_roots(nodes: Collection[BuildingNode]) -> dict[int, int]:
    return heads_of([node for node in nodes if node.is_root])
