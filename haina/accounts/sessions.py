"""How long a sign-in lasts: 30 minutes without a request, 12 hours in all (both are settings). What
an open page asks by itself, with the header X-Watching, is nobody's activity.

A session was begun with the second factor that its user has, or it ends: one of before it was set
up or replaced is none any more.

One that was begun by a scan is of the account where the phone is known: who is whom in WeChat is
set there, by others too, and says nothing about the user's places elsewhere."""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

STARTED, SEEN, FACTOR, ONLY = "started_at", "seen_at", "second_factor", "only"
NOTED_EVERY_SECONDS = 30  # two writes a minute at most, instead of one for every request


@receiver(user_logged_in)
def start(sender, request, user, **kwargs):
    request.session[STARTED] = request.session[SEEN] = int(time.time())
    request.session.pop(ONLY, None)
    note_factor(request, user)


def limit_to(request, slug: str) -> None:
    """This session opens no other account."""
    request.session[ONLY] = slug


def opens(request, slug: str) -> bool:
    return request.session.get(ONLY, slug) == slug


def is_by_scan(request) -> bool:
    return ONLY in request.session


def note_factor(request, user) -> None:
    """Whoever this session is has shown that they hold the second factor, if they have one."""
    request.session[FACTOR] = user.factor.pk if user.factor else None


class SessionLimitsMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            keep_or_end(request)
        return self.get_response(request)


def keep_or_end(request) -> None:
    now, session = int(time.time()), request.session
    idle = now - session.get(SEEN, 0)
    age = now - session.get(STARTED, 0)
    over = idle >= settings.SESSION_IDLE_SECONDS or age >= settings.SESSION_ABSOLUTE_SECONDS
    factor = request.user.factor
    if over or (factor and session.get(FACTOR) != factor.pk):
        logout(request)
    elif "X-Watching" in request.headers:
        return
    elif idle >= min(NOTED_EVERY_SECONDS, settings.SESSION_IDLE_SECONDS / 4):
        session[SEEN] = now
