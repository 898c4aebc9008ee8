"""Writes rows of followers, many at a time. Each function is called inside a transaction that holds
Lock.FOLLOWERS of the account: the triggers that keep the tallies would deadlock without it."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import connection

from followers.merging import merged, merged_set
from followers.models import REMARK_BYTES, Follower, Seen, Sync, Tag
from haina.lib.rows import without_statistics
from haina.wechat.official import Profile

SEE = """
INSERT INTO followers_seen (sync_id, phase, openid)
SELECT %(sync)s, %(phase)s, unnest(%(openids)s::text[]) ON CONFLICT DO NOTHING
"""

ARRIVE = """
INSERT INTO followers_follower (account_id, openid, tag_ids, tag_ids_there)
SELECT %(account)s, openid, '{}', '{}' FROM unnest(%(openids)s::text[]) AS openid
ON CONFLICT (account_id, openid) DO NOTHING
"""

# Who left and came back without that we were told; a newer event knows better.
COME_BACK = """
UPDATE followers_follower SET subscribed = true, unsubscribed_at = NULL, to_ask = true
WHERE account_id = %(account)s AND openid = ANY(%(openids)s) AND NOT subscribed
AND (event_at IS NULL OR event_at < %(began)s)
"""

LEAVE = """
UPDATE followers_follower SET subscribed = false, known_at = %(now)s, to_ask = false,
    unsubscribed_at = CASE WHEN subscribed THEN %(now)s ELSE unsubscribed_at END,
    unionid = '', nickname = '', scene = '', qr_scene = '',
    remark_there = '', tag_ids_there = '{}', to_push = blocked <> blocked_there, push_fault = NULL
"""

LEAVE_UNSEEN = (
    LEAVE
    + """
WHERE account_id = %(account)s AND subscribed
AND NOT blocked_there  -- whether WeChat lists them among the followers is nowhere written
AND (event_at IS NULL OR event_at < %(began)s)
AND (known_at IS NULL OR known_at < %(began)s)
AND NOT EXISTS (
    SELECT FROM followers_seen AS seen WHERE seen.sync_id = %(sync)s
    AND seen.phase = 'openids' AND seen.openid = followers_follower.openid
)
"""
)

LEARN = """
UPDATE followers_follower AS known SET subscribed = true, unsubscribed_at = NULL, to_ask = false,
    to_push = false, push_fault = NULL,
    subscribed_at = new.subscribed_at, unionid = new.unionid, scene = new.scene,
    qr_scene = new.qr_scene, remark = new.remark, remark_there = new.remark_there,
    tag_ids = new.tag_ids, tag_ids_there = new.tag_ids_there, known_at = %(now)s
FROM jsonb_to_recordset(%(rows)s) AS new (
    id bigint, subscribed_at timestamptz, unionid text, scene text, qr_scene text, remark text,
    remark_there text, tag_ids int[], tag_ids_there int[]
) WHERE known.id = new.id
"""

BLOCK = """
UPDATE followers_follower SET blocked_there = %(there)s, known_at = %(now)s,
    blocked = CASE WHEN blocked = blocked_there THEN %(there)s ELSE blocked END
WHERE account_id = %(account)s AND blocked_there <> %(there)s
AND (known_at IS NULL OR known_at < %(began)s) AND """
LISTED = "openid = ANY(%(openids)s)"
NOT_LISTED = """NOT EXISTS (
    SELECT FROM followers_seen AS seen WHERE seen.sync_id = %(sync)s
    AND seen.phase = 'blacklist' AND seen.openid = followers_follower.openid
)"""

# Only tags that are at WeChat can be given there; a remark that is too long for it stays here.
MARK = """
UPDATE followers_follower AS follower SET push_fault = NULL, to_push = blocked <> blocked_there
    OR subscribed AND (
        remark <> remark_there AND octet_length(remark) <= %(remark_bytes)s
        OR NOT (pushable @> tag_ids_there AND pushable <@ tag_ids_there)
    )
FROM (
    SELECT id, ARRAY(
        SELECT unnest(tag_ids) INTERSECT SELECT tag.id::int FROM followers_tag AS tag
        WHERE tag.account_id = %(account)s AND tag.wechat_id IS NOT NULL
    ) AS pushable FROM followers_follower WHERE account_id = %(account)s AND id = ANY(%(ids)s)
) AS wish WHERE wish.id = follower.id
"""


def execute(statement: str, **values) -> int:
    """The number of rows written."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def see(sync: Sync, phase: str, openids: Sequence[str]) -> None:
    execute(SEE, sync=sync.pk, phase=phase, openids=list(openids))


