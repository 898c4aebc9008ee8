"""What state a room is in: of all that holds, the first in the order of state_of().

Whoever is 已到期 does not live there any more. Without anybody, a room is 空置 as long as the row
history knows of somebody there (a lease that ended, a move, the recycle bin), and 无人登记 if it
knows of nobody, or of nobody any more: those who are gone for good are forgotten.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from haina.accounts.permissions import Rights
from residents.filters import SOON
from residents.history import ResidentEvent
from residents.models import Person, Resident, VerificationApplication

Verification = Person.Verification


class State(TextChoices):
    """In the order of the legend."""

    NOBODY = "nobody", _("无人登记")
    UNVERIFIED = "unverified", _("未认证")
    PENDING = "pending", _("待审核")
    PARTLY = "partly", _("部分认证")
    VERIFIED = "verified", _("已认证")
    LEASE = "lease", _("租约将到期")
    VACANT = "vacant", _("空置")


@dataclass(frozen=True)
class Facts:
    """Of one room: whether an application waits and whether anybody has ever lived there; how many
    live there, and of these how many are verified and how many have a lease that ends soon."""

    is_pending: bool = False
    was_lived_in: bool = False
    living: int = 0
    verified: int = 0
    leases: int = 0


def state_of(room: Facts, tells_leases: bool = True) -> State:
    """What somebody has to do comes first: review, then a lease. Then how many are verified."""
    if room.is_pending:
        return State.PENDING
    if room.leases and tells_leases:
        return State.LEASE
    if room.living:
        if room.verified == room.living:
            return State.VERIFIED
        return State.PARTLY if room.verified else State.UNVERIFIED
    return State.VACANT if room.was_lived_in else State.NOBODY


def told_to(rights: Rights) -> list[State]:
    """The states that somebody is told: leases stand under the right to 身份."""
    hides_leases = "identity" in rights.hidden_fields
    return [state for state in State if not (hides_leases and state == State.LEASE)]


def states_of(
    rooms: Collection[int], community: Community, *, rights: Rights, today: date
) -> dict[int, State]:
    """The state of each of some rooms of a community, in three queries however many they are."""
    there = {"community": community, "room__in": rooms}
    living = living_in(there, today)
    pending = VerificationApplication.objects.pending().filter(**there)
    lived_in = ResidentEvent.objects.filter(room__in=set(rooms) - living.keys())
    is_pending = set(pending.values_list("room_id", flat=True))
    was_lived_in = set(lived_in.values_list("room_id", flat=True).distinct())
    tells_leases = State.LEASE in told_to(rights)
    return {
        pk: state_of(
            Facts(pk in is_pending, pk in was_lived_in, **living.get(pk, {})), tells_leases
        )
        for pk in rooms
    }


def living_in(there: dict, today: date) -> dict[int, dict[str, int]]:
    """The numbers of Facts by room, for rooms that are lived in."""
    verified = Q(verification=Verification.VERIFIED)
    soon = Q(lease_ends_on__range=(today, today + SOON))
    rows = (
        Resident.objects.filter(**there)
        .exclude(verification=Verification.EXPIRED)
        .order_by()
        .values("room_id")
        .annotate(
            living=Count("pk"),
            verified=Count("pk", filter=verified),
            leases=Count("pk", filter=soon),
        )
    )
    return {row.pop("room_id"): row for row in rows}
