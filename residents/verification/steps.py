"""The steps of an applicant: a form handed in, a phone proven. What each may raise has a sentence
that says what to do."""

from datetime import datetime

from django.utils.translation import gettext as _

from followers.models import Follower
from haina.accounts import audit
from haina.sms import codes
from haina.sms.models import PhoneCode
from residents.models import VerificationApplication
from residents.verification import applications, limits
from residents.verification.applications import Asked, NotSubmitted


class WrongCode(NotSubmitted):
    def __str__(self):
        return _(
            "验证码不正确或已失效 (5分钟内有效，最多试5次)。请核对最新短信中的6位数字，或重新发送。"
        )


def hand_in(
    follower: Follower, asked: Asked, claimed: dict, *, by: audit.Actor, now: datetime
) -> VerificationApplication:
    """Count a try and keep what is claimed: a draft while the phone is to be proven, submitted
    where it was proven before or cannot be. Raises NotSubmitted, TooManyTries or RoomGone. Call it
    outside of a transaction, as everything here."""
    applications.refuse_what_is_there(follower, asked.room)
    limits.take(follower, str(claimed["phone"]), asked.room.pk, now=now)
    consent = applications.CONSENT
    draft = applications.begin(follower, asked, now=now, consent=consent, **claimed)
    if applications.must_be_proven(draft):
        return draft
    return submit(draft, proven=False, by=by, now=now)


def send_code(application: VerificationApplication, *, by: audit.Actor, now: datetime) -> None:
    """Send a code to the phone of a draft. Raises NotSent with a sentence."""
    account, phone = application.follower.account, str(application.phone)
    told = {"address": by.address or "", "now": now}
    codes.send_code(account, phone, PhoneCode.Use.APPLICATION, **told)


def prove(
    application: VerificationApplication, code: str, *, by: audit.Actor, now: datetime
) -> VerificationApplication:
    """Submit a draft with the code that was sent. Raises WrongCode, another NotSubmitted or
    RoomGone."""
    account, phone = application.follower.account, str(application.phone)
    if not codes.check_code(account, phone, PhoneCode.Use.APPLICATION, code, now=now):
        raise WrongCode
    return submit(application, proven=True, by=by, now=now)


def submit(
    application: VerificationApplication, *, proven: bool, by: audit.Actor, now: datetime
) -> VerificationApplication:
    """`proven`: just now."""
    done = applications.submit(application, proven=proven, by=by, now=now)
    applications.count_as_right(done)
    return done