def arrive(account_id: int, openids: Sequence[str], *, began: datetime) -> int:
    """Add who is not there yet, bring back who had left before `began`; how many these were."""
    values = {"account": account_id, "openids": sorted(openids)}
    return execute(ARRIVE, **values) + execute(COME_BACK, **values, began=began)


def leave_unseen(sync: Sync, *, now: datetime) -> int:
    """Who is in no page of the pass has left, unless an event has told of them since it began."""
    values = {"account": sync.account_id, "sync": sync.pk, "began": sync.began_at, "now": now}
    with without_statistics():
        return execute(LEAVE_UNSEEN, **values)


def leave(ids: Collection[int], *, now: datetime) -> int:
    """They do not follow any more: the rows stay with our own notes, WeChat's data goes."""
    return execute(LEAVE + " WHERE id = ANY(%(ids)s)", ids=list(ids), now=now)


def take_blacklisted(sync: Sync, openids: Sequence[str], *, now: datetime) -> int:
    """WeChat has these in its blacklist; how many of them it had not."""
    execute(ARRIVE, account=sync.account_id, openids=sorted(openids))
    return set_blocked_there(BLOCK + LISTED, sync, now=now, there=True, openids=list(openids))


def release_unlisted(sync: Sync, *, now: datetime) -> int:
    """WeChat has taken the others out of its blacklist."""
    return set_blocked_there(BLOCK + NOT_LISTED, sync, now=now, there=False)


def set_blocked_there(statement: str, sync: Sync, **values) -> int:
    account = sync.account_id
    with connection.cursor() as cursor:
        values |= {"account": account, "sync": sync.pk, "began": sync.began_at}
        with without_statistics():
            cursor.execute(statement + " RETURNING id", values)
        ids = [pk for (pk,) in cursor.fetchall()]
    mark_to_push(account, ids)
    return len(ids)


def mark_to_push(account_id: int, ids: Collection[int]) -> None:
    """Tell from what is wanted and what WeChat holds whether there is something to push."""
    execute(MARK, account=account_id, ids=list(ids), remark_bytes=REMARK_BYTES)


def learn(
    account_id: int, profiles: Iterable[Profile], *, asked_at: datetime, now: datetime
) -> int:
    """Take over what WeChat has answered to a question asked at that moment; how many rows changed.
    What somebody wrote here since then is newer and stands."""
    profiles = {profile.openid: profile for profile in profiles}
    followers = Follower.objects.filter(account=account_id, openid__in=profiles)
    old = [each for each in followers if each.known_at is None or each.known_at < asked_at]
    gone = [
        each.pk
        for each in old
        if not profiles[each.openid].subscribed and (each.subscribed or each.to_ask)
    ]
    tags = dict(Tag.objects.filter(account=account_id).values_list("wechat_id", "pk"))
    news = list(changes(old, profiles, tags))
    if news:
        execute(LEARN, rows=json.dumps(news), now=now)
    halfway = {each.pk for each in old if each.blocked != each.blocked_there}
    if differing := [new["id"] for new in news if not agree(new, halfway)]:
        mark_to_push(account_id, differing)
    if gone:
        leave(gone, now=now)
    return len(gone) + len(news)


def changes(
    followers: Iterable[Follower], profiles: Mapping[str, Profile], tags: Mapping[int, int]
) -> Iterator[dict]:
    """The columns of LEARN for each follower of whom something is new."""
    for follower in followers:
        profile = profiles[follower.openid]
        if not profile.subscribed:
            continue
        there = {tags[tag] for tag in profile.tag_ids if tag in tags}
        known, wanted = set(follower.tag_ids_there), set(follower.tag_ids)
        new = {
            "subscribed_at": profile.subscribed_at,
            "unionid": profile.unionid,
            "scene": profile.scene,
            "qr_scene": profile.qr_scene,
            "remark": merged(follower.remark_there, profile.remark, follower.remark),
            "remark_there": profile.remark,
            "tag_ids": sorted(merged_set(known, there, wanted)),
            "tag_ids_there": sorted(there),
        }
        if follower.to_ask or any(value != getattr(follower, name) for name, value in new.items()):
            moment = profile.subscribed_at
            yield {"id": follower.pk, **new, "subscribed_at": moment and moment.isoformat()}


def agree(new: dict, halfway: set[int]) -> bool:
    """Does WeChat hold all that is wanted of a follower? Not of one halfway into the blacklist or
    out of it."""
    same = new["remark"] == new["remark_there"] and new["tag_ids"] == new["tag_ids_there"]
    return same and new["id"] not in halfway


def forget_seen(sync: Sync) -> None:
    Seen.objects.filter(sync=sync).delete()
