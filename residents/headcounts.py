"""How many people live in each part of a tree, in one grouped query however large it is."""

from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, F, Func, IntegerField, Value

from communities.models import BuildingNode, Community
from residents.models import Resident


def residents_between(community: Community, lft: int, rght: int) -> int:
    rooms = {"room__lft__gte": lft, "room__rght__lte": rght}
    return Resident.objects.filter(community=community, **rooms).count()


def heads_of(siblings: Sequence[BuildingNode]) -> dict[int, int]:
    """The number of residents in each of some nodes of one tree that do not overlap, by pk.

    PostgreSQL sorts each resident's room into the slot between two siblings' lft.
    """
    if not siblings:
        return {}
    ordered = sorted(siblings, key=lambda node: node.lft)
    lefts = [node.lft for node in ordered]
    slot = Func(
        F("room__lft"),
        Value(lefts, output_field=ArrayField(IntegerField())),
        function="width_bucket",
        output_field=IntegerField(),
    )
    rows = (
        Resident.objects.filter(community_id=ordered[0].tree_id)
        .filter(room__lft__gte=lefts[0], room__rght__lte=ordered[-1].rght)
        .annotate(slot=slot)
        .order_by()
        .values_list("slot")
        .annotate(heads=Count("pk"))
    )
    heads = dict.fromkeys((node.pk for node in ordered), 0)
    heads.update({ordered[slot - 1].pk: number for slot, number in rows})
    return heads
