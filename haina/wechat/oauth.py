"""Who is this, in WeChat: 网页授权, the way to a visitor's openid and back.

The state of the way is a row that only the browser session that began it can use, once, for ten
minutes. Where it leads afterwards stands sealed in the row, and is a page of the same account's.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection as database
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from haina.accounts.models import ServiceAccount
from haina.lib.encryption import decrypt, keyed_hash
from haina.wechat.models import Connection, OAuthState
from haina.wechat.official import official
from haina.wechat.signals import profile_given
from haina.wechat.visitors import is_refused

LASTS = timedelta(minutes=10)
OPENIDS, BROWSER = "wechat", "wechat_browser"  # in the session
LONGEST_PATH = 500
# Nothing in it that one browser or another reads as the beginning of another host.
PLAIN_PATH = re.compile(r"/m/[a-z0-9-]+/(?:[A-Za-z0-9_-]+/)*(?:\?[A-Za-z0-9_=&%.~+-]*)?")
TAKE = """
DELETE FROM wechat_oauthstate
WHERE digest = %s AND session = %s AND connection_id = %s AND expires_at > %s
RETURNING path, asks_profile
"""


class StateRefused(Exception):
    """Over, used, of another browser or account, or never given out."""


class ConsentRefused(Exception):
    """The visitor said no. `path` is where they wanted to go."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class SnapshotVisitor(Exception):
    """快照页: WeChat shows the page to somebody without telling who that is."""


@dataclass(frozen=True)
class Way:
    path: str
    asks_profile: bool


def openid_of(request, account: ServiceAccount) -> str:
    """Who the browser's session is in this account; "" if it is not known."""
    return request.session.get(OPENIDS, {}).get(str(account.pk), "")


def begin(request, connection: Connection, path: str, *, asks_profile: bool = False) -> str:
    """The address of WeChat's page of consent, which leads back to our `finish`, and that to the
    path."""
    state = secrets.token_hex(32)
    browser = request.session.setdefault(BROWSER, secrets.token_hex(32))
    OAuthState.objects.create(
        digest=keyed_hash(state),
        session=keyed_hash(browser),
        connection=connection,
        asks_profile=asks_profile,
        path=safe(path, connection.account),
        expires_at=timezone.now() + LASTS,
    )
    back = reverse("wechat:oauth", args=[connection.account.slug])
    query = {
        "appid": connection.app_id,
        "redirect_uri": request.build_absolute_uri(back),
        "response_type": "code",
        "scope": "snsapi_userinfo" if asks_profile else "snsapi_base",
        "state": state,
    }  # in the order that WeChat wants
    asked = urlencode(query, quote_via=quote, safe="")
    return f"{settings.WECHAT_OPEN_BASE}/connect/oauth2/authorize?{asked}#wechat_redirect"


def safe(path: str, account: ServiceAccount) -> str:
    """The path if it is one of the account's pages in WeChat, else the first of them."""
    first = first_page(account)
    if len(path) > LONGEST_PATH or not PLAIN_PATH.fullmatch(path) or not path.startswith(first):
        return first
    try:
        page = resolve(path.partition("?")[0])
    except Resolver404:
        return first
    is_ours = getattr(getattr(page.func, "allows", None), "leads_to_pages_in_wechat", False)
    return path if is_ours else first


def first_page(account: ServiceAccount) -> str:
    return f"/m/{account.slug}/"


def finish(request, connection: Connection) -> str:
    """Bind the visitor's openid to the session; where they wanted to go. Raises StateRefused,
    ConsentRefused, SnapshotVisitor and what haina.wechat.errors has; nothing is bound then."""
    way = take(request, connection, request.GET.get("state", ""), now=timezone.now())
    code = request.GET.get("code", "")
    if not code:
        raise ConsentRefused(way.path)
    visitor = official(connection).visitor(code, asks_profile=way.asks_profile)
    if visitor.is_snapshot:
        raise SnapshotVisitor
    bind(request, connection.account, visitor.openid)
    if visitor.nickname and not is_refused(connection.account, visitor.openid):
        told = {"openid": visitor.openid, "nickname": visitor.nickname}
        profile_given.send(Connection, account=connection.account, **told)
    return way.path


def take(request, connection: Connection, state: str, *, now: datetime) -> Way:
    """Use up the state: one statement, so that of two only one has it."""
    browser = request.session.get(BROWSER, "")
    if not state or not browser:
        raise StateRefused
    values = [keyed_hash(state), keyed_hash(browser), connection.pk, now]
    with database.cursor() as cursor:
        cursor.execute(TAKE, values)
        row = cursor.fetchone()
    if row is None:
        raise StateRefused
    path, asks_profile = row
    return Way(decrypt(bytes(path)), asks_profile)


def bind(request, account: ServiceAccount, openid: str) -> None:
    """The session gets a new key: whoever knew the old one does not become the visitor."""
    if openid_of(request, account) != openid:
        request.session.cycle_key()
    openids = request.session.get(OPENIDS, {})
    request.session[OPENIDS] = openids | {str(account.pk): openid}


def forget(now: datetime) -> int:
    """Remove the states that are over."""
    return OAuthState.objects.filter(expires_at__lt=now).delete()[0]
