"""What wakes the mirror, and what happens here when a corp is connected or cut off, each in the
transaction of that act."""

from datetime import datetime
from functools import partial

from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.jobs.bells import tell
from haina.lib.history import BY_ITSELF
from haina.lib.locks import Lock, hold
from haina.wechat import signals
from haina.wechat.models import Corp
from staff.bells import SYNCHRONISE, listeners
from staff.mirror import asking
from staff.models import Department, Employee, Removal, Sync

UNKNOWN = {"there": None, "to_push": True, "push_fault": None, "push_detail": ""}


def register() -> None:
    listeners.append(partial(tell, SYNCHRONISE))
    signals.corp_connected.connect(begin)
    signals.corp_disconnected.connect(end)
    signals.contacts_changed.connect(look)


def begin(sender, *, corp: Corp, now: datetime, **_more) -> None:
    """Who they were in another corp tells nothing in this one. The first pass shows a plan before
    it creates anybody there."""
    account_id = corp.account_id
    hold(Lock.STAFF, account_id)
    audit.explain("corp.reconnected", by=audit.Actor(BY_ITSELF, account_id))
    others = Employee.objects.filter(account=account_id).exclude(corp_id__in=["", corp.corp_id])
    others.update(userid="", corp_id="", departments_there=[], **UNKNOWN)
    Removal.objects.filter(account=account_id).exclude(corp_id=corp.corp_id).delete()
    Sync.objects.filter(account=account_id).delete()
    asking.ask(account_id, now=now)


def end(sender, *, account: ServiceAccount, now: datetime, **_more) -> None:
    """The staff stay, 未同步; a pass that runs loses its lease."""
    hold(Lock.STAFF, account.pk)
    audit.explain("corp.cut_off", by=audit.Actor(BY_ITSELF, account.pk))
    Sync.objects.filter(account=account).delete()
    Employee.objects.filter(account=account).update(departments_there=[], **UNKNOWN)
    Department.objects.filter(account=account).update(wecom_id=None, **UNKNOWN)


def look(sender, *, corp: Corp, now: datetime, **_more) -> None:
    """WeCom says that somebody has changed contacts: a hint, and no more than that."""
    asking.hint(corp.account_id, now=now)
