"""What an event of a corp, or a command to our suite, leads to. Each may come twice, and late."""

from datetime import datetime

from django.db import transaction

from haina.accounts import audit
from haina.wechat.corp import services, suite
from haina.wechat.errors import BadArgument
from haina.wechat.inbox import text_of
from haina.wechat.models import Corp, CorpCallback, SuiteTicket
from haina.wechat.signals import contacts_changed


def handle(callback: CorpCallback, message: dict, *, now: datetime) -> bool:
    """Do it. False for what nobody wants."""
    if callback.corp_id:
        return of_corp(callback, now=now)
    match callback.kind:
        case "suite_ticket":
            keep_ticket(callback, message)
        case "create_auth":
            renew_code(message, now=now)
        case "change_auth":
            look_again(message, now=now)
        case "cancel_auth":
            cancel(callback, message, now=now)
        case "change_contact":
            hint(installed(message), now=now)
        case _:
            return False
    return True


def of_corp(callback: CorpCallback, *, now: datetime) -> bool:
    if callback.kind != "change_contact":
        return False
    hint(Corp.objects.filter(pk=callback.corp_id).first(), now=now)
    return True


def hint(corp: Corp | None, *, now: datetime) -> None:
    if corp is not None:
        with transaction.atomic():
            contacts_changed.send(Corp, corp=corp, now=now)


def installed(message: dict) -> Corp | None:
    """The corp that a command to the suite is about."""
    corp_id = text_of(message, "AuthCorpId")
    return Corp.objects.filter(corp_id=corp_id, way=Corp.Way.SUITE).first()


def keep_ticket(callback: CorpCallback, message: dict) -> None:
    """The latest counts, in whichever order they come."""
    ticket, suite_id = text_of(message, "SuiteTicket"), text_of(message, "SuiteId")
    known = {"suite_id": suite_id, "defaults": {"ticket": ticket, "at": callback.sent_at}}
    row, created = SuiteTicket.objects.get_or_create(**known)
    if not created:
        older = SuiteTicket.objects.filter(pk=row.pk, at__lt=callback.sent_at)
        older.update(ticket=ticket, at=callback.sent_at)


def renew_code(message: dict, *, now: datetime) -> None:
    """An installation from WeCom's market. It names no browser of ours, so it connects nobody: who
    could make a corp follow a link would have it in their own account. But of a corp that is
    connected the former code has ended, and this is the new one."""
    try:
        granted = suite.authorised(text_of(message, "AuthCode"))
    except BadArgument:
        return  # over, or used already: by us, before a repetition of this
    services.renew(granted, now=now)


def look_again(message: dict, *, now: datetime) -> None:
    """The scope of the suite was changed."""
    if corp := installed(message):
        services.check(corp, by=wecom(corp), now=now)
        hint(corp, now=now)


def cancel(callback: CorpCallback, message: dict, *, now: datetime) -> None:
    """The corp has removed the suite; unless it has installed it again since."""
    corp = installed(message)
    if corp is None or corp.connected_at > callback.sent_at:
        return
    reason = "企业在企业微信中取消了授权"
    try:
        services.disconnect(corp, by=wecom(corp), now=now, reason=reason)
    except services.CorpGone:
        return


def wecom(corp: Corp) -> audit.Actor:
    """Whoever acts on WeCom's side is nobody of ours."""
    return audit.Actor(label="企业微信", account_id=corp.account_id)
