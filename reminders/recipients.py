"""Who is to be told: the administrators who want it, and may review what it is about, now."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from communities.models import Community
from followers.delivery import Delivery
from followers.models import Colleague, Follower
from haina.accounts.models import Administrator, Grant
from haina.accounts.permissions import Level, Rights, Section
from haina.accounts.scope import Scope
from reminders.models import Reminder
from residents.models import VerificationApplication

Channel, Kind, Role = Delivery.Channel, Reminder.Kind, Administrator.Role
NEED = Section.RESIDENTS.manage  # as mine:review


@dataclass(frozen=True)
class Recipient:
    """An administrator as they are now, with what they may see."""

    administrator: Administrator
    follower: Follower | None
    rights: Rights
    scope: Scope

    @property
    def phone(self) -> str:
        return str(self.administrator.user.phone or "")

    @property
    def channel(self) -> str:
        """By WeChat if they are known there, else by SMS; "" if there is no way."""
        return channel_of(self.follower is not None, self.phone)


def channel_of(is_bound: bool, phone: str) -> str:
    if is_bound:
        return Channel.WECHAT
    return Channel.SMS if phone else ""


def reviewers(account_id: int) -> QuerySet[Administrator]:
    """Active administrators of an account who may review something."""
    granted = Grant.objects.filter(administrator=OuterRef("pk"), section=Section.RESIDENTS)
    everything = Q(role__in=[Role.CREATOR, Role.SYSTEM])
    active = Administrator.objects.active().filter(account=account_id)
    return active.filter(everything | Exists(granted.filter(level__gte=Level.MANAGE)))


def with_reminders(account_id: int, communities: Collection[int]) -> QuerySet[Administrator]:
    """Those of them who have switched reminders on, for any of these communities."""
    theirs = Community.objects.filter(administrators=OuterRef("pk"))
    reach = Q(role=Role.CREATOR) | ~Exists(theirs) | Exists(theirs.filter(pk__in=communities))
    return reviewers(account_id).filter(reach, reminders__is_on=True)


def ways_to(administrators: QuerySet[Administrator]) -> list[tuple[int, str]]:
    """Pk and channel of those whom something leads to."""
    bound = Exists(Colleague.objects.filter(administrator=OuterRef("pk")))
    known = administrators.annotate(bound=bound).values_list("pk", "bound", "user__phone")
    ways = [(pk, channel_of(is_bound, str(phone or ""))) for pk, is_bound, phone in known]
    return [(pk, channel) for pk, channel in ways if channel]


def recipient_of(reminder: Reminder) -> Recipient | None:
    """None for whom it is not any more: deactivated, de-righted, or switched off. The creator is
    told of what nobody decides without having asked for it."""
    active = Administrator.objects.active().select_related("user", "account", "reminders")
    administrator = active.filter(pk=reminder.administrator_id).first()
    if administrator is None:
        return None
    is_last_resort = reminder.kind == Kind.CREATOR and administrator.role == Role.CREATOR
    switch = getattr(administrator, "reminders", None)
    rights = Rights.of(administrator)
    if not rights.cover(NEED) or not (is_last_resort or (switch and switch.is_on)):
        return None
    # The end of a lease has the right of the identity.
    if reminder.kind == Kind.LEASES and "identity" in rights.hidden_fields:
        return None
    colleague = Colleague.objects.filter(administrator=administrator).select_related("follower")
    bound = colleague.first()
    follower = bound.follower if bound else None
    return Recipient(administrator, follower, rights, Scope.of(administrator))


def waiting_for(recipient: Recipient):
    """What they have to review."""
    return VerificationApplication.objects.within(recipient.scope).pending()
