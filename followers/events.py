"""Followers that come and leave, as WeChat tells it at once."""

from django.utils import timezone

from followers import details, store
from followers.bells import LOOK_UP
from followers.models import Follower, Sync
from haina.jobs.bells import ring
from haina.lib.locks import Lock, hold
from haina.wechat.inbox import handles
from haina.wechat.models import Callback, Connection
from haina.wechat.official import MOST_DETAILS, official

# Events come late, twice and out of order. A second is the finest that WeChat tells: of two in one
# second nobody knows which was the last, so that in the end WeChat is asked.
CAME = """
INSERT INTO followers_follower AS known
    (account_id, openid, subscribed_at, event_at, known_at, qr_scene, tag_ids, tag_ids_there)
VALUES (%(account)s, %(openid)s, %(at)s, %(at)s, %(now)s, %(scene)s, '{}', '{}')
ON CONFLICT (account_id, openid) DO UPDATE SET subscribed = true, subscribed_at = %(at)s,
    unsubscribed_at = NULL, event_at = %(at)s, known_at = %(now)s, to_ask = true,
    qr_scene = %(scene)s
WHERE known.event_at IS NULL OR known.event_at <= %(at)s
"""
LEFT = """
INSERT INTO followers_follower AS known
    (account_id, openid, subscribed, unsubscribed_at, event_at, known_at, to_ask,
     tag_ids, tag_ids_there)
VALUES (%(account)s, %(openid)s, false, %(at)s, %(at)s, %(now)s, false, '{}', '{}')
ON CONFLICT (account_id, openid) DO UPDATE SET subscribed = false, unsubscribed_at = %(at)s,
    event_at = %(at)s, known_at = %(now)s, to_ask = coalesce(known.event_at = %(at)s, false),
    unionid = '', nickname = '', scene = '', qr_scene = '',
    remark_there = '', tag_ids_there = '{}', push_fault = NULL,
    to_push = known.blocked <> known.blocked_there
WHERE known.event_at IS NULL OR known.event_at <= %(at)s
"""


@handles("subscribe")
def follow(callback: Callback, message: dict) -> None:
    scene = (message.get("EventKey") or "").removeprefix("qrscene_")
    apply(CAME, callback, scene=scene)


@handles("unsubscribe")
def unfollow(callback: Callback, message: dict) -> None:
    apply(LEFT, callback)


def apply(statement: str, callback: Callback, **values) -> None:
    account = callback.connection.account_id
    hold(Lock.FOLLOWERS, account)
    values |= {"account": account, "openid": callback.openid, "at": callback.sent_at}
    store.execute(statement, **values, now=timezone.now())
    ring(LOOK_UP, account)


def to_ask():
    """Those of whom WeChat is still to be asked, and no pass is going to."""
    under_way = Sync.objects.exclude(phase=Sync.Phase.OVER)
    return Follower.objects.filter(to_ask=True).exclude(account__in=under_way.values("account"))


def accounts_waiting() -> set[int]:
    return set(to_ask().order_by().values_list("account", flat=True).distinct())


def look_up(account_id: int) -> None:
    """Ask WeChat what it holds of them. Raises what WeChat refuses for the account as a whole."""
    wechat = official(Connection.objects.get(account=account_id))
    waiting = to_ask().filter(account=account_id).order_by("pk")
    while batch := list(waiting.values_list("openid", flat=True)[:MOST_DETAILS]):
        details.learn_of(account_id, batch, wechat)
