"""The breaker: a fault of the settings stops the reminders of an account by that channel for a
while, and the console tells whoever may mend it. It ends with the first that arrives, and as soon
as the settings are others."""

import json
from datetime import datetime, timedelta
from hashlib import sha256

from django.utils import timezone

from followers import undelivered
from followers.delivery import Delivery
from followers.posts import Later, Letter, Never, Sent, Verdict
from followers.sending import can_be_sms
from haina.accounts.models import ServiceAccount
from haina.accounts.scope import Scope
from haina.sms import errors as sms
from haina.sms.models import Gateway, Message
from haina.wechat import errors as wechat
from haina.wechat.models import Connection, Template
from haina.wechat.tokens import rest_of_day
from reminders.models import Reminder, Trouble

Channel, State = Delivery.Channel, Delivery.State
REST = timedelta(minutes=30)
PATIENCE = timedelta(days=3)  # what waits longer for its account is given up


def trouble_with(account: ServiceAccount, channel: str, *, now: datetime) -> Trouble | None:
    """What keeps reminders from being sent that way at the moment."""
    trouble = Trouble.objects.within(Scope.whole(account)).filter(channel=channel).first()
    return trouble if trouble and trouble.until > now and not is_mended(trouble) else None


def judge(row: Reminder, letter: Letter, verdict: Verdict) -> Verdict:
    """Note what the settings are to blame for. Such a reminder goes by SMS where it can, else it
    waits until somebody has mended them."""
    account, now = letter.account, timezone.now()
    if isinstance(verdict, Sent):
        Trouble.objects.within(Scope.whole(account)).filter(channel=row.channel).delete()
        return verdict
    if not is_of_settings(row.channel, verdict.fault):
        return verdict
    wait = note(account, row.channel, verdict.fault, now=now)
    if row.channel == Channel.WECHAT and can_be_sms(letter):
        return Never(verdict.fault, by_sms=True)
    if row.created_at < now - PATIENCE:
        return Never(verdict.fault)
    return Later(verdict.fault, wait, counts=False)


def note(account: ServiceAccount, channel: str, fault: str, *, now: datetime) -> timedelta:
    """How long nothing is tried."""
    wait = timedelta(seconds=rest_of_day(now)) if is_limit(channel, fault) else REST
    told = {"fault": fault, "until": now + wait, "settings": digest_of(account.pk, channel)}
    Trouble.objects.update_or_create(
        account=account, channel=channel, defaults=told, create_defaults=told | {"since": now}
    )
    return wait


def is_limit(channel: str, fault: str) -> bool:
    """Of the day: it mends itself."""
    return channel == Channel.WECHAT and wechat.KINDS.get(code_of(fault)) is wechat.LimitReached


def is_of_settings(channel: str, fault: str) -> bool:
    if channel == Channel.SMS:
        return sms.STATES.get(sms.known(fault)) == Message.State.CONFIGURATION
    kind = wechat.KINDS.get(code_of(fault))
    missing = (undelivered.NO_TEMPLATE, undelivered.NOT_CONNECTED)
    return fault in missing or kind in (wechat.AccountRefused, wechat.LimitReached)


def code_of(fault: str) -> int | None:
    code = fault.partition(" ")[0]
    return int(code) if code.lstrip("-").isdecimal() else None


def is_mended(trouble: Trouble) -> bool:
    return trouble.settings != digest_of(trouble.account_id, trouble.channel)


def is_past(trouble: Trouble, *, now: datetime) -> bool:
    """Mended, or of a day that is over, though nothing has been sent since."""
    is_over = trouble.until <= now and is_limit(trouble.channel, trouble.fault)
    return is_over or is_mended(trouble)


def digest_of(account_id: int, channel: str) -> str:
    """Of the settings that a channel needs, and of when they were last found to be right. An SMS
    of any purpose finds that (haina/sms/services.py)."""
    scope = Scope(account_id)
    if channel == Channel.SMS:
        gateways = Gateway.objects.within(scope)
        facts = list(gateways.values_list("sdk_app_id", "sign_name", "review_template", "fault"))
    else:
        facts = list(Connection.objects.within(scope).values_list("app_id", "checked_at"))
        templates = Template.objects.within(scope).filter(purpose=Template.Purpose.REVIEW)
        facts += templates.values_list("template_id", "content", "fields")
    return sha256(json.dumps(facts, default=str).encode()).hexdigest()


def end_mended(*, now: datetime) -> set[int]:
    """Forget troubles whose settings were changed, and let what waits for them go; the accounts."""
    mended = [trouble for trouble in Trouble.objects.order_by("pk") if is_mended(trouble)]
    for trouble in mended:
        waiting = Reminder.objects.within(Scope(trouble.account_id)).filter(state=State.WAITING)
        held = waiting.filter(channel=trouble.channel, fault=trouble.fault, next_at__gt=now)
        held.update(next_at=now)
        trouble.delete()
    return {trouble.account_id for trouble in mended}
