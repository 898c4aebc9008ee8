"""Owners decide on who joins their room, where the community lets them: on family and tenants,
never on another owner, and never over what the company has on file."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from followers.models import Follower
from haina.accounts import audit
from haina.lib.locks import Lock, hold
from residents.models import Binding, Resident, VerificationApplication
from residents.verification import decisions
from residents.verification.decisions import AlreadyDecided, NotTheirs
from residents.verification.matching import Outcome

State, Way = VerificationApplication.State, VerificationApplication.Way


def label_of(owner: Resident) -> str:
    """How the company reads who decided, and the application keeps it. The number, since not
    everybody there may see names."""
    return f"业主 (住户 #{owner.pk})"


def concerning(owner: Resident):
    """Applications on which the owner may decide, or might have: nothing for whoever is no verified
    owner, and nothing where the community's switch is off."""
    applications = VerificationApplication.objects.submitted()
    if not (owner.community.owners_review and is_owner(owner)):
        return applications.none()
    taken = Binding.objects.filter(
        resident__room=OuterRef("room"), resident__phone=OuterRef("phone")
    ).exclude(follower=OuterRef("follower"))
    theirs = applications.filter(room=owner.room_id, community=owner.community_id)
    theirs = theirs.exclude(identity=Resident.Identity.OWNER).exclude(outcome=Outcome.DIFFERENT)
    return theirs.filter(~Exists(taken))


def waiting_for(owner: Resident):
    """Those to be decided on, the oldest first."""
    return concerning(owner).pending().defer("id_number").order_by("submitted_at", "pk")


def is_owner(resident: Resident) -> bool:
    return Resident.objects.owners().filter(pk=resident.pk).exists()


@transaction.atomic
def approve(
    application: VerificationApplication,
    owner: Resident,
    follower: Follower,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Let the applicant into the owner's room. Raises NotDecided, or RoomGone."""
    refuse_others(application, owner, follower)
    label = label_of(owner)
    decisions.approve(application, way=Way.OWNER, label=label, by=by, now=now)


@transaction.atomic
def reject(
    application: VerificationApplication,
    owner: Resident,
    follower: Follower,
    *,
    reason: str,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Keep the applicant out of it. Raises NotDecided."""
    refuse_others(application, owner, follower)
    told = {"reason": reason, "label": label_of(owner)}
    decisions.reject(application, way=Way.OWNER, by=by, now=now, **told)


def refuse_others(
    application: VerificationApplication, owner: Resident, follower: Follower
) -> None:
    """Whoever was an owner when the page was opened need not be one any more."""
    hold(Lock.COMMUNITY, application.community_id)
    owners = Resident.objects.owners_of(application.room_id).belonging_to(follower)
    if not owners.filter(pk=owner.pk).exists():
        raise NotTheirs


def told_to_owners(refusal: AlreadyDecided, owner: Resident) -> str:
    """Who was faster, without the names of the company's people and of other owners."""
    done = refusal.application
    if done.state == State.WITHDRAWN:
        return str(refusal)
    who = _("其他业主") if done.way == Way.OWNER else _("物业")
    if done.decided_by == label_of(owner):
        who = _("您")
    when = timezone.localtime(done.decided_at).strftime("%Y-%m-%d %H:%M")
    told = {"who": who, "when": when, "what": done.get_state_display()}
    return _("%(who)s已于 %(when)s 处理了这份申请：%(what)s。") % told
