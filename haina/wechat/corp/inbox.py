"""What WeCom posts, kept until it is done: the row is the queue.

A message may be handed over more than once, when a worker dies between the act and the end of the
row; so each act is one that may happen twice. WeCom is asked while no row is held.
"""

import json
import logging
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from haina.jobs.bells import ring
from haina.lib import faults
from haina.wechat.bells import WORK_FOR_CORPS
from haina.wechat.corp import events
from haina.wechat.crypto import WINDOW, Unreadable, moment
from haina.wechat.inbox import digest_of, text_of
from haina.wechat.models import Corp, CorpCallback

logger = logging.getLogger(__name__)

BATCH = 5
LEASE = timedelta(minutes=2)  # longer than a batch takes; what its worker left is due then
LONGEST_KIND = CorpCallback._meta.get_field("kind").max_length


def mark_verified(corp: Corp, *, now: datetime) -> None:
    Corp.entered.filter(pk=corp.pk).update(verified_at=now)


def receive(corp: Corp, message: dict, *, now: datetime) -> None:
    """Keep an event of the corp, unless it is a repetition. Raises Unreadable for what is none."""
    if text_of(message, "ToUserName") != corp.corp_id:
        raise Unreadable("to another corp")
    kind = text_of(message, "MsgType")
    kind = text_of(message, "Event") if kind == "event" else kind
    store(corp, kind, text_of(message, "CreateTime"), message, now=now)


def receive_command(message: dict, *, now: datetime) -> None:
    """Keep a command to our suite, unless it is a repetition."""
    if text_of(message, "SuiteId") != settings.WECOM_SUITE_ID:
        raise Unreadable("to another suite")
    store(None, text_of(message, "InfoType"), text_of(message, "TimeStamp"), message, now=now)


def store(corp: Corp | None, kind: str, sent: str, message: dict, *, now: datetime) -> None:
    sent_at = moment(sent)
    if not kind or sent_at is None or abs(sent_at - now.timestamp()) > WINDOW.total_seconds():
        raise Unreadable("of no kind, or of another time")
    row = CorpCallback(
        corp=corp,
        key=key_of(corp, message),
        kind=kind[:LONGEST_KIND],
        sent_at=datetime.fromtimestamp(sent_at, UTC),
        content=json.dumps(message, ensure_ascii=False),
        due_at=now,
    )
    CorpCallback.objects.bulk_create([row], ignore_conflicts=True)
    faults.passing("corp_callback.stored")
    ring(WORK_FOR_CORPS)


def key_of(corp: Corp | None, message: dict) -> str:
    """What the repetitions of a message have in common is all of it: two changes of one second
    differ in whom they are about."""
    parts = [f"{name}={value}" for name, value in sorted(message.items())]
    return digest_of([str(corp.pk if corp else ""), *parts])


def work() -> int:
    """Do all that is due, also while others do the same; how many were ended here."""
    ended = 0
    while claimed := claim(timezone.now()):
        ended += sum(settle(callback) for callback in claimed)
    return ended


def claim(now: datetime) -> list[CorpCallback]:
    due = CorpCallback.objects.due(now).select_related("corp")
    return due.claim(BATCH, lease=LEASE, now=now)


def settle(callback: CorpCallback) -> bool:
    """Do what it says, and end the row."""
    try:
        known = events.handle(callback, json.loads(callback.content), now=timezone.now())
    except Exception as error:
        logger.exception("corp callback %s (%s) broke", callback.pk, callback.kind)
        callback.postpone(error)
        return False
    faults.passing("corp_callback.handled")
    state = CorpCallback.State.DONE if known else CorpCallback.State.UNKNOWN
    return callback.mine().update(state=state) == 1
