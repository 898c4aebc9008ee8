"""A building of 400 rooms in every state there is: 4 entrances, 25 floors, 4 rooms on each."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import product
from random import Random

from django.utils import timezone

from communities import tree
from communities.models import BuildingNode, Community
from haina.accounts.audit import Actor
from residents.models import Resident
from tests import make

SOON = timezone.localdate() + timedelta(days=9)


def grown(community: Community, addresses: Iterable[tuple[str, ...]]) -> list[BuildingNode]:
    """The rooms at some addresses, in the order of the tree."""
    paths = list(addresses)
    made = tree.grow(community, paths, by=Actor.command(community.account), now=timezone.now())
    return list(BuildingNode.objects.filter(pk__in=made.values()).order_by("lft"))


def block(
    community: Community, name: str = "1", *, floors: int = 25, sections: int = 4
) -> BuildingNode:
    doors = product(range(1, sections + 1), range(1, floors + 1), range(1, 5))
    grown(community, [(name, str(s), f"{floor}{door:02d}") for s, floor, door in doors])
    return make.node(community, name)


def people(
    community: Community, room: BuildingNode, *states: str, lease: date | None = None
) -> list:
    """Unsaved residents of a room, one for each verification state."""
    identity = "term_tenant" if lease else "owner"
    told = {"community": community, "room": room, "identity": identity, "lease_ends_on": lease}
    made = [
        Resident(name=f"住户{room.pk}", phone=f"+86189{next(make.numbers):08d}", **told)
        for _ in states
    ]
    for person, state in zip(made, states, strict=True):
        person.verification = state
        person.derive()
    return made


def fill(community: Community, rooms: Iterable[BuildingNode]) -> None:
    """Most rooms have verified residents, and of every other state there are some."""
    draw, living = Random(7), []
    kinds = (
        *[("verified", "verified")] * 8,
        *[("unverified",)] * 4,
        *[("verified", "unverified")] * 2,
        *[("expired",)],
        *[()] * 3,
    )
    for room in rooms:
        living += people(community, room, *draw.choice(kinds))
        if draw.random() < 0.03:
            living += people(community, room, "verified", lease=SOON)
        if draw.random() < 0.05:
            make.application(community, make.follower(community.account), room.address)
    Resident.objects.bulk_create(living)
