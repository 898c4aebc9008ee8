"""Handing over creatorship: the creator offers it to a colleague, who accepts it or lets it lapse.
Both have typed their password before they come here."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haina.accounts import audit, services
from haina.accounts.models import Administrator, Handover, ServiceAccount
from haina.accounts.services import AccountRefused
from haina.accounts.terms import Role
from haina.lib.locks import Lock, hold


@transaction.atomic
def offer(
    account: ServiceAccount, *, to: Administrator, by: audit.Actor, now: datetime
) -> Handover:
    """Offer creatorship; an earlier offer ends. Raises AccountRefused."""
    hold(Lock.ACCOUNT, account.pk)
    creator = account.administrators.get(role=Role.CREATOR)
    if creator.pk != by.administrator_id:
        raise AccountRefused(_("只有创建者可以移交创建者身份。"))
    heir = services.heir_of(account, to)
    if heir.role != Role.SYSTEM:
        services.free_seat(account)
    account.handovers.filter(ended_at=None).update(ended_at=now)
    made = Handover.objects.create(
        account=account,
        heir=heir,
        offered_by=creator,
        offered_at=now,
        expires_at=now + Handover.LIFE,
    )
    audit.record("handover.offered", [made], by=by, at=now)
    return made


def standing(now: datetime):
    """Offers that can be accepted: not over, by who is still the creator, to who is still there."""
    active = Administrator.objects.active()
    offers = Handover.objects.open_at(now).filter(heir__in=active, offered_by__in=active)
    return offers.filter(offered_by__role=Role.CREATOR)


@transaction.atomic
def end(handover: Handover, *, by: audit.Actor, now: datetime) -> bool:
    """Withdrawn by the creator or declined by the heir; False if it was over before."""
    if by.administrator_id not in {handover.heir_id, handover.offered_by_id}:
        raise AccountRefused(_("只有创建者和接受人可以取消移交。"))
    hold(Lock.ACCOUNT, handover.account_id)
    ended = Handover.objects.filter(pk=handover.pk, ended_at=None).update(ended_at=now) == 1
    if ended:
        audit.record("handover.ended", [handover], by=by, at=now)
    return ended


@transaction.atomic
def accept(handover: Handover, *, by: audit.Actor, now: datetime) -> None:
    """Make the heir the creator, and the creator a system administrator. Raises AccountRefused."""
    hold(Lock.ACCOUNT, handover.account_id)
    ours = standing(now).filter(pk=handover.pk, heir=by.administrator_id)
    if not ours.exists():
        raise AccountRefused(_("移交已取消或已过期，请创建者重新提出。"))
    services.hand_over(handover.account, to=handover.heir, by=by, now=now)
    Handover.objects.filter(pk=handover.pk).update(ended_at=now)
