"""两步验证: codes of an app on the user's phone (TOTP, RFC 6238), and recovery codes beside them.

The algorithm is django-otp's. Its tables are not used: they hold secrets and recovery codes in the
clear, see docs/decisions/0013-second-factor-of-our-own.md.
"""

import base64
import os
import re
import secrets
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from haina.accounts import audit
from haina.accounts.models import RecoveryCode, SecondFactor, User
from haina.accounts.services import TooManyTries, places_of
from haina.lib.encryption import Undecipherable, decrypt, encrypt, keyed_hash
from haina.lib.text import compact
from haina.lib.throttle import Limit

SECRET_BYTES = 20
SECRET = re.compile(r"[A-Z2-7]{32}")  # in base32
TOLERANCE = 1  # codes before and after the one of this moment: clocks of phones differ
CODE, RECOVERY_CODE = re.compile(r"[0-9]{6}"), re.compile(r"[0-9]{12}")
RECOVERY_CODES = 10
# As for passwords, and fewer a day: whoever guesses here has the password already.
TRIES = (
    Limit("second-factor", 5, timedelta(minutes=30)),
    Limit("second-factor.day", 20, timedelta(days=1)),
)


class StillRequired(Exception):
    """An account of the user's asks for a second factor."""

    def __init__(self, account: str) -> None:
        super().__init__(_("服务号“%s”要求启用两步验证，不能关闭。") % account)


def new_secret() -> str:
    return base64.b32encode(os.urandom(SECRET_BYTES)).decode()


def seal(secret: str, user: User) -> str:
    """The secret as a form carries it until its first code is shown. For this user only."""
    return base64.urlsafe_b64encode(encrypt(f"{user.pk} {secret}")).decode()


def unseal(sealed: str, user: User) -> str | None:
    try:
        pk, _blank, secret = decrypt(base64.urlsafe_b64decode(sealed)).partition(" ")
    except (ValueError, Undecipherable):
        return None
    return secret if pk == str(user.pk) and SECRET.fullmatch(secret) else None


def link(secret: str, user: User) -> str:
    """What the app reads from the QR code."""
    issuer = _("海纳")
    label = quote(f"{issuer}:{user.username}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"


def step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """The number of the code among the secret's, if it is one of now."""
    if not CODE.fullmatch(code):
        return None
    clock = TOTP(base64.b32decode(secret))
    clock.time = now.timestamp()
    return clock.t() if clock.verify(int(code), tolerance=TOLERANCE) else None


def is_shown(user: User, code: str, *, device: tuple[int, str] | None, now: datetime) -> bool:
    """Whether the code is one of the user's phone, or a recovery code; it is used up then. Raises
    TooManyTries. As for passwords, a known device has tries of its own, and right codes do not
    count."""
    whose = f"{user.pk} {device[1]}" if device and device[0] == user.pk else str(user.pk)
    taken = [limit.take(whose, now=now) for limit in TRIES]
    if not all(taken):
        raise TooManyTries
    code = compact(code).replace("-", "")
    right = uses(user, code, now=now) or uses_recovery(user, code)
    if right:
        for limit in TRIES:
            limit.give_back(whose, now=now)
    return right


def uses(user: User, code: str, *, now: datetime) -> bool:
    """Neither a code that was used nor one before it. One statement decides, so that of two with
    the same code only one is right."""
    factor = SecondFactor.objects.filter(user=user).first()
    step = factor and step_of(factor.secret, code, now=now)
    if not step:
        return False
    unused = SecondFactor.objects.filter(pk=factor.pk, used_step__lt=step)
    return unused.update(used_step=step) == 1


def uses_recovery(user: User, code: str) -> bool:
    if not RECOVERY_CODE.fullmatch(code):
        return False
    codes = RecoveryCode.objects.filter(factor__user=user, digest=keyed_hash(code))
    return codes.delete()[0] == 1


@transaction.atomic
def set_up(user: User, secret: str, *, step: int, by: audit.Actor, now: datetime) -> list[str]:
    """Make it the user's only second factor, the code of this step being used. The recovery codes,
    which are told this once."""
    User.objects.select_for_update().get(pk=user.pk)
    SecondFactor.objects.filter(user=user).delete()
    factor = SecondFactor.objects.create(user=user, secret=secret, used_step=step, set_up_at=now)
    tell("factor.set_up", user, by=by, now=now)
    return new_codes(factor)


@transaction.atomic
def renew_codes(user: User, *, by: audit.Actor, now: datetime) -> list[str]:
    """Other recovery codes, which are told this once; the earlier ones are void."""
    factor = SecondFactor.objects.select_for_update().get(user=user)
    factor.recovery_codes.all().delete()
    tell("factor.codes_renewed", user, by=by, now=now)
    return new_codes(factor)


def new_codes(factor: SecondFactor) -> list[str]:
    codes = [f"{secrets.randbelow(10**12):012d}" for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=keyed_hash(code)) for code in codes
    )
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


@transaction.atomic
def switch_off(user: User, *, by: audit.Actor, now: datetime) -> None:
    """Raises StillRequired."""
    for place in places_of(user):
        if place.account.second_factor_required:
            raise StillRequired(place.account.name)
    SecondFactor.objects.filter(user=user).delete()
    tell("factor.switched_off", user, by=by, now=now)


@transaction.atomic
def reset(user: User, *, by: audit.Actor, now: datetime, reason: str) -> bool:
    """Take it from somebody who has lost the phone and the recovery codes. False: there is none."""
    deleted, _rows = SecondFactor.objects.filter(user=user).delete()
    if deleted:
        tell("factor.reset", user, by=by, now=now, reason=reason)
    return deleted > 0


def tell(action: str, user: User, *, by: audit.Actor, now: datetime, reason: str = "") -> None:
    """In the trail of every account that the user has a place in."""
    accounts = user.places.order_by("pk").values_list("account_id", flat=True)
    for account_id in list(accounts) or [None]:
        audit.record(action, [user], by=by, at=now, account_id=account_id, reason=reason)
