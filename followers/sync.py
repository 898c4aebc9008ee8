"""Synchronises the followers of an account with WeChat: first all of them, later what has changed.

A pass goes through three phases, each one request to WeChat and one transaction at a time. Its row
of Sync says how far it is, so a worker may die anywhere. A pass that finds nothing new writes
nothing but that row.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from followers import details, store
from followers.bells import PUSH
from followers.models import Follower, Seen, Sync
from followers.tags import known_tags, take_over_tags
from haina.jobs.bells import ring
from haina.lib import faults
from haina.lib.leases import LeaseLost
from haina.lib.locks import Lock, alone, hold
from haina.wechat.errors import AccountRefused, LimitReached, WeChatRefused, unreachable
from haina.wechat.models import Connection
from haina.wechat.official import OfficialAccount, official

DETAILS = 500  # followers of a step: five requests
AGAIN = {LimitReached: timedelta(hours=6), AccountRefused: timedelta(hours=1)}
SOON = timedelta(minutes=1)
ENOUGH = 0.9  # of the followers that WeChat counts, for its list to be believed


@transaction.atomic
def ask(account_id: int, *, now: datetime) -> None:
    """Begin a pass, or let the one that waits for better times go on at once."""
    fresh = {"phase": Sync.Phase.OPENIDS, "cursor": "", "began_at": now, "fault": None}
    fresh |= dict.fromkeys(["seen", "total", "arrived", "left", "changed"], 0)
    sync, created = Sync.objects.get_or_create(account_id=account_id, defaults=fresh)
    if created:
        return
    Seen.objects.filter(sync=sync, sync__phase=Sync.Phase.OVER).delete()
    Sync.objects.filter(pk=sync.pk, phase=Sync.Phase.OVER).update(**fresh, leased_until=None)
    waiting = Sync.objects.filter(pk=sync.pk, fault__isnull=False)
    waiting.update(fault=None, leased_until=None)


def due(*, now: datetime) -> list[int]:
    """Accounts whose pass nobody works on."""
    unfinished = Sync.objects.exclude(phase=Sync.Phase.OVER).filter(free(now))
    return list(unfinished.order_by("pk").values_list("account", flat=True))


def free(now: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lt=now)


def work(account_id: int) -> None:
    """Bring the pass to its end, unless another worker does or WeChat refuses."""
    now = timezone.now()
    unfinished = Sync.objects.filter(account=account_id).exclude(phase=Sync.Phase.OVER)
    if not unfinished.filter(free(now)).update(leased_until=now + Sync.LEASE, fault=None):
        return
    sync = Sync.objects.get(account=account_id)
    connection = Connection.objects.get(account=account_id)
    try:
        while sync.is_running:
            STEPS[sync.phase](sync, official(connection))
            faults.passing("followers.page")
    except LeaseLost:
        return
    except WeChatRefused as refusal:
        wait = next((wait for kind, wait in AGAIN.items() if isinstance(refusal, kind)), SOON)
        sync.mine().update(fault=refusal.code, leased_until=timezone.now() + wait)


def read_openids(sync: Sync, wechat: OfficialAccount) -> None:
    try:
        page = wechat.followers(after=sync.cursor)
    except WeChatRefused as refusal:
        if not sync.cursor or refusal.code not in details.UNKNOWN_OPENID:
            raise
        begin_anew(sync)  # whom the cursor names is not known there any more
        return
    with transaction.atomic():
        hold(Lock.FOLLOWERS, sync.account_id)
        store.see(sync, Sync.Phase.OPENIDS, page.openids)
        arrived = store.arrive(sync.account_id, page.openids, began=sync.began_at)
        seen = sync.seen + len(page.openids)
        done = {"seen": seen, "total": page.total, "arrived": F("arrived") + arrived}
        is_short = not page.next and seen < ENOUGH * page.total
        if is_short:
            store.forget_seen(sync)
            done |= {"seen": 0}
        if page.next or is_short:
            sync.note(**done, cursor=page.next)
        else:
            end_openids(sync, done)
    if is_short:
        raise unreachable("a list that ends too early")


@transaction.atomic
def begin_anew(sync: Sync) -> None:
    store.forget_seen(sync)
    sync.note(cursor="", seen=0)


def end_openids(sync: Sync, done: dict) -> None:
    """The list was read to its end: who is not in it has left."""
    left = store.leave_unseen(sync, now=timezone.now())
    here = Follower.objects.filter(account=sync.account_id, subscribed=True).count()
    done |= {"phase": Sync.Phase.DETAILS, "cursor": "", "seen": 0, "total": here}
    sync.note(**done, left=F("left") + left)


def read_details(sync: Sync, wechat: OfficialAccount) -> None:
    if not sync.cursor:
        read_tags(sync.account_id, wechat)
    here = Follower.objects.filter(account=sync.account_id, subscribed=True)
    rest = here.filter(pk__gt=int(sync.cursor or 0)).order_by("pk")
    batch = list(rest.values_list("pk", "openid")[:DETAILS])
    changed = details.learn_of(sync.account_id, [openid for _pk, openid in batch], wechat)
    done = {"seen": F("seen") + len(batch), "changed": F("changed") + changed}
    if len(batch) == DETAILS:
        sync.note(**done, cursor=str(batch[-1][0]))
    else:
        sync.note(**done, phase=Sync.Phase.BLACKLIST, cursor="")


def read_tags(account_id: int, wechat: OfficialAccount) -> None:
    """While nothing is pushed: an answer from before a change would take the change back."""
    with alone(Lock.PUSH, account_id) as is_alone:
        if not is_alone:
            raise unreachable("tags are being pushed")
        known = known_tags(account_id)
        there = wechat.tags()
        with transaction.atomic():
            hold(Lock.FOLLOWERS, account_id)
            take_over_tags(account_id, there, known=known)
            ring(PUSH, account_id)  # what was asked for meanwhile found the place taken


def read_blacklist(sync: Sync, wechat: OfficialAccount) -> None:
    page = wechat.blacklist(after=sync.cursor)
    with transaction.atomic():
        hold(Lock.FOLLOWERS, sync.account_id)
        now = timezone.now()
        store.see(sync, Sync.Phase.BLACKLIST, page.openids)
        changed = store.take_blacklisted(sync, page.openids, now=now)
        if page.next:
            sync.note(changed=F("changed") + changed, cursor=page.next)
            return
        changed += store.release_unlisted(sync, now=now)
        store.forget_seen(sync)
        over = {"phase": Sync.Phase.OVER, "cursor": "", "ended_at": now}
        sync.note(changed=F("changed") + changed, **over)


STEPS: dict[str, Callable[[Sync, OfficialAccount], None]] = {
    Sync.Phase.OPENIDS: read_openids,
    Sync.Phase.DETAILS: read_details,
    Sync.Phase.BLACKLIST: read_blacklist,
}
