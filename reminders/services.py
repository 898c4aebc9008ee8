"""What people change of reminders, each act in one transaction with its entry in the trail. Who
somebody is in WeChat is binding.py's."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from followers.bells import DELIVER
from haina.accounts import audit
from haina.accounts.models import Administrator, ServiceAccount
from haina.jobs.bells import ring
from haina.lib.locks import Lock, hold
from reminders.letters import values_of
from reminders.models import Plan, Reminder, Switch
from reminders.queue import repeat
from reminders.recipients import recipient_of

State = Reminder.State


class NotSentAgain(Exception):
    """The message says why."""


@transaction.atomic
def switch(administrator: Administrator, *, on: bool, by: audit.Actor, now: datetime) -> None:
    """是否开启提醒 of somebody."""
    hold(Lock.ACCOUNT, administrator.account_id)
    row, _new = Switch.objects.get_or_create(administrator=administrator)
    if row.is_on == on:
        return
    row.is_on = on
    row.save(update_fields=["is_on"])
    action = "reminder.switched_on" if on else "reminder.switched_off"
    audit.record(action, [administrator], by=by, at=now)


@transaction.atomic
def set_rules(account: ServiceAccount, *, by: audit.Actor, now: datetime, **wanted: int) -> None:
    """提醒规则 of an account; what is under way already keeps its time."""
    hold(Lock.ACCOUNT, account.pk)
    plan = Plan.objects.of(account.pk)
    changed = [name for name, value in wanted.items() if getattr(plan, name) != value]
    for name in changed:
        setattr(plan, name, wanted[name])
    if changed:
        plan.save()
        audit.record("reminder.rules_changed", [plan], by=by, at=now, fields=changed)


@transaction.atomic
def send_again(reminder: Reminder, *, by: audit.Actor, now: datetime) -> Reminder:
    """A new one to the same administrator, once, if there is still something to tell. Raises
    NotSentAgain."""
    hold(Lock.REMINDERS, reminder.administrator_id)
    theirs = Reminder.objects.filter(administrator=reminder.administrator_id)
    if Reminder.objects.filter(resent=reminder).exists():
        raise NotSentAgain(_("这条提醒已经重发过，一条只能重发一次。"))
    if theirs.filter(state=State.WAITING).exists():
        raise NotSentAgain(_("这位管理员还有待发送的提醒，无需重发。"))
    recipient = recipient_of(reminder)
    if recipient is None or not recipient.channel:
        raise NotSentAgain(_("这位管理员现在不接收提醒，请在提醒设置中核对。"))
    if values_of(reminder, recipient) is None:
        raise NotSentAgain(_("这位管理员没有待处理的内容，无需重发。"))
    morning = Plan.objects.of(recipient.administrator.account_id).by_day(now)
    made = repeat(reminder, recipient.channel, now=now, next_at=morning)
    audit.record("reminder.sent_again", [made], by=by, at=now)
    ring(DELIVER, recipient.administrator.account_id)
    return made
