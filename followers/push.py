"""Brings what we want of followers and tags to WeChat.

The rows are the queue: `to_push` marks whoever differs. What WeChat has taken is written down chunk
by chunk, so a worker may die anywhere; calls that are made twice have one effect.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from django.db import connection, transaction
from django.utils import timezone

from followers import store
from followers.models import REMARK_BYTES, Follower, Tag
from followers.tags import known_tags, push_tags
from haina.lib import faults
from haina.lib.locks import Lock, alone, hold
from haina.wechat.errors import NOBODYS_FAULT, WeChatRefused
from haina.wechat.models import Connection
from haina.wechat.official import OfficialAccount, official

TAGGED, BLACKLISTED = 50, 20  # openids that WeChat takes at once
BATCH = 1000
MOST_ROUNDS = 5  # what is left then waits for the next bell

TAG = "tag_ids_there = array_append(array_remove(tag_ids_there, %(value)s), %(value)s)"
UNTAG = "tag_ids_there = array_remove(tag_ids_there, %(value)s)"
BLOCK = "blocked_there = %(value)s"
REMARK = "remark_there = %(value)s"
TAKEN = "UPDATE followers_follower SET {}, known_at = %(now)s WHERE id = ANY(%(ids)s)"

Send = Callable[[list[str]], None]


def push(account_id: int) -> None:
    """Push all that waits, also what is changed meanwhile. Raises what WeChat refuses for the
    account as a whole."""
    wechat_account = Connection.objects.filter(account=account_id, connected_at__isnull=False)
    found = wechat_account.first()
    for _round in range(MOST_ROUNDS):
        if not (found and waits(account_id)):
            return
        with alone(Lock.PUSH, account_id) as is_alone:
            if not is_alone:
                return
            push_tags(account_id, official(found))
            push_followers(account_id, official(found))


def waits(account_id: int) -> bool:
    tags = Tag.objects.filter(account=account_id).to_push()
    return next_batch(account_id, most=1) != [] or tags.exists()


def accounts_waiting() -> set[int]:
    followers = Follower.objects.filter(to_push=True)
    return {
        account_id
        for rows in (followers, Tag.objects.to_push())
        for account_id in rows.order_by().values_list("account", flat=True).distinct()
    }


def next_batch(account_id: int, after: int = 0, most: int = BATCH) -> list[Follower]:
    waiting = Follower.objects.filter(account=account_id, to_push=True, pk__gt=after)
    return list(waiting.order_by("pk")[:most])


def push_followers(account_id: int, wechat: OfficialAccount) -> None:
    """Each once: who is changed meanwhile comes with the next round."""
    last = 0
    while batch := next_batch(account_id, after=last):
        push_batch(account_id, batch, wechat)
        last = batch[-1].pk


def push_batch(account_id: int, followers: Sequence[Follower], wechat: OfficialAccount) -> None:
    batch = Batch(account_id, followers)
    tags = {pk: wechat_id for wechat_id, pk in known_tags(account_id).items()}
    for (change, value), ids in differences(followers, tags).items():
        size, send = CALLS[change](wechat, tags[value] if change in (TAG, UNTAG) else value)
        for start in range(0, len(ids), size):
            batch.push(ids[start : start + size], send, change, value)
    batch.end()


def differences(followers: Iterable[Follower], tags: Collection[int]) -> dict[tuple, list[int]]:
    """What to change at WeChat, and for whom: {(what, value): pks}."""
    found = defaultdict(list)
    for follower in followers:
        for change in wishes_of(follower, set(tags)):
            found[change].append(follower.pk)
    return found


def wishes_of(follower: Follower, pushable: set[int]) -> Iterator[tuple]:
    wanted, there = set(follower.tag_ids) & pushable, set(follower.tag_ids_there)
    yield from ((TAG, tag) for tag in sorted(wanted - there))
    yield from ((UNTAG, tag) for tag in sorted((there & pushable) - wanted))
    if follower.blocked != follower.blocked_there:
        yield BLOCK, follower.blocked
    if follower.remark != follower.remark_there and len(follower.remark.encode()) <= REMARK_BYTES:
        yield REMARK, follower.remark


CALLS: dict[str, Callable[[OfficialAccount, object], tuple[int, Send]]] = {
    TAG: lambda wechat, tag: (TAGGED, lambda openids: wechat.tag(tag, openids)),
    UNTAG: lambda wechat, tag: (TAGGED, lambda openids: wechat.untag(tag, openids)),
    BLOCK: lambda wechat, yes: (BLACKLISTED, wechat.block if yes else wechat.unblock),
    REMARK: lambda wechat, text: (1, lambda openids: wechat.remark(openids[0], text)),
}


class Batch:
    """Some followers under way, and who of them was refused."""

    def __init__(self, account_id: int, followers: Sequence[Follower]) -> None:
        self.account_id = account_id
        self.openids = {follower.pk: follower.openid for follower in followers}
        self.refused: dict[int, int] = {}  # pk: WeChat's errcode

    def push(self, ids: list[int], send: Send, change: str, value) -> None:
        """One chunk. What WeChat refuses because of somebody in it is tried one by one."""
        try:
            send([self.openids[pk] for pk in ids])
        except NOBODYS_FAULT:
            raise
        except WeChatRefused as refusal:
            if len(ids) == 1:
                self.refused[ids[0]] = refusal.code
                return
            for pk in ids:
                self.push([pk], send, change, value)
            return
        faults.passing("followers.pushed")
        self.write_down(ids, change, value)

    @transaction.atomic
    def write_down(self, ids: list[int], change: str, value) -> None:
        hold(Lock.FOLLOWERS, self.account_id)
        with connection.cursor() as cursor:
            values = {"ids": ids, "value": value, "now": timezone.now()}
            cursor.execute(TAKEN.format(change), values)

    @transaction.atomic
    def end(self) -> None:
        """Mark what is still to be pushed: what somebody has changed meanwhile. The refused wait
        for a change."""
        hold(Lock.FOLLOWERS, self.account_id)
        store.mark_to_push(self.account_id, self.openids)
        by_code = defaultdict(list)
        for pk, code in self.refused.items():
            by_code[code].append(pk)
        for code, ids in by_code.items():
            Follower.objects.filter(pk__in=ids).update(to_push=False, push_fault=code)
