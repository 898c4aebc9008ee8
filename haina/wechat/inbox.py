"""What WeChat posts, kept until it is done: the row is the queue, and once is once.

An upper app says what it wants, in a module that its apps.ready imports:

    @handles("subscribe")
    def follow(callback: Callback, message: dict) -> None: ...

It is called in one transaction with the row's end. What it raises takes back all of it, and the
message is tried again, later and later, until MOST_ATTEMPTS.
"""

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from haina.jobs.bells import ring
from haina.lib import faults
from haina.wechat.bells import WORK
from haina.wechat.crypto import WINDOW, Unreadable, moment
from haina.wechat.models import Callback, Connection

logger = logging.getLogger(__name__)

Handler = Callable[[Callback, dict], None]
_handlers: dict[str, list[Handler]] = defaultdict(list)

BATCH = 20
LEASE = timedelta(seconds=30)  # longer than a batch takes; what its worker left is due then


def handles(*kinds: str):
    """Register a function for these kinds of messages (text, image) and events (SCAN)."""

    def register(function: Handler) -> Handler:
        for kind in kinds:
            _handlers[kind].append(function)
        return function

    return register


def connection_behind(door: str) -> Connection | None:
    return Connection.objects.filter(door=door).first()


def mark_verified(connection: Connection, *, now: datetime) -> None:
    Connection.objects.filter(pk=connection.pk).update(verified_at=now)


def receive(connection: Connection, message: dict, *, now: datetime) -> None:
    """Keep the message, unless it is a repetition. Raises Unreadable for what is none."""
    row = row_of(connection, message, now)
    Callback.objects.bulk_create([row], ignore_conflicts=True)
    faults.passing("callback.stored")
    ring(WORK)


def row_of(connection: Connection, message: dict, now: datetime) -> Callback:
    kind, openid = kind_of(message), text_of(message, "FromUserName")
    sent_at = moment(text_of(message, "CreateTime"))
    if not kind or not openid or len(openid) > Callback._meta.get_field("openid").max_length:
        raise Unreadable("from nobody, or of no kind")
    if sent_at is None or sent_at > (now + WINDOW).timestamp():
        raise Unreadable("of no time")
    return Callback(
        connection=connection,
        key=key_of(message),
        kind=kind[: Callback._meta.get_field("kind").max_length],
        openid=openid,
        sent_at=datetime.fromtimestamp(sent_at, UTC),
        content=json.dumps(message, ensure_ascii=False),
        due_at=now,
    )


def kind_of(message: dict) -> str:
    kind = text_of(message, "MsgType")
    return text_of(message, "Event") if kind == "event" else kind


def text_of(message: dict, name: str) -> str:
    value = message.get(name, "")
    return value if isinstance(value, str) else ""


def key_of(message: dict) -> str:
    """What the repetitions of a message have in common. Of events only TEMPLATESENDJOBFINISH has a
    number; of the others WeChat says to compare sender and time, which two in a second share."""
    if number := text_of(message, "MsgId") or text_of(message, "MsgID"):
        return key_of_numbered(kind_of(message), number)
    names = ("FromUserName", "CreateTime", "Event", "EventKey")
    return digest_of([text_of(message, name) for name in names])


def key_of_numbered(kind: str, number: str) -> str:
    """The key of a message that has a number of WeChat's."""
    return digest_of([kind, number])


def digest_of(parts: list[str]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def work() -> int:
    """Do all that is due, also while others do the same; how many were ended here."""
    ended = 0
    while claimed := claim(timezone.now()):
        faults.passing("callback.claimed")
        ended += sum(settle(callback) for callback in claimed)
    return ended


def claim(now: datetime) -> list[Callback]:
    """Some that are due, and of each person only the earliest."""
    due = Callback.objects.in_turn(now).select_related("connection")
    return due.claim(BATCH, lease=LEASE, now=now)


def settle(callback: Callback) -> bool:
    """Call who wants it, and end the row in the same transaction."""
    try:
        with transaction.atomic():
            mine = callback.mine()
            # Not SKIP LOCKED: whoever looks for work holds rows for a moment that are not theirs.
            if not mine.select_for_update():
                return False  # its lease was over, and somebody else has it
            mine.update(state=hand_over(callback))
            faults.passing("callback.handled")
    except Exception as error:
        logger.exception("callback %s (%s) broke", callback.pk, callback.kind)
        callback.postpone(error)
        return False
    faults.passing("callback.done")
    return True


def hand_over(callback: Callback) -> Callback.State:
    wanted = _handlers.get(callback.kind, [])
    message = json.loads(callback.content)
    for handler in wanted:
        handler(callback, message)
    return Callback.State.DONE if wanted else Callback.State.UNKNOWN
