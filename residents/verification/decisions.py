"""Reviewing: the first decision wins, whoever else is at it is told who made it and when."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import BuildingNode
from haina.accounts import audit
from haina.lib.locks import Lock, hold
from residents.models import Resident, VerificationApplication
from residents.services import ResidentGone, RoomGone
from residents.verification import acceptance, notices

OWNER, VERIFIED = Resident.Identity.OWNER, Resident.Verification.VERIFIED
State, Way = VerificationApplication.State, VerificationApplication.Way


class NotDecided(Exception):
    """Nothing was decided; the message says why."""


class AlreadyDecided(NotDecided):
    """Somebody was faster, or the applicant took it back."""

    def __init__(self, application: VerificationApplication) -> None:
        super().__init__(application)
        self.application = application

    def __str__(self):
        done = self.application
        if done.state == State.WITHDRAWN:
            return _("申请人已撤回这份申请。")
        if done.state == State.REVOKED:
            return _("这份申请已通过，之后认证被撤销。")
        told = {"who": done.decided_by or _("系统"), "what": done.get_state_display()}
        told["when"] = timezone.localtime(done.decided_at).strftime("%Y-%m-%d %H:%M")
        return _("%(who)s 已于 %(when)s 处理了这份申请：%(what)s。") % told


class PlanChanged(NotDecided):
    """What an approval would overwrite is not what the reviewer has seen."""

    def __str__(self):
        return _("登记的信息刚刚有变动，请核对后再通过。")


class LeaseOver(NotDecided):
    def __str__(self):
        return _("申请中的租约到期时间已过，请拒绝并请申请人填写新的到期时间。")


class NotTheirs(NotDecided):
    """An owner may not decide on this one."""

    def __str__(self):
        return _("这份申请需要由物业审核。")


@transaction.atomic
def approve(
    application: VerificationApplication,
    *,
    way: str,
    seen: str | None = None,
    label: str = "",
    by: audit.Actor,
    now: datetime,
) -> Resident:
    """Make the applicant a verified resident. With the digest of the Acceptance that was `seen`
    nothing else is written. Raises NotDecided, or RoomGone."""
    application = pending(application)
    if not BuildingNode.objects.filter(pk=application.room_id).rooms().exists():
        raise RoomGone
    if seen is not None and acceptance.plan(application).digest != seen:
        raise PlanChanged
    if way == Way.OWNER:
        refuse_what_is_not_theirs(application, now=now)
    if acceptance.is_over(application, now=now):
        raise LeaseOver
    return acceptance.accept(application, way=way, label=label, by=by, now=now)


@transaction.atomic
def reject(
    application: VerificationApplication,
    *,
    way: str,
    reason: str,
    label: str = "",
    by: audit.Actor,
    now: datetime,
) -> None:
    """Refuse it and tell the applicant why. Raises NotDecided."""
    application = pending(application)
    if way == Way.OWNER:
        refuse_what_is_not_theirs(application, now=now)
    application.state, application.reason = State.REJECTED, reason
    acceptance.close(application, way=way, label=label, by=by, now=now)
    audit.record("application.rejected", [application], by=by, at=now)
    notices.tell_applicant("rejected", application, reason=reason, now=now)


def pending(application: VerificationApplication) -> VerificationApplication:
    """The application as it is now, and nobody else at it until the transaction ends."""
    hold(Lock.COMMUNITY, application.community_id)
    rows = VerificationApplication.objects.select_for_update(of=["self"])
    rows = rows.select_related("follower", "community", "room")
    current = rows.filter(pk=application.pk).first()
    if current is None:
        raise NotDecided(_("这份申请已被删除。"))
    if not current.is_pending:
        raise AlreadyDecided(current)
    return current


def refuse_what_is_not_theirs(application: VerificationApplication, *, now: datetime) -> None:
    """Family and tenants, never another owner; and what does not suit the company's record, as it
    is now, is for the company."""
    is_theirs = application.community.owners_review and application.identity != OWNER
    if not (is_theirs and acceptance.suits(application, now=now)):
        raise NotTheirs


@transaction.atomic
def revoke(resident: Resident, *, reason: str, by: audit.Actor, now: datetime) -> None:
    """Take a verification back and tell the resident why. Raises ResidentGone or NotDecided."""
    hold(Lock.COMMUNITY, resident.community_id)
    residents = Resident.objects.select_for_update(of=["self"]).select_related("room", "community")
    current = residents.filter(pk=resident.pk).first()
    if current is None:
        raise ResidentGone
    is_bound, is_verified = hasattr(current, "binding"), current.verification == VERIFIED
    if not (is_bound or is_verified):
        raise NotDecided(_("该住户已不是认证状态。"))
    audit.explain("resident.revoked", by=by)
    if is_verified:  # whose lease is over stays 已到期
        current.verification = Resident.Verification.UNVERIFIED
    current.save(update_fields=["verification", "updated_at"])
    acceptance.end_proof(current, reason, now=now)
    audit.record("resident.revoked", [current], by=by, at=now)


def bulk_of(
    applications: Iterable[VerificationApplication],
    decide: Callable[[VerificationApplication], object],
) -> tuple[int, list[tuple[VerificationApplication, Exception]]]:
    """Decide on each in a transaction of its own; how many were, and the others with the reason."""
    done, left = 0, []
    for application in applications:
        try:
            decide(application)
            done += 1
        except (NotDecided, RoomGone) as refusal:
            left.append((application, refusal))
    return done, left
