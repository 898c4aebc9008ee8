"""What a process does that changes one tree over and over, beside others that do too."""

import random
import traceback

from django.utils import timezone

from communities import tree
from communities.models import BuildingNode, Community
from haina.accounts.audit import Actor

TIMES = 12


def build(community_and_seed: tuple[int, int]) -> list[str]:
    """Grow as an import does, branch, rename and fell at random; what went wrong and must not."""
    pk, seed = community_and_seed
    community = Community.objects.select_related("account").get(pk=pk)
    dice = random.Random(seed)
    return [fault for _ in range(TIMES) if (fault := change(community, dice))]


def change(community: Community, dice: random.Random) -> str:
    told = {"by": Actor.command(community.account), "now": timezone.now()}
    try:
        dice.choice([grow, branch, rename, fell])(community, dice, told)
    except tree.TreeRefused:
        return ""  # another process took the name or the node first, and that was told
    except Exception:  # noqa: BLE001 - the test looks at it
        return traceback.format_exc()
    return ""


def grow(community, dice, told):
    block, unit = str(dice.randrange(1, 9)), str(dice.randrange(1, 4))
    rooms = [(block, unit, f"{floor}0{dice.randrange(1, 9)}") for floor in range(1, 6)]
    tree.grow(community, rooms, **told)


def branch(community, dice, told):
    unit = any_node(community, dice, level=2)
    tree.branch(community, unit, f"室{dice.randrange(1000)}", **told)


def rename(community, dice, told):
    block = any_node(community, dice, level=1)
    tree.rename(community, block, f"{dice.randrange(1, 30)}栋", **told)


def fell(community, dice, told):
    tree.fell(community, any_node(community, dice, level=2), **told)


def any_node(community, dice, *, level: int) -> int:
    nodes = BuildingNode.objects.filter(community=community, level=level)
    return dice.choice(list(nodes.values_list("pk", flat=True)) or [0])
