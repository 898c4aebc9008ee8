"""The ways of a message: by template message, and by SMS where WeChat refuses it for good. Each
asks with nothing held and gives a verdict; followers/sending.py writes it down."""

import json
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256

from django.utils import timezone

from followers import undelivered
from followers.delivery import Delivery
from followers.posts import Later, Letter, Never, Post, Sent, Verdict, posts
from haina.accounts.scope import Scope
from haina.lib import faults
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
from haina.wechat.inbox import text_of
from haina.wechat.messages import fill
from haina.wechat.models import Callback, Template, Trial
from haina.wechat.official import BLOCKED, official
from haina.wechat.outcomes import FINISHED, Outcome
from haina.wechat.tokens import rest_of_day

State, Channel = Delivery.State, Delivery.Channel
# The first three within the ten minutes in which WeChat knows a message again.
BACKOFF = [timedelta(seconds=wait) for wait in (30, 120, 300, 1800, 7200, 28800)]
MOST_ATTEMPTS = len(BACKOFF) + 1
ACCOUNT_RESTS = timedelta(hours=1)  # after a refusal that is about the account
PATIENCE = timedelta(days=3)  # what waits longer for an account goes by SMS


def by_wechat(post: Post, row: Delivery, letter: Letter) -> Verdict:
    if letter.follower is None:
        return Never(undelivered.NOT_BOUND, by_sms=True)
    if told := heard_of(post, row, letter):
        return verdict_of(*told)
    if is_given_up(row):
        return Never(row.fault or undelivered.GIVEN_UP, by_sms=True)
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
        return refused(row, letter, refusal)


def is_given_up(row: Delivery) -> bool:
    waited_long = row.fault and row.created_at < timezone.now() - PATIENCE
    return bool(row.attempts > MOST_ATTEMPTS or waited_long)


def template_for(letter: Letter) -> Template | Never:
    chosen = Template.objects.within(Scope.whole(letter.account)).select_related("connection")
    if template := chosen.filter(purpose=letter.purpose).first():
        return template
    connection = getattr(letter.account, "wechat", None)
    missing = undelivered.NO_TEMPLATE if connection else undelivered.NOT_CONNECTED
    return Never(missing, by_sms=True)


def refused(row: Delivery, letter: Letter, refusal: WeChatRefused) -> Verdict:
    """What to do about it. What is about the account stops the account's others for a while."""
    fault = undelivered.fault_of(refusal)
    of_this_one = errors.OF_MESSAGE | errors.OF_PERMISSION
    if isinstance(refusal, RecipientGone):
        return Never(fault, by_sms=letter.blocked_too or refusal.code != BLOCKED)
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
        return Never(undelivered.NO_ANSWER)
    if row.attempts > MOST_ATTEMPTS:
        return Never(row.fault or undelivered.GIVEN_UP)
    if letter.follower and letter.follower.blocked and not letter.blocked_too:
        return Never(str(BLOCKED))
    be_unsure(row)
    faults.passing("delivery.asking")
    how = {"values": letter.sms_values, "now": timezone.now()}
    try:
        return Sent(sms.send(letter.account, letter.phone, letter.sms_purpose, **how).provider_id)
    except NotSetUp:
        row.unsure_since = None
        return Never(row.fault or undelivered.NO_SMS)
    except TooMany:
        row.unsure_since = None
        return later(row, undelivered.TOO_MANY)
    except Refused as refusal:
        return refused_as_sms(row, refusal)


def refused_as_sms(row: Delivery, refusal: Refused) -> Verdict:
    if refusal.code == SMS_UNREACHABLE:
        return Never(undelivered.NO_ANSWER)
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
    return undelivered.REFUSES_US if status == Outcome.BLOCKED else undelivered.LOST
