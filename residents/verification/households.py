"""What residents see of those who are registered in the same room, and how they leave it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from followers.models import Follower
from haina.accounts import audit
from haina.lib.locks import Lock, hold
from haina.lib.masking import mask_name
from residents import removal
from residents.models import IDENTITY_RANK, Resident
from residents.services import ResidentGone


@dataclass(frozen=True)
class Member:
    """Somebody in the room: the own name in full, those of others masked, and no phones."""

    name: str
    identity: str
    verification: str
    is_self: bool = False


def members_of(resident: Resident) -> list[Member]:
    """Everybody in the room of a verified resident. Whoever is not verified sees nobody else."""
    if resident.verification != Resident.Verification.VERIFIED:
        return [member(resident, resident)]
    same_room = Resident.objects.filter(room=resident.room_id, community=resident.community_id)
    same_room = same_room.defer("id_number", "phone").order_by(IDENTITY_RANK, "pk")
    return [member(each, resident) for each in same_room]


def member(each: Resident, viewer: Resident) -> Member:
    is_self = each.pk == viewer.pk
    return Member(
        each.name if is_self else mask_name(each.name),
        each.get_identity_display(),
        each.get_verification_display(),
        is_self,
    )


@transaction.atomic
def leave(resident: Resident, follower: Follower, *, by: audit.Actor, now: datetime) -> None:
    """搬离: into the recycle bin, whence the company can bring them back; the binding ends. Raises
    ResidentGone for whoever is not (or no longer) this follower."""
    hold(Lock.COMMUNITY, resident.community_id)
    if not Resident.objects.belonging_to(follower).filter(pk=resident.pk).exists():
        raise ResidentGone
    removal.remove(resident.community, [resident.pk], by=by, now=now, action="resident.left")
