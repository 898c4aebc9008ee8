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
from haina.wechat.errors import NOBODYS_FAULT, BadArgument, RecipientGone, WeChatRefused
from haina.wechat.models import Connection
from haina.wechat.official import MOST_BLOCKED, MOST_TAGGED, OfficialAccount, official

BATCH = 1000
MOST_UNKNOWN = 3
OF_THE_VALUE = {45058, 45159}  # tags that cannot be given to anybody
MOST_ROUNDS = 5  # what is left then waits for the next bell

TAG = "tag_ids_there = array_append(array_remove(tag_ids_there, %(value)s), %(value)s)"
UNTAG = "tag_ids_there = array_remove(tag_ids_there, %(value)s)"
BLOCK = "blocked_there = %(value)s"
REMARK = "remark_there = %(value)s"
TAKEN = "UPDATE followers_follower SET {}, known_at = %(now)s WHERE id = ANY(%(ids)s)"
OF_FOLLOWERS = " AND subscribed"  # of who has left meanwhile WeChat keeps none of it

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
    """Each once: who is changed meanwhile comes with the next round. What WeChat refused for a
    reason that we do not know is raised in the end, and tried again with the next bell."""
    last, unknown = 0, []
    while batch := next_batch(account_id, after=last):
        unknown += push_batch(account_id, batch, wechat)
        last = batch[-1].pk
        if len(unknown) >= MOST_UNKNOWN:
            break
    if unknown:
        raise unknown[-1]


def push_batch(
    account_id: int, followers: Sequence[Follower], wechat: OfficialAccount
) -> list[WeChatRefused]:
    """What WeChat refused for a reason that we do not know."""
    tags = {pk: wechat_id for wechat_id, pk in known_tags(account_id).items()}
    batch = Batch(account_id, followers, tags)
    for (change, value), ids in differences(followers, tags).items():
        size, send = CALLS[change](wechat, tags[value] if change in (TAG, UNTAG) else value)
        for start in range(0, len(ids), size):
            batch.push(ids[start : start + size], send, change, value)
    batch.end()
    return batch.unknown


def differences(followers: Iterable[Follower], tags: Collection[int]) -> dict[tuple, list[int]]:
    """What to change at WeChat, and for whom: {(what, value): pks}."""
    found = defaultdict(list)
    for follower in followers:
        for change in wishes_of(follower, set(tags)):
            found[change].append(follower.pk)
    return found


def wishes_of(follower: Follower, pushable: set[int]) -> Iterator[tuple]:
    if follower.blocked != follower.blocked_there:
        yield BLOCK, follower.blocked
    if not follower.subscribed:
        return
    wanted, there = set(follower.tag_ids) & pushable, set(follower.tag_ids_there)
    yield from ((TAG, tag) for tag in sorted(wanted - there))
    yield from ((UNTAG, tag) for tag in sorted((there & pushable) - wanted))
    if follower.remark != follower.remark_there and len(follower.remark.encode()) <= REMARK_BYTES:
        yield REMARK, follower.remark


CALLS: dict[str, Callable[[OfficialAccount, object], tuple[int, Send]]] = {
    TAG: lambda wechat, tag: (MOST_TAGGED, lambda openids: wechat.tag(tag, openids)),
    UNTAG: lambda wechat, tag: (MOST_TAGGED, lambda openids: wechat.untag(tag, openids)),
    BLOCK: lambda wechat, yes: (MOST_BLOCKED, wechat.block if yes else wechat.unblock),
    REMARK: lambda wechat, text: (1, lambda openids: wechat.remark(openids[0], text)),
}


class Batch:
    """Some followers under way, and who of them was refused what."""

    def __init__(self, account_id: int, followers: Sequence[Follower], tags: Collection[int]):
        self.account_id, self.tags = account_id, set(tags)
        self.openids = {follower.pk: follower.openid for follower in followers}
        self.refused: dict[int, tuple[int, str, object]] = {}  # pk: errcode, what, value
        self.unknown: list[WeChatRefused] = []

    def push(self, ids: list[int], send: Send, change: str, value) -> None:
        """One chunk. What WeChat refuses because of somebody in it is tried one by one. A reason
        that we do not know may be the account's: after a few of them nothing more is tried."""
        if len(self.unknown) >= MOST_UNKNOWN:
            return
        try:
            send([self.openids[pk] for pk in ids])
        except (RecipientGone, BadArgument) as refusal:
            if len(ids) == 1 or refusal.code in OF_THE_VALUE:
                self.refused |= dict.fromkeys(ids, (refusal.code, change, value))
                return
            for pk in ids:
                self.push([pk], send, change, value)
            return
        except NOBODYS_FAULT:
            raise
        except WeChatRefused as refusal:
            self.unknown.append(refusal)
            return
        faults.passing("followers.pushed")
        self.write_down(ids, change, value)

    @transaction.atomic
    def write_down(self, ids: list[int], change: str, value) -> None:
        hold(Lock.FOLLOWERS, self.account_id)
        statement = TAKEN.format(change) + ("" if change == BLOCK else OF_FOLLOWERS)
        with connection.cursor() as cursor:
            cursor.execute(statement, {"ids": ids, "value": value, "now": timezone.now()})

    @transaction.atomic
    def end(self) -> None:
        """Mark what is still to be pushed: what somebody has changed meanwhile. Who was refused
        what is still wanted of them, waits for another wish."""
        hold(Lock.FOLLOWERS, self.account_id)
        store.mark_to_push(self.account_id, self.openids)
        by_code = defaultdict(list)
        for follower in Follower.objects.filter(pk__in=self.refused):
            code, *wish = self.refused[follower.pk]
            if tuple(wish) in set(wishes_of(follower, self.tags)):
                by_code[code].append(follower.pk)
        for code, ids in by_code.items():
            Follower.objects.filter(pk__in=ids).update(to_push=False, push_fault=code)
