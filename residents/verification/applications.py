"""What residents submit: begun, its phone proven, compared with the records of the room, and passed
by itself or left to a reviewer."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import BuildingNode, Community
from followers.models import Follower
from haina.accounts import audit
from haina.lib.locks import Lock, hold
from haina.sms import services as sms
from haina.sms.models import Message
from residents.models import Invitation, Resident, Rules, VerificationApplication
from residents.services import RoomGone
from residents.signals import application_submitted
from residents.verification import acceptance, invitations, limits, owners
from residents.verification.matching import Match, Outcome, claim_of, compare

State, Way = VerificationApplication.State, VerificationApplication.Way
CONSENT = "1"  # the version of the sentence on what the data is for (templates/mobile/consent)
# What somebody fills in.
CLAIMED = ("name", "phone", "identity", "lease_ends_on", "id_number")


class NotSubmitted(Exception):
    """The application was not submitted; the message says what to do."""


class AlreadyVerified(NotSubmitted):
    def __str__(self):
        return _("您已是该房间的认证住户，无需再次申请。")


class AlreadyPending(NotSubmitted):
    def __str__(self):
        return _("您对该房间的申请正在审核中。如需修改，请先撤回。")


class NotProven(NotSubmitted):
    def __str__(self):
        return _("请先输入短信验证码。")


class NoDraft(NotSubmitted):
    def __str__(self):
        return _("这份申请已提交或已过期，请回到“我的住所”查看。")


@dataclass(frozen=True)
class Asked:
    """For which room, and by whose invitation."""

    room: BuildingNode
    invitation: Invitation | None = None

    @property
    def community(self) -> Community:
        return self.room.community


@transaction.atomic
def begin(
    follower: Follower, asked: Asked, *, now: datetime, consent: str, **claimed
) -> VerificationApplication:
    """The draft of an application, CLAIMED filled in; it takes the place of the one before. Tries
    are counted (limits.py) by whoever calls this."""
    hold(Lock.COMMUNITY, asked.community.pk)
    Follower.objects.select_for_update(no_key=True).get(pk=follower.pk)  # one draft of each
    refuse_what_is_there(follower, asked.room)
    VerificationApplication.objects.filter(follower=follower, state=State.DRAFT).delete()
    application = VerificationApplication(
        follower=follower,
        community=asked.community,
        room=asked.room,
        address=asked.room.address,
        invitation=asked.invitation,
        consent_version=consent,
        consented_at=now,
        begun_at=now,
        phone_proven_at=proven_at(follower, claimed["phone"], now=now),
        **claimed,
    )
    application.derive()
    application.save()
    return application


def refuse_what_is_there(follower: Follower, room: BuildingNode) -> None:
    if Resident.objects.belonging_to(follower).filter(room=room, verification="verified").exists():
        raise AlreadyVerified
    if VerificationApplication.objects.belonging_to(follower).pending().filter(room=room).exists():
        raise AlreadyPending


def proven_at(follower: Follower, phone: str, *, now: datetime) -> datetime | None:
    """When this follower last proved to hold the phone; None if that is too long ago."""
    since = now - VerificationApplication.PROOF_HOLDS
    own = VerificationApplication.objects.belonging_to(follower)
    proven = own.filter(phone=phone, phone_proven_at__gt=since).order_by("-phone_proven_at")
    return proven.values_list("phone_proven_at", flat=True).first()


def must_be_proven(application: VerificationApplication) -> bool:
    """Is a code to be sent and entered first? By everybody, wherever SMS can be sent."""
    is_proven = application.phone_proven_at is not None
    return not is_proven and sms.is_set_up(application.community.account, Message.Purpose.CODE)


@transaction.atomic
def submit(
    application: VerificationApplication, *, proven: bool, by: audit.Actor, now: datetime
) -> VerificationApplication:
    """Hand in a draft, its phone `proven` just now, or before, or not at all; what became of it.
    Raises NotSubmitted, or RoomGone."""
    hold(Lock.COMMUNITY, application.community_id)
    application = draft(application)
    if not BuildingNode.objects.filter(pk=application.room_id).rooms().exists():
        raise RoomGone
    refuse_what_is_there(application.follower, application.room)
    if proven:
        application.phone_proven_at = now
    if must_be_proven(application):
        raise NotProven
    application.submitted_at = now
    if application.invitation and not invitations.use(application, now=now):
        application.invitation = None  # over: an application like any other
    match = look_up(application)
    if way := passes(application, match):
        vouched = owners.label_of(application.invitation.resident) if way == Way.OWNER else ""
        acceptance.accept(application, way=way, label=vouched, by=by, now=now)
    else:
        application.state = State.PENDING
        application.save()
        audit.record("application.submitted", [application], by=by, at=now)
        application_submitted.send(VerificationApplication, application=application, now=now)
    return application


def draft(application: VerificationApplication) -> VerificationApplication:
    rows = VerificationApplication.objects.select_for_update(of=["self"])
    rows = rows.select_related("follower", "community", "room", "invitation__resident")
    found = rows.filter(pk=application.pk, state=State.DRAFT, room__isnull=False).first()
    if found is None:
        raise NoDraft
    return found


def look_up(application: VerificationApplication) -> Match:
    """Compare with what is on file, and keep the evidence."""
    records = Resident.objects.filter(room=application.room_id, phone=application.phone)
    match = compare(claim_of(application), [(each.pk, claim_of(each)) for each in records])
    application.outcome, application.evidence = match.outcome, match.evidence
    application.resident_id = match.record
    return match


def passes(application: VerificationApplication, match: Match) -> str:
    """By which way the application passes without a reviewer; "" if it does not."""
    # Asked first whatever is on file, so that each application takes the same statements.
    rules = Rules.objects.of(application.community)
    if not acceptance.suits(application, now=application.submitted_at):
        return ""
    proven = application.phone_proven_at is not None
    enough = proven or rules.auto_pass == Rules.AutoPass.AGREED
    if match.outcome == Outcome.CONSISTENT and enough and rules.auto_pass != Rules.AutoPass.OFF:
        return Way.AUTO
    if proven and is_vouched_for(application):
        return Way.OWNER
    return ""


def is_vouched_for(application: VerificationApplication) -> bool:
    """Invited by a verified owner of the room, where owners may review."""
    invitation = application.invitation
    return (
        invitation is not None
        and application.community.owners_review
        and invitation.identity == application.identity
        and Resident.objects.owners_of(application.room_id)
        .filter(pk=invitation.resident_id)
        .exists()
    )


def count_as_right(application: VerificationApplication) -> None:
    """What passed was no guess. Call it outside of a transaction, after submit()."""
    if application.state == State.APPROVED:
        follower, phone = application.follower, str(application.phone)
        limits.give_back(follower, phone, application.room_id, at=application.begun_at)


@transaction.atomic
def withdraw(application: VerificationApplication, *, by: audit.Actor, now: datetime) -> bool:
    """Take a pending application back; False if it was decided meanwhile."""
    rows = VerificationApplication.objects.select_for_update().filter(pk=application.pk)
    if not (found := rows.pending().first()):
        return False
    found.state, found.decided_at = State.WITHDRAWN, now
    found.save(update_fields=["state", "decided_at"])
    audit.record("application.withdrawn", [found], by=by, at=now)
    return True
