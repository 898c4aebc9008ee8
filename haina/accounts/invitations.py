"""Inviting administrators by a link to their phone. Whoever holds the link and is no user yet sets
a password; who is one signs in. Only the keyed hash of a link's token is kept."""

import secrets
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from haina.accounts import audit, services
from haina.accounts.models import Administrator, Invitation, ServiceAccount, User
from haina.accounts.services import AccountRefused
from haina.accounts.terms import Role, Terms, refuse_to_give
from haina.lib.encryption import keyed_hash
from haina.lib.locks import Lock, hold

TOKEN_BYTES = 24


class InvitationOver(Exception):
    """Accepted, revoked, replaced or too old by now."""


@transaction.atomic
def invite(
    account: ServiceAccount, phone: str, terms: Terms, *, by: audit.Actor, now: datetime
) -> str:
    """Offer a place with these terms; the token of the link, which nobody can be told again. It
    replaces an earlier one to this phone. Raises AccountRefused."""
    terms = terms.tidied()
    hold(Lock.ACCOUNT, account.pk)
    refuse_to_give(account, terms, by=by)
    services.refuse_strange_communities(account, terms)
    refuse_to_replace(account, phone, by=by, now=now)
    refuse_who_is_there(account, phone)
    if terms.role == Role.SYSTEM:
        services.free_seat(account)
    account.invitations.filter(phone=phone, ended_at=None).update(ended_at=now)
    return offer(account, phone, terms, by=by, now=now)


def offer(
    account: ServiceAccount, phone: str, terms: Terms, *, by: audit.Actor, now: datetime
) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = Invitation.objects.create(
        account=account,
        phone=phone,
        digest=keyed_hash(token),
        role=terms.role,
        rights={"sections": dict(terms.sections), "fields": dict(terms.fields)},
        communities=sorted(terms.communities),
        ends_on=terms.ends_on,
        invited_by_id=by.administrator_id,
        created_at=now,
        expires_at=now + Invitation.LIFE,
    )
    audit.record("administrator.invited", [made], by=by, at=now)
    return token


def refuse_to_replace(
    account: ServiceAccount, phone: str, *, by: audit.Actor, now: datetime
) -> None:
    """Raises AccountRefused for what they could not revoke."""
    for offered in account.invitations.open_at(now).filter(phone=phone):
        try:
            refuse_to_give(account, Terms.offered_by(offered), by=by)
        except AccountRefused:
            told = _("这个手机号已有权限超过您的邀请，请由权限更高的管理员处理。")
            raise AccountRefused(told) from None


def refuse_who_is_there(account: ServiceAccount, phone: str) -> None:
    if account.administrators.filter(user__phone=phone, deactivated_at=None).exists():
        raise AccountRefused(_("该手机号已经是本服务号的管理员。"))


def standing(now: datetime):
    """Those that can be accepted: not over, of somebody who still has a place, and to one whose
    last day is still to come."""
    still_there, today = Administrator.objects.active(), timezone.localdate(now)
    offers = Invitation.objects.open_at(now).filter(invited_by__in=still_there)
    return offers.filter(Q(ends_on=None) | Q(ends_on__gte=today))


def found(token: str, *, now: datetime) -> Invitation | None:
    """What a link opens; None for all that it never did or no longer does."""
    ours = standing(now).filter(digest=keyed_hash(token))
    return ours.select_related("account", "invited_by__user").first()


@transaction.atomic
def revoke(invitation: Invitation, *, by: audit.Actor, now: datetime) -> bool:
    """Nobody gets in by it any more; False if it was over before."""
    hold(Lock.ACCOUNT, invitation.account_id)
    refuse_to_give(invitation.account, Terms.offered_by(invitation), by=by)
    ended = end(invitation, now=now)
    if ended:
        audit.record("administrator.uninvited", [invitation], by=by, at=now)
    return ended


def end(invitation: Invitation, *, now: datetime) -> bool:
    still_open = Invitation.objects.filter(pk=invitation.pk, ended_at=None)
    return still_open.update(ended_at=now) == 1


def has_user(invitation: Invitation) -> bool:
    return User.objects.filter(phone=invitation.phone).exists()


@transaction.atomic
def accept_as_new(
    invitation: Invitation, *, name: str, password: str, by: audit.Actor, now: datetime
) -> User:
    """A new user with the invited phone, and their place. Never one that exists: raises
    AccountRefused, as for all that stops accept()."""
    try:
        with transaction.atomic():
            # They sign in by phone; a user name is only there because everybody has one.
            username = f"phone-{secrets.token_hex(6)}"
            user = User.objects.create_user(username, password, name=name, phone=invitation.phone)
    except IntegrityError:
        raise AccountRefused(_("该手机号已有登录用户，请登录后接受邀请。")) from None
    accept(invitation, user, by=replace(by, user_id=user.pk), now=now)
    return user


@transaction.atomic
def accept(invitation: Invitation, user: User, *, by: audit.Actor, now: datetime) -> Administrator:
    """Give the invited user the place. The inviter must still be able to, under the account's lock.
    Raises InvitationOver or AccountRefused."""
    account = invitation.account
    hold(Lock.ACCOUNT, account.pk)
    invitation = standing(now).filter(pk=invitation.pk).select_related("invited_by").first()
    if invitation is None or user.phone != invitation.phone:
        raise InvitationOver
    terms = Terms.offered_by(invitation)
    inviter = audit.Actor("", account.pk, administrator_id=invitation.invited_by_id)
    refuse_to_give(account, terms, by=inviter)
    administrator = services.add_administrator(account, user, role=terms.role, by=by, now=now)
    if terms.role == Role.OPERATOR:
        services.set_terms(administrator, terms, by=by, now=now)
    end(invitation, now=now)
    audit.record("administrator.accepted", [invitation], by=by, at=now)
    return administrator
