"""Who an administrator is in WeChat: invited by a QR code, known once they scan it, and nobody any
more when that is taken back. Whoever is known may review there, so that nobody invites for a place
that holds more than their own."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from followers import events
from followers.models import Colleague, Follower
from haina.accounts import audit
from haina.accounts.models import Administrator
from haina.accounts.scope import Scope
from haina.accounts.terms import Terms, may_touch
from haina.lib.encryption import keyed_hash
from haina.lib.locks import Lock, hold
from haina.wechat.inbox import handles, text_of
from haina.wechat.models import Callback, Connection
from haina.wechat.official import official
from reminders.models import BindingInvitation, Switch

PREFIX = "administrator_"
Refusal = BindingInvitation.Refusal


class NotInvited(Exception):
    """The message says why, and what to do."""


class NotYours(NotInvited):
    def __str__(self):
        return _("这位管理员的权限超过您的，只能由本人或权限更高的管理员邀请或解除关联。")


class AlreadyBound(NotInvited):
    def __str__(self):
        return _("这位管理员已经关联了微信。如要换一个，请先解除关联。")


class NoWeChat(NotInvited):
    def __str__(self):
        return _("公众号还没有接入，请先在公众号设置中完成。")


def may_act_for(actor: Administrator, administrator: Administrator) -> bool:
    """For oneself, and for whoever holds no more."""
    if actor.pk == administrator.pk:
        return True
    return may_touch(administrator, Terms.of(actor))


def invite(
    administrator: Administrator, *, for_whom: Administrator, by: audit.Actor, now: datetime
) -> BindingInvitation:
    """`administrator` invites `for_whom`; codes of before are void. Raises NotInvited, and what
    WeChat refuses. Call it outside of a transaction."""
    if not may_act_for(administrator, for_whom):
        raise NotYours
    if Colleague.objects.filter(administrator=for_whom, follower__subscribed=True).exists():
        raise AlreadyBound
    account = for_whom.account
    connection = Connection.objects.within(Scope.whole(account)).first()
    if connection is None:
        raise NoWeChat
    scene = PREFIX + secrets.token_urlsafe(24)
    life = BindingInvitation.LIFE
    code = official(connection).qr_code(scene, int(life.total_seconds()))
    return keep(for_whom, scene, code.url, inviter=administrator, by=by, now=now)


@transaction.atomic
def keep(
    administrator: Administrator,
    scene: str,
    address: str,
    *,
    inviter: Administrator,
    by: audit.Actor,
    now: datetime,
) -> BindingInvitation:
    hold(Lock.ACCOUNT, administrator.account_id)
    BindingInvitation.objects.filter(administrator=administrator, used_at=None).delete()
    invitation = BindingInvitation.objects.create(
        administrator=administrator,
        invited_by=inviter,
        digest=keyed_hash(scene),
        address=address,
        created_at=now,
        expires_at=now + BindingInvitation.LIFE,
    )
    audit.record("reminder.invited", [administrator], by=by, at=now)
    return invitation


@handles("SCAN", "subscribe")
def scanned(callback: Callback, message: dict) -> None:
    """Of a code that is none of ours, used, over, or of another account nothing comes."""
    scene = text_of(message, "EventKey").removeprefix("qrscene_")
    if not scene.startswith(PREFIX):
        return
    invitation = invitation_of(scene, callback)
    if invitation is None:
        return
    invitation.refusal = bind(invitation.administrator, follower_of(callback), callback.sent_at)
    if not invitation.refusal:
        invitation.used_at = callback.sent_at
        told = {"by": actor_of(invitation), "at": callback.sent_at}
        audit.record("reminder.bound", [invitation.administrator], **told)
    invitation.save(update_fields=["refusal", "used_at"])


def invitation_of(scene: str, callback: Callback) -> BindingInvitation | None:
    """The one that was open when it was scanned, if both are still there, and who made it may still
    act for whom it is for."""
    active = Administrator.objects.active()
    ours = BindingInvitation.objects.within(Scope(callback.account_id)).open_at(callback.sent_at)
    there = ours.filter(administrator__in=active, invited_by__in=active)
    beside = there.select_related("administrator", "invited_by").select_for_update(of=["self"])
    found = beside.filter(digest=keyed_hash(scene)).first()
    return found if found and may_act_for(found.invited_by, found.administrator) else None


def follower_of(callback: Callback) -> Follower:
    ours = Follower.objects.within(Scope(callback.account_id)).filter(openid=callback.openid)
    if not ours.filter(subscribed=True).exists():
        events.apply(events.CAME, callback, scene="")
    return ours.get()


def bind(administrator: Administrator, follower: Follower, now: datetime) -> str:
    """Why they are not bound, "" if they are. Constraints decide between two at once."""
    if Colleague.objects.filter(administrator=administrator, follower=follower).exists():
        return ""  # they left the account, and have come back
    # Whom they were before left the account, or they would not have been invited.
    left = Colleague.objects.filter(administrator=administrator, follower__subscribed=False)
    left.delete()
    # Whom the console does not list any more nobody could unbind.
    former = Colleague.objects.filter(follower=follower)
    former.exclude(administrator__in=Administrator.objects.active()).delete()
    try:
        with transaction.atomic():
            Colleague.objects.create(administrator=administrator, follower=follower, bound_at=now)
    except IntegrityError:
        taken = Colleague.objects.filter(follower=follower).exists()
        return Refusal.TAKEN if taken else Refusal.BOUND
    return ""


def actor_of(invitation: BindingInvitation) -> audit.Actor:
    """Whoever holds the phone; the code says for whom."""
    return audit.Actor("微信扫码", account_id=invitation.administrator.account_id)


@transaction.atomic
def unbind(
    administrator: Administrator, *, of: Administrator, by: audit.Actor, now: datetime
) -> bool:
    """`administrator` takes back who `of` is in WeChat, from the next request on; False if nobody.
    Raises NotInvited."""
    if not may_act_for(administrator, of):
        raise NotYours
    hold(Lock.ACCOUNT, of.account_id)
    gone, _each = Colleague.objects.filter(administrator=of).delete()
    if gone:
        Switch.objects.update_or_create(administrator=of, defaults={"unbound_at": now})
        audit.record("reminder.unbound", [of], by=by, at=now)
    return bool(gone)


def look_again(sender, *, administrator: Administrator, by: audit.Actor, now: datetime, **_more):
    """Who has been raised keeps their WeChat only if whoever bound it could bind it today: it opens
    the review and the console. Told in 提醒设置, where they are invited anew."""
    made = BindingInvitation.objects.filter(administrator=administrator, used_at__isnull=False)
    latest = made.select_related("invited_by").order_by("-used_at").first()
    if latest and latest.invited_by and may_act_for(latest.invited_by, administrator):
        return
    if Colleague.objects.filter(administrator=administrator).delete()[0]:
        Switch.objects.update_or_create(administrator=administrator, defaults={"unbound_at": now})
        audit.record("reminder.unbound", [administrator], by=by, at=now)
