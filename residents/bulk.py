"""Bulk acts on what somebody has chosen in the list and then agreed to."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import BuildingNode
from haina.accounts import audit
from haina.lib.locks import Lock, hold
from residents.moving import Moved, move
from residents.removal import Removal, remove
from residents.selection import Chosen, token_of

MOST_AT_ONCE = 2000  # more residents are a job
HEAVY = 20_000  # and more than these wait behind the small ones


class ChoiceChanged(Exception):
    """Other residents are meant now than those that were agreed to."""

    def __init__(self, count: int) -> None:
        super().__init__(_("符合条件的住户有变化，现在共 %d 位，请核对后重新确认。") % count)


@transaction.atomic
def remove_chosen(chosen: Chosen, *, agreed: str, by: audit.Actor, now: datetime) -> Removal:
    """As remove(). Raises ChoiceChanged unless they are still those of the token `agreed`."""
    return remove(chosen.community, still_meant(chosen, agreed), by=by, now=now)


@transaction.atomic
def move_chosen(
    chosen: Chosen, *, room: BuildingNode, agreed: str, by: audit.Actor, now: datetime
) -> Moved:
    """As move(). Raises ChoiceChanged unless they are still those of the token `agreed`."""
    return move(chosen.community, still_meant(chosen, agreed), room=room, by=by, now=now)


def still_meant(chosen: Chosen, agreed: str) -> Sequence[int]:
    hold(Lock.COMMUNITY, chosen.community.pk)
    pks = chosen.again().pks
    if token_of(pks) != agreed:
        raise ChoiceChanged(len(pks))
    return pks
