"""微信扫码登录: a browser shows a code, and an administrator who is known in WeChat says on their
phone that it is their browser.

The code holds a token that is good once and for three minutes. What waits stands in the session of
the browser, so nobody else is signed in by it. Nothing here looks at accounts before a phone does:
a browser that asks for one that does not exist is shown a code like any other.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from haina.accounts import audit
from haina.accounts.models import Administrator, Scan, ServiceAccount
from haina.lib.browsers import browser_of
from haina.lib.encryption import keyed_hash
from haina.lib.requests import address_of, neighbourhood_of
from haina.lib.throttle import Limit

LASTS = timedelta(minutes=3)
WAITS = "scan"  # in the session: the row, and where to go then
CODES_PER_ADDRESS = Limit("scan.address", 120, timedelta(hours=1))


class TooManyCodes(Exception):
    """Of one address, in an hour."""


class Over(Exception):
    """Used, cancelled, too late, or of somebody who has no place any more."""


def begin(request, slug: str, wanted: str, *, now: datetime) -> str:
    """The token for the code. What the browser waited for before is void. Raises TooManyCodes."""
    address = address_of(request)
    if not CODES_PER_ADDRESS.take(neighbourhood_of(address), now=now):
        raise TooManyCodes
    token = secrets.token_urlsafe(32)
    Scan.objects.filter(pk=request.session.get(WAITS, {}).get("pk")).delete()
    scan = Scan.objects.create(
        digest=keyed_hash(token),
        slug=slug,
        browser=browser_of(request),
        address=address or None,
        expires_at=now + LASTS,
    )
    request.session[WAITS] = {"pk": scan.pk, "wanted": wanted}
    return token


def find(token: str, account: ServiceAccount, *, now: datetime) -> Scan | None:
    """What waits for an answer from a phone of the account."""
    waiting = Scan.objects.filter(slug=account.slug, administrator=None, expires_at__gt=now)
    return waiting.filter(digest=keyed_hash(token)).first()


@transaction.atomic
def confirm(scan: Scan, administrator: Administrator, *, by: audit.Actor, now: datetime) -> None:
    """It is the administrator's browser. Of two phones the first one counts. Raises Over."""
    open_still = Scan.objects.filter(pk=scan.pk, administrator=None, expires_at__gt=now)
    if not open_still.update(administrator=administrator):
        raise Over
    audit.record("scan.confirmed", [administrator], by=by, at=now)


@transaction.atomic
def cancel(scan: Scan, administrator: Administrator, *, by: audit.Actor, now: datetime) -> None:
    """It is not. Raises Over."""
    deleted, _rows = Scan.objects.filter(pk=scan.pk, administrator=None).delete()
    if not deleted:
        raise Over
    audit.record("scan.cancelled", [administrator], by=by, at=now)


@transaction.atomic
def claim(request, *, now: datetime) -> Administrator | None:
    """Who said that this is their browser, once; None while nobody did. Raises Over."""
    pk = request.session.get(WAITS, {}).get("pk")
    scan = Scan.objects.select_for_update().filter(pk=pk, expires_at__gt=now).first()
    if scan is None:
        raise Over
    if scan.administrator_id is None:
        return None
    scan.delete()
    active = Administrator.objects.active().select_related("user", "account")
    administrator = active.filter(pk=scan.administrator_id).first()
    if administrator is None:
        raise Over
    by = audit.Actor.of(administrator, request)
    audit.record("scan.used", [administrator], by=by, at=now)
    return administrator


def end(request) -> str:
    """Nothing waits any more; where to go."""
    return request.session.pop(WAITS)["wanted"]


def forget(now: datetime) -> int:
    """Remove what is over."""
    return Scan.objects.filter(expires_at__lt=now).delete()[0]
