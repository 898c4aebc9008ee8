"""Owners invite their family and their tenants: a link that opens 认证 with the room and the
identity chosen. Whoever holds it may use it until it is over; only its keyed hash is kept."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.accounts.scope import Scope
from haina.lib.encryption import keyed_hash
from haina.lib.locks import Lock, hold
from residents.models import Invitation, Person, Resident, Rules, VerificationApplication

IDENTITIES = (Person.Identity.FAMILY, Person.Identity.TENANT, Person.Identity.TERM_TENANT)
MOST_OPEN = 5  # of one owner
TOKEN_BYTES = 24


class NotInvited(Exception):
    """Nobody was invited; the message says why."""


class NotAnOwner(NotInvited):
    def __str__(self):
        return _("只有已认证的业主可以邀请家属和租客。")


class NotAnIdentity(NotInvited):
    def __str__(self):
        return _("本小区不接受以这个身份认证，请重新选择。")


class TooManyOpen(NotInvited):
    def __str__(self):
        return _("最多同时有 %d 个有效的邀请，请先结束不再使用的邀请。") % MOST_OPEN


def identities_for(owner: Resident) -> list[Person.Identity]:
    """As what somebody may be invited: never as another owner."""
    accepted = Rules.objects.of(owner.community).identities
    return [identity for identity in IDENTITIES if identity in accepted]


@transaction.atomic
def invite(owner: Resident, identity: str, *, by: audit.Actor, now: datetime) -> str:
    """A new invitation; its token, which nobody can be told again. Raises NotInvited."""
    hold(Lock.COMMUNITY, owner.community_id)
    if not Resident.objects.owners().filter(pk=owner.pk).exists():
        raise NotAnOwner
    if identity not in identities_for(owner):
        raise NotAnIdentity
    if Invitation.objects.open_at(now).filter(resident=owner).count() >= MOST_OPEN:
        raise TooManyOpen
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = Invitation.objects.create(
        resident=owner,
        digest=keyed_hash(token),
        identity=identity,
        uses_left=Invitation.USES,
        created_at=now,
        expires_at=now + Invitation.LIFE,
    )
    audit.record("invitation.made", [made], by=by, at=now)
    return token


@transaction.atomic
def end(invitation: Invitation, *, by: audit.Actor, now: datetime) -> bool:
    """Nobody gets in by it any more; False if it was over before."""
    still_open = Invitation.objects.open_at(now).filter(pk=invitation.pk)
    ended = still_open.update(expires_at=now) == 1
    if ended:
        audit.record("invitation.ended", [invitation], by=by, at=now)
    return ended


def standing(now: datetime):
    """Those that lead somewhere: not over, and of somebody who still is an owner."""
    return Invitation.objects.open_at(now).filter(resident__in=Resident.objects.owners())


def found(token: str, account: ServiceAccount, *, now: datetime) -> Invitation | None:
    """What the link of an account opens; None for all that it never did or no longer does."""
    ours = standing(now).within(Scope.whole(account)).filter(digest=keyed_hash(token))
    return ours.select_related("resident__room", "resident__community").first()


def use(application: VerificationApplication, *, now: datetime) -> bool:
    """Count one use, for the room that it was made for; False if none is left or it is over."""
    mine = standing(now).filter(pk=application.invitation_id, resident__room=application.room_id)
    return mine.update(uses_left=F("uses_left") - 1) == 1
