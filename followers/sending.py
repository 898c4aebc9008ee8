"""Sends what waits, each message once: by template message, and by SMS where WeChat refuses it for
good. Whoever is blocked gets neither.

A worker claims a row, asks with nothing held, and writes down what came of it. One that dies leaves
it to the next. What WeChat may have taken by then is sent again under the same client_msg_id, which
it delivers once in ten minutes, and not at all if it has told of the message meanwhile. An SMS has
nothing of the kind: where the answer is lost, it is not sent again.

A part above says in its apps.ready what it sends:

    sending.posts.append(Post(Notice, letter_of))

and rings (`ring(DELIVER, account_id)`, followers/bells.py) where it adds rows.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from followers import refusals
from followers.bells import DELIVER, ring
from followers.daytime import by_day
from followers.delivery import Delivery
from followers.models import Follower
from haina.accounts.models import ServiceAccount
from haina.accounts.scope import Scope
from haina.lib import faults
from haina.lib.locks import Lock, hold
from haina.sms import services as sms
from haina.sms.errors import UNREACHABLE as SMS_UNREACHABLE
from haina.sms.errors import NotSetUp, Refused, TooMany
from haina.sms.models import Message
from haina.wechat import errors
from haina.wechat.errors import (
    UNREACHABLE,
    AccountRefused,
    BadArgument,
    LimitReached,
    RecipientGone,
    WeChatRefused,
)
from haina.wechat.inbox import handles, text_of
from haina.wechat.kinds import Value
from haina.wechat.messages import fill
from haina.wechat.models import Callback, Template, Trial
from haina.wechat.official import BLOCKED, official
from haina.wechat.outcomes import FINISHED, Outcome, outcome_of
from haina.wechat.tokens import rest_of_day

State, Channel = Delivery.State, Delivery.Channel

LEASE = timedelta(minutes=2)  # longer than one message takes
MOST_AT_ONCE = 50  # then other tasks of the worker have their turn
# The first three within the ten minutes in which WeChat knows a message again.
BACKOFF = [timedelta(seconds=wait) for wait in (30, 120, 300, 1800, 7200, 28800)]
MOST_ATTEMPTS = len(BACKOFF) + 1
ACCOUNT_RESTS = timedelta(hours=1)  # after a refusal that is about the account
PATIENCE = timedelta(days=3)  # what waits longer for an account goes by SMS


@dataclass(frozen=True)
class Letter:
    """What a row says, and to whom. Without a phone there is no SMS."""

    account: ServiceAccount
    follower: Follower
    purpose: str  # of the template
    values: Mapping[str, Value]
    url: str = ""
    phone: str = ""
    sms_purpose: str = ""
    sms_values: Sequence[str] = ()
    only_by_day: bool = False


@dataclass(frozen=True)
class Post:
    """One kind of delivery: its rows, and what each says; None if that holds no longer."""

    rows: type[Delivery]
    letter_of: Callable[[Delivery], Letter | None]


posts: list[Post] = []


@dataclass(frozen=True)
class Sent:
    number: str  # the provider's


@dataclass(frozen=True)
class Later:
    fault: str
    wait: timedelta
    all_wait: bool = False  # the account's others as well
    counts: bool = True  # as one of MOST_ATTEMPTS; else only PATIENCE ends it


@dataclass(frozen=True)
class Never:
    fault: str
    by_sms: bool = False  # another way is left


Verdict = Sent | Later | Never


def accounts_waiting(now: datetime) -> set[int]:
    return set().union(*(post.rows.objects.due(now).accounts() for post in posts))


def work(account_id: int) -> bool:
    """Send what is due of an account; whether some may be left."""
    for _number in range(MOST_AT_ONCE):
        if not any(send_next(post, account_id) for post in posts):
            return False
    return True


def send_next(post: Post, account_id: int) -> bool:
    row = claim(post, account_id, timezone.now())
    if row is None:
        return False
    faults.passing("delivery.claimed")
    letter = post.letter_of(row)
    verdict = verdict_on(post, row, letter)
    faults.passing("delivery.answered")
    write_down(post, row, letter, verdict)
    faults.passing("delivery.written")
    return True


def verdict_on(post: Post, row: Delivery, letter: Letter | None) -> Verdict:
    if letter is None:
        return Never(refusals.OUTDATED)
    now = timezone.now()
    if letter.only_by_day and (morning := by_day(now)) > now:
        return Later(row.fault, morning - now, counts=False)
    return WAYS[row.channel](post, row, letter)


@transaction.atomic
def claim(post: Post, account_id: int, now: datetime) -> Delivery | None:
    """One that is due. It is ours until the lease is over; who dies has used up an attempt."""
    due = post.rows.objects.within(Scope(account_id)).due(now)
    locked = due.select_for_update(of=["self"], skip_locked=True).order_by("next_at", "pk")
    if row := locked.first():
        row.attempts, row.next_at = row.attempts + 1, now + LEASE
        row.save(update_fields=["attempts", "next_at"])
    return row


def by_wechat(post: Post, row: Delivery, letter: Letter) -> Verdict:
    if told := heard_of(post, row, letter):
        return verdict_of(*told)
    if is_given_up(row):
        return Never(row.fault or refusals.GIVEN_UP, by_sms=True)
    if not (letter.follower.subscribed or letter.follower.blocked):
        return Never("43004", by_sms=True)
    template = template_for(letter)
    if not isinstance(template, Template):
        return template
    was_sure = row.unsure_since is None
    try:
        data = fill(template, letter.values)
        be_unsure(row)
        faults.passing("delivery.asking")
        number = official(template.connection).send(
            letter.follower.openid,
            template.template_id,
            data,
            url=letter.url,
            client_msg_id=sha256(row.key.encode()).hexdigest()[:32],
        )
        return Sent(number)
    except WeChatRefused as refusal:
        if was_sure and refusal.code != UNREACHABLE:
            row.unsure_since = None
        return refused(row, refusal)


def is_given_up(row: Delivery) -> bool:
    waited_long = row.fault and row.created_at < timezone.now() - PATIENCE
    return bool(row.attempts > MOST_ATTEMPTS or waited_long)


def template_for(letter: Letter) -> Template | Never:
    chosen = Template.objects.within(Scope.whole(letter.account)).select_related("connection")
    if template := chosen.filter(purpose=letter.purpose).first():
        return template
    connection = getattr(letter.account, "wechat", None)
    missing = refusals.NO_TEMPLATE if connection else refusals.NOT_CONNECTED
    return Never(missing, by_sms=True)


def refused(row: Delivery, refusal: WeChatRefused) -> Verdict:
    """What to do about it. What is about the account stops the account's others for a while."""
    fault = refusals.fault_of(refusal)
    of_this_one = errors.OF_MESSAGE | errors.OF_PERMISSION
    if isinstance(refusal, RecipientGone):
        return Never(fault, by_sms=refusal.code != BLOCKED)
    if isinstance(refusal, BadArgument) or refusal.code in of_this_one:
        return Never(fault, by_sms=True)
    if isinstance(refusal, LimitReached):
        return of_account(fault, timedelta(seconds=rest_of_day(timezone.now())))
    if isinstance(refusal, AccountRefused):
        return of_account(fault, ACCOUNT_RESTS)
    return later(row, fault, by_sms=True)


