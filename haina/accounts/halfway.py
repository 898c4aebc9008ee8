"""Between the password, or the scan, and the code of the second factor: the browser is known to
wait for it, and nobody is signed in yet."""

from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare

from haina.accounts.models import User

HALFWAY = "halfway"  # in the session: who, since when, where to go then, and `only`
LASTS = timedelta(minutes=5)


def begin(request, user: User, wanted: str, *, only: str, now: datetime) -> None:
    """The session gets a new key, as at a sign-in. `only`: of which account it is to be."""
    request.session.cycle_key()
    request.session[HALFWAY] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),  # another password makes it void
        "since": now.timestamp(),
        "wanted": wanted,
        "only": only,
    }


def who_waits(request, *, now: datetime) -> User | None:
    half = request.session.get(HALFWAY, {})
    if not 0 <= now.timestamp() - half.get("since", 0) < LASTS.total_seconds():
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    same = user and constant_time_compare(half["password"], user.get_session_auth_hash())
    return user if same else None


def end(request) -> tuple[str, str]:
    """Nobody waits any more; where they wanted to go, and `only`."""
    half = request.session.pop(HALFWAY)
    return half["wanted"], half.get("only", "")
