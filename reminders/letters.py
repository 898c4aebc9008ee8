"""What followers/sending.py sends: whether a reminder may go now and by which way, and what it
says. Never who applied: how many wait, where, and since when."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Community
from followers import undelivered
from followers.delivery import Delivery
from followers.posts import Later, Letter, Never, Post, Verdict
from followers.ways import mine
from haina.accounts.scope import Scope
from haina.lib import faults
from haina.lib.locks import Lock, hold
from haina.sms.models import Message
from haina.sms.services import is_set_up
from haina.wechat.models import Template
from reminders.models import LeaseTold, Plan, Reminder
from reminders.queue import repeat
from reminders.recipients import Recipient, recipient_of, waiting_for
from reminders.troubles import PATIENCE, judge, trouble_with
from residents.models import Resident

Channel, State, Kind = Delivery.Channel, Delivery.State, Reminder.Kind
WINDOW = timedelta(minutes=10)  # one message by each channel
DAY = timedelta(days=1)
MOST_IN_SMS = 999_999  # six digits
HINTS = {
    Kind.NEW: "请尽快审核",
    Kind.AGAIN: "有申请等待较久，请尽快审核",
    Kind.CREATOR: "有申请长时间无人审核",
    Kind.LEASES: "请到管理后台查看",
}


def hold_back(row: Reminder) -> Later | Never | None:
    """What speaks against sending it now. One that goes, or that never will, takes up nothing
    more."""
    now = timezone.now()
    if row.unsure_since is not None:
        # It may have arrived: the same again, whatever has happened since. By night only while
        # WeChat knows it again.
        return None if now < row.unsure_since + WINDOW else until_morning(row, now)
    against = what_is_against(row, now)
    if isinstance(against, Never) and row.is_open:
        mine(row).update(key=row.own_key)
    return against


def until_morning(row: Reminder, now: datetime) -> Later | None:
    """None by day, and where nothing would be sent."""
    morning = Plan.objects.of(row.administrator.account_id).by_day(now)
    is_sent = row.channel == Channel.WECHAT
    return Later(row.fault, morning - now, counts=False) if is_sent and morning > now else None


def what_is_against(row: Reminder, now: datetime) -> Later | Never | None:
    """They may not see it any more, it is night, the settings are wrong, there were too many, or
    another one went a moment ago."""
    recipient = recipient_of(row)
    if recipient is None:
        return Never(undelivered.OUTDATED)
    account = recipient.administrator.account
    plan = Plan.objects.of(account.pk)
    if (morning := plan.by_day(now)) > now:
        return Later(row.fault, morning - now, counts=False)
    channel, fault = way_of(row, recipient)
    if trouble := trouble_with(account, channel, now=now):
        if channel == Channel.SMS or not can_be_sms(row, recipient):
            return waits_for(trouble, row, now)
        channel, fault = Channel.SMS, trouble.fault
    if channel == Channel.SMS and not can_be_sms(row, recipient):
        return Never(fault or lack_of(recipient))
    if against := limit_of(account.pk, plan, channel, now):
        return against
    with transaction.atomic():
        hold(Lock.REMINDERS, row.administrator_id)
        against = begin(row, channel, fault, now)
    faults.passing("reminders.begun")
    return against


def way_of(row: Reminder, recipient: Recipient) -> tuple[str, str]:
    """The channel, and why it is not WeChat. Whoever has come to WeChat meanwhile is told there."""
    if row.channel == Channel.SMS and not row.fault and recipient.channel == Channel.WECHAT:
        return Channel.WECHAT, ""
    return row.channel, row.fault


def can_be_sms(row: Reminder, recipient: Recipient) -> bool:
    account = recipient.administrator.account
    is_told_so = row.kind != Kind.LEASES
    return bool(is_told_so and recipient.phone and is_set_up(account, Message.Purpose.REVIEW))


def lack_of(recipient: Recipient) -> str:
    return undelivered.NO_SMS if recipient.phone else undelivered.NO_PHONE


def waits_for(trouble, row: Reminder, now: datetime) -> Later | Never:
    if row.created_at < now - PATIENCE:
        return Never(trouble.fault)
    return Later(trouble.fault, trouble.until - now, counts=False)


def limit_of(account_id: int, plan: Plan, channel: str, now: datetime) -> Later | Never | None:
    """An account's limits of a day, and of a month for SMS. What other workers send at this moment
    is not counted yet: a limit may be passed by as many as there are of them."""
    begun = Reminder.objects.within(Scope(account_id)).filter(begun_at__gt=now - DAY)
    if begun.count() >= settings.REMINDERS_PER_DAY:
        return Later(undelivered.TOO_MANY, timedelta(hours=1), counts=False)
    if channel == Channel.SMS and sms_this_month(account_id, now) >= plan.sms_per_month:
        return Never(undelivered.CAPPED)
    return None


def sms_this_month(account_id: int, now: datetime) -> int:
    """Reminders of an account by SMS, also those of which nobody knows whether they arrived."""
    first = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = Reminder.objects.within(Scope(account_id)).filter(channel=Channel.SMS)
    return rows.filter(may_have_arrived(), begun_at__gte=first).count()


def may_have_arrived() -> Q:
    return Q(state=State.SENT) | Q(unsure_since__isnull=False)


def begin(row: Reminder, channel: str, fault: str, now: datetime) -> Later | Never | None:
    """Under the lock of the administrator: no other one of theirs begins meanwhile."""
    others = Reminder.objects.filter(administrator=row.administrator_id).exclude(pk=row.pk)
    going = Q(state=State.WAITING) | may_have_arrived()
    recent = others.filter(going, channel=channel, begun_at__gt=now - WINDOW)
    # One that was begun before has surely not arrived; a newer one says the same, and more.
    was_begun = not row.is_open and row.resent_id is None
    newer = others.filter(key=Reminder.open_key(row.kind, row.administrator_id)).first()
    if was_begun and newer:
        LeaseTold.objects.filter(reminder=row).update(reminder=newer)
        return Never(undelivered.MERGED)
    if latest := recent.order_by("-begun_at").first():
        return Later(row.fault, latest.begun_at + WINDOW - now, counts=False)
    key = row.own_key if row.is_open else row.key
    begun = {"key": key, "channel": channel, "fault": fault, "begun_at": now}
    if not mine(row).update(**begun):
        return Later(row.fault, WINDOW)  # somebody else has it
    for name, value in begun.items():
        setattr(row, name, value)
    return None


def letter_of(row: Reminder) -> Letter | None:
    """None for whom it is not any more, and where nothing waits any more."""
    recipient = recipient_of(row)
    values = recipient and values_of(row, recipient)
    if not values:
        return None
    Reminder.objects.filter(pk=row.pk).update(count=values["count"])
    is_told_by_sms = row.kind != Kind.LEASES
    account = recipient.administrator.account
    return Letter(
        account=account,
        follower=recipient.follower,
        purpose=Template.Purpose.REVIEW,
        values=values | {"account": account.name, "hint": HINTS[row.kind]},
        url=url_of(row, account),
        phone=recipient.phone if is_told_by_sms else "",
        sms_purpose=Message.Purpose.REVIEW,
        sms_values=[str(min(values["count"], MOST_IN_SMS))],
        blocked_too=True,
    )


def values_of(row: Reminder, recipient: Recipient) -> dict | None:
    """Counted anew whenever it is about to be sent."""
    if row.kind == Kind.LEASES:
        return of_leases(row, recipient)
    waiting = waiting_for(recipient)
    told = waiting.aggregate(
        count=Count("pk"),
        submitted_at=Min("submitted_at"),
        places=Count("community", distinct=True),
    )
    if not told["count"]:
        return None
    first = waiting.order_by("submitted_at", "pk").values_list("community__name", flat=True).first()
    place = named_with(first, told.pop("places"))
    return told | {"state": _("待审核"), "community": place}


def of_leases(row: Reminder, recipient: Recipient) -> dict | None:
    """Those that still end then."""
    source = row.resent_id or row.pk
    residents = Resident.objects.within(recipient.scope).filter(lease_ends_on=OuterRef("ends_on"))
    leases = LeaseTold.objects.filter(reminder=source)
    leases = leases.filter(Exists(residents.filter(pk=OuterRef("resident"))))
    ending = Resident.objects.filter(pk__in=leases.values("resident"))
    names = Community.objects.filter(pk__in=ending.values("community")).order_by("pk")
    names = list(names.values_list("name", flat=True))
    if not names:
        return None
    told = {"state": _("租约将到期"), "submitted_at": row.created_at}
    return told | {"community": named_with(names[0], len(names)), "count": leases.count()}


def named_with(first: str, places: int) -> str:
    if places == 1:
        return first
    return _("%(first)s等%(places)d个小区") % {"first": first, "places": places}


def url_of(row: Reminder, account) -> str:
    """Of the page to act on; none where the installation does not say its own address."""
    page = "residents:list" if row.kind == Kind.LEASES else "mine:review"
    return settings.HAINA_BASE_URL and settings.HAINA_BASE_URL + reverse(page, args=[account.slug])


def judged(row: Reminder, letter: Letter, verdict: Verdict) -> Verdict:
    """An SMS of which nobody knows whether it arrived is never sent again; in its place there is
    another reminder, once, when the next one may come."""
    verdict = judge(row, letter, verdict)
    is_unknown = isinstance(verdict, Never) and verdict.fault == undelivered.NO_ANSWER
    if is_unknown and row.resent_id is None:
        repeat(row, row.channel, now=row.begun_at, next_at=row.begun_at + WINDOW)
    return verdict


POST = Post(Reminder, letter_of, before=hold_back, after=judged)