def of_account(fault: str, wait: timedelta) -> Later:
    return Later(fault, wait, all_wait=True, counts=False)


def later(row: Delivery, fault: str, *, by_sms: bool = False) -> Verdict:
    if row.attempts >= MOST_ATTEMPTS:
        return Never(fault, by_sms=by_sms)
    return Later(fault, BACKOFF[row.attempts - 1])


def by_sms(post: Post, row: Delivery, letter: Letter) -> Verdict:
    if row.unsure_since is not None:
        return Never(refusals.NO_ANSWER)
    if row.attempts > MOST_ATTEMPTS:
        return Never(row.fault or refusals.GIVEN_UP)
    if letter.follower.blocked:
        return Never(str(BLOCKED))
    be_unsure(row)
    faults.passing("delivery.asking")
    how = {"values": letter.sms_values, "now": timezone.now()}
    try:
        return Sent(sms.send(letter.account, letter.phone, letter.sms_purpose, **how).provider_id)
    except NotSetUp:
        row.unsure_since = None
        return Never(row.fault)
    except TooMany:
        row.unsure_since = None
        return later(row, refusals.TOO_MANY)
    except Refused as refusal:
        return refused_as_sms(row, refusal)


def refused_as_sms(row: Delivery, refusal: Refused) -> Verdict:
    if refusal.code == SMS_UNREACHABLE:
        return Never(refusals.NO_ANSWER)
    row.unsure_since = None
    if refusal.state in (Message.State.RETRY, Message.State.LIMIT):
        return later(row, refusal.code)
    return Never(refusal.code)


WAYS = {Channel.WECHAT: by_wechat, Channel.SMS: by_sms}


def be_unsure(row: Delivery) -> None:
    """From here on the message may arrive without our knowing."""
    if row.unsure_since is None:
        row.unsure_since = timezone.now()
        mine(row).update(unsure_since=row.unsure_since)


def mine(row: Delivery):
    """The row while nobody else has claimed or ended it."""
    same = {"attempts": row.attempts, "channel": row.channel, "state": State.WAITING}
    return type(row).objects.filter(pk=row.pk, **same)


