"""Registering and correcting residents one by one. Deleting is in removal.py, moving in moving.py,
imports are in imports/."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import BuildingNode, Community
from haina.accounts import audit
from haina.accounts.permissions import ResidentField
from haina.lib.locks import Lock, hold
from haina.lib.meanwhile import changes
from residents.leases import PAIR, state_after
from residents.models import Resident

# What a person filled in. Everything else of a Resident follows from it or from events.
WRITTEN = ("name", "gender", "identity", "lease_ends_on", "phone", "id_number", "room")


class AlreadyRegistered(Exception):
    """The room has a resident with this phone."""


class ResidentGone(Exception):
    """Somebody deleted the resident meanwhile."""

    def __str__(self):
        return _("该住户已被删除，可以在回收站中恢复。")


class RoomGone(Exception):
    """The room was deleted meanwhile, or is no room (any more)."""

    def __str__(self):
        return _("所选房间已被删除或不是最后一级，请重新选择地址。")


@transaction.atomic
def register(community: Community, *, by: audit.Actor, now: datetime, **written) -> Resident:
    """A new, unverified resident. Raises AlreadyRegistered or RoomGone."""
    hold(Lock.COMMUNITY, community.pk)  # so that the room cannot go away under the resident
    audit.explain("resident.registered", by=by)
    resident = Resident(community=community, **written)
    save(resident)
    audit.record("resident.registered", [resident], by=by, at=now)
    return resident


@transaction.atomic
def correct(
    resident: Resident,
    *,
    by: audit.Actor,
    now: datetime,
    seen: Mapping[str, str] | None = None,
    **written,
) -> list[str]:
    """Change some of WRITTEN; the names of what really changed. With the marks of what was `seen`
    (haina/lib/meanwhile.py) only what differs from that. Raises as register() does, ResidentGone,
    and ChangedMeanwhile."""
    hold(Lock.COMMUNITY, resident.community_id)
    before = Resident.objects.select_for_update().filter(pk=resident.pk).first()
    if before is None:
        raise ResidentGone
    if seen is not None:
        written = changes(before, written, seen, pair=PAIR)
    changed = [name for name in written if getattr(before, name) != written[name]]
    if not changed:
        return []
    audit.explain("resident.corrected", by=by)
    for name in changed:
        setattr(before, name, written[name])
    before.verification = state_after(before, timezone.localdate(now))
    save(before)
    audit.record("resident.corrected", [before], by=by, at=now, fields=covering(changed))
    return changed


def covering(columns: Iterable[str]) -> set[str]:
    """The fields of the rights: by these the trail names what was changed."""
    return {ResidentField.covering(column) for column in columns}


def save(resident: Resident) -> None:
    room = BuildingNode.objects.filter(pk=resident.room_id, tree_id=resident.community_id)
    if not room.rooms().exists():
        raise RoomGone
    resident.derive()
    try:
        with transaction.atomic():
            resident.save()
    except IntegrityError as error:
        if "resident_phone_once_per_room" in str(error):
            raise AlreadyRegistered from None
        raise
