"""Devices that somebody has signed in on. Tries from one are counted apart from those of the rest
of the world, so that a stranger who guesses cannot lock the owner out."""

import secrets

from django.conf import settings
from django.core import signing

from haina.accounts.models import User

SALT = "haina.accounts.devices"
DAYS = 180


def mark(response, user: User) -> None:
    """Let the browser prove, from now on, that this user has signed in on it."""
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([user.pk, secrets.token_hex(8)], salt=SALT),
        max_age=DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def device_of(request) -> tuple[int, str] | None:
    """The user who signed in on this device, and the mark of the device."""
    try:
        cookie = request.COOKIES[settings.DEVICE_COOKIE_NAME]
        pk, mark = signing.loads(cookie, salt=SALT, max_age=DAYS * 24 * 3600)
    except (KeyError, ValueError, signing.BadSignature):
        return None
    return pk, mark