@transaction.atomic
def write_down(post: Post, row: Delivery, letter: Letter | None, verdict: Verdict) -> None:
    now = timezone.now()
    if isinstance(verdict, Sent):
        note_sent(post, row, letter, verdict.number, now=now)
    elif isinstance(verdict, Later):
        due = {"next_at": now + verdict.wait, "fault": verdict.fault}
        attempts = row.attempts if verdict.counts else row.attempts - 1
        mine(row).update(**due, attempts=attempts, unsure_since=row.unsure_since)
        if verdict.all_wait:
            put_off(post, row, letter.account, due)
    elif verdict.by_sms and can_be_sms(letter):
        mine(row).update(**as_sms(now), fault=verdict.fault)
    else:
        mine(row).update(**over(row, State.FAILED, now), fault=verdict.fault)


def note_sent(post: Post, row: Delivery, letter: Letter, number: str, *, now: datetime) -> None:
    """Under the lock of `finish`: how it ended is learned here, or there, whichever is later."""
    told = {"provider_id": number, "unsure_since": None}
    if row.channel == Channel.WECHAT:
        hold(Lock.OUTCOMES, letter.account.pk)
    written = mine(row).update(**over(row, State.SENT, now), **told)
    if written and row.channel == Channel.WECHAT:
        fall_back(post, row.pk, status_of(letter.account.pk, number), now=now)


def over(row: Delivery, state: str, now: datetime) -> dict:
    return {"state": state, "ended_at": now, **row.EMPTIED}


def as_sms(now: datetime) -> dict:
    anew = {"attempts": 0, "next_at": now, "unsure_since": None, "ended_at": None}
    return {"state": State.WAITING, "channel": Channel.SMS, **anew}


def put_off(post: Post, row: Delivery, account: ServiceAccount, due: dict) -> None:
    """The account's others by WeChat would fare no better."""
    others = post.rows.objects.within(Scope.whole(account)).exclude(pk=row.pk)
    others = others.filter(state=State.WAITING, channel=Channel.WECHAT)
    others = others.filter(next_at__lt=due["next_at"])
    # What another worker is writing down learns by itself.
    free = others.select_for_update(of=["self"], skip_locked=True).values_list("pk", flat=True)
    post.rows.objects.filter(pk__in=list(free)).update(**due)


def can_be_sms(letter: Letter | None) -> bool:
    return bool(letter and letter.phone and sms.is_set_up(letter.account, letter.sms_purpose))


# What became of it: accepted is not delivered.


def heard_of(post: Post, row: Delivery, letter: Letter) -> tuple[str, str] | None:
    """Number and status of a message to them of which WeChat has told since an attempt whose answer
    was lost, and which is none of the others."""
    if row.unsure_since is None:
        return None
    heard = Callback.objects.within(Scope.whole(letter.account)).filter(
        kind=FINISHED,
        openid=letter.follower.openid,
        sent_at__gte=row.unsure_since.replace(microsecond=0),
    )
    told = {}
    for callback in heard.order_by("sent_at", "pk"):
        message = json.loads(callback.content)
        told[text_of(message, "MsgID")] = text_of(message, "Status")
    others = numbers_of_others(told, Scope.whole(letter.account))
    return next(((number, told[number]) for number in told if number not in others), None)


def numbers_of_others(numbers: Collection[str], scope: Scope) -> set[str]:
    """Those that are known to be of another delivery, or of a test."""
    trials = Trial.objects.within(scope).filter(number__in=numbers)
    known = set(trials.values_list("number", flat=True))
    for post in posts:
        rows = post.rows.objects.within(scope).filter(provider_id__in=numbers)
        known |= set(rows.values_list("provider_id", flat=True))
    return known


def verdict_of(number: str, status: str) -> Verdict:
    return Sent(number) if status == Outcome.SUCCESS else Never(fault_in(status), by_sms=True)


def fault_in(status: str) -> str:
    return refusals.REFUSES_US if status == Outcome.BLOCKED else refusals.LOST


def status_of(account_id: int, number: str) -> str:
    """How WeChat told that a message ended; success while it has not."""
    outcome = outcome_of(number, Scope(account_id))
    return outcome or Outcome.SUCCESS


@handles(FINISHED)
def finish(callback: Callback, message: dict) -> None:
    """A message that was accepted and did not arrive goes by SMS."""
    hold(Lock.OUTCOMES, callback.account_id)
    number, status = text_of(message, "MsgID"), text_of(message, "Status")
    for post in posts:
        ours = post.rows.objects.within(Scope(callback.account_id)).filter(provider_id=number)
        for pk in ours.values_list("pk", flat=True):
            fall_back(post, pk, status, now=timezone.now())


def fall_back(post: Post, pk: int, status: str, *, now: datetime) -> None:
    """Once, however often it is told."""
    if status == Outcome.SUCCESS:
        return
    accepted = post.rows.objects.filter(pk=pk, state=State.SENT, channel=Channel.WECHAT)
    row = accepted.select_for_update(of=["self"]).first()
    if row is None:
        return
    letter = post.letter_of(row)
    if can_be_sms(letter):
        accepted.update(**as_sms(now), fault=fault_in(status))
        ring(DELIVER, letter.account.pk)
    else:
        accepted.update(state=State.FAILED, fault=fault_in(status))
