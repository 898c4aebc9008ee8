"""Sends what waits, each message once: by template message, and by SMS where WeChat refuses it for
good. Whoever is blocked gets neither.

A worker claims a row, asks with nothing held, and writes down what came of it. One that dies leaves
it to the next. What WeChat may have taken by then is sent again under the same client_msg_id, which
it delivers once in ten minutes, and not at all if it has told of the message meanwhile. An SMS has
nothing of the kind: where the answer is lost, it is not sent again.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from followers import undelivered
from followers.bells import DELIVER
from followers.daytime import by_day
from followers.delivery import Delivery
from followers.posts import Later, Letter, Never, Post, Sent, Verdict, posts
from followers.ways import WAYS, fault_in, mine
from haina.accounts.models import ServiceAccount
from haina.accounts.scope import Scope
from haina.jobs.bells import ring
from haina.lib import faults
from haina.lib.language import in_chinese
from haina.lib.locks import Lock, hold
from haina.sms import services as sms
from haina.wechat.inbox import handles, text_of
from haina.wechat.models import Callback
from haina.wechat.outcomes import FINISHED, Outcome, outcome_of

State, Channel = Delivery.State, Delivery.Channel
LEASE = timedelta(minutes=2)  # longer than one message takes
MOST_AT_ONCE = 50  # then other tasks of the worker have their turn


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
    letter, verdict = ask(post, row)
    faults.passing("delivery.answered")
    write_down(post, row, letter, verdict)
    faults.passing("delivery.written")
    return True


def ask(post: Post, row: Delivery) -> tuple[Letter | None, Verdict]:
    if against := post.before(row):
        return None, against
    with in_chinese():
        letter, now = post.letter_of(row), timezone.now()
    if letter is None:
        return None, Never(undelivered.OUTDATED)
    if letter.only_by_day and (morning := by_day(now)) > now:
        return letter, Later(row.fault, morning - now, counts=False)
    return letter, post.after(row, letter, WAYS[row.channel](post, row, letter))


@transaction.atomic
def claim(post: Post, account_id: int, now: datetime) -> Delivery | None:
    """One that is due. It is ours until the lease is over; who dies has used up an attempt."""
    due = post.rows.objects.within(Scope(account_id)).due(now)
    locked = due.select_for_update(of=["self"], skip_locked=True).order_by("next_at", "pk")
    if row := locked.first():
        row.attempts, row.next_at = row.attempts + 1, now + LEASE
        row.save(update_fields=["attempts", "next_at"])
    return row


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
