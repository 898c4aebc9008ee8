"""Acts of 关联企业, each in one transaction; nothing is held while WeCom is asked."""

import secrets
import string
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.lib.locks import Lock, hold
from haina.wechat.corp import errors
from haina.wechat.corp.client import clients_of
from haina.wechat.corp.diagnosis import Finding, examine
from haina.wechat.corp.suite import Authorisation
from haina.wechat.errors import WeChatRefused
from haina.wechat.models import Corp
from haina.wechat.signals import corp_connected, corp_disconnected

SECRETS = ("contacts_secret", "app_secret")
ENTERED = ("corp_id", *SECRETS, "agent_id", "user_limit")
ALPHABET = string.ascii_letters + string.digits
TOKEN_LENGTH, AES_KEY_LENGTH = 32, 43


class Refused(Exception):
    """The act is not possible, and nothing was changed; the message says why."""


class AnotherCorp(Refused):
    def __str__(self):
        return _("已关联的企业微信不能直接换成另一个。请点击“我要更换关联企业”，先取消原来的关联。")


class AnotherWay(Refused):
    def __str__(self):
        return _("企业微信已经用另一种方式关联。如需更换，请先取消原来的关联。")


class CorpTaken(Refused):
    def __str__(self):
        return errors.sentence(errors.TAKEN)


class CorpGone(Refused):
    def __str__(self):
        return _("关联已被取消，请重新关联。")


@transaction.atomic
def enter(account: ServiceAccount, values: Mapping, *, by: audit.Actor, now: datetime) -> Corp:
    """Write what was entered of 自建应用, and those secrets that are given; the others stay. The
    corp is connected by the first `check` that finds it usable."""
    hold(Lock.ACCOUNT, account.pk)
    corp = Corp.entered.filter(account=account).first() or fresh(account)
    if corp.way != Corp.Way.APP:
        raise AnotherWay
    given = {name: values[name] for name in ENTERED if values.get(name) or name not in SECRETS}
    changed = [name for name, value in given.items() if value != getattr(corp, name)]
    if "corp_id" in changed and corp.connected_at:
        raise AnotherCorp
    if {"corp_id", "agent_id", *SECRETS} & set(changed):
        corp.checked_at, corp.fault, corp.fault_detail = None, None, ""
    if "corp_id" in changed:
        corp.verified_at = None
    for name in changed:
        setattr(corp, name, given[name])
    corp.save()
    if changed:
        audit.record("corp.changed", [corp], by=by, at=now, fields=changed)
    return corp


def fresh(account: ServiceAccount) -> Corp:
    """With a Token and a key of our own making, to be pasted into WeCom's console."""
    made = {"token": random_text(TOKEN_LENGTH), "aes_key": random_text(AES_KEY_LENGTH)}
    return Corp(account=account, way=Corp.Way.APP, **made)


def random_text(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _each in range(length))


def check(corp: Corp, *, by: audit.Actor, now: datetime) -> WeChatRefused | None:
    """Ask WeCom whether it lets us, and keep the answer; the first good one connects the corp.
    Nothing is kept of an answer that is not about the corp as it is entered now, or came after that
    to a later check."""
    asked, found = entered_of(corp), examine(corp)
    with transaction.atomic():
        hold(Lock.ACCOUNT, corp.account_id)
        row = Corp.entered.filter(pk=corp.pk).first()
        if row is None or asked != entered_of(row) or (row.checked_at and row.checked_at > now):
            return found.fault
        fault = found.fault
        if found.usable and not row.connected_at and not connected(row, by=by, now=now):
            fault = errors.TABLES[errors.APP].remembered(errors.TAKEN, "")
        keep(row, found, fault, now=now)
    return fault


def entered_of(corp: Corp) -> tuple:
    return corp.way, corp.corp_id, corp.agent_id, *(getattr(corp, name) for name in SECRETS)


def keep(corp: Corp, found: Finding, fault: WeChatRefused | None, *, now: datetime) -> None:
    corp.checked_at = now
    corp.fault, corp.fault_detail = (fault.code, fault.detail) if fault else (None, "")
    corp.name = found.name[: Corp._meta.get_field("name").max_length] or corp.name
    if corp.way == Corp.Way.SUITE and found.user_limit:
        corp.user_limit = found.user_limit
    kept = ["checked_at", "fault", "fault_detail", "name", "user_limit"]
    corp.save(update_fields=kept)


def connected(corp: Corp, *, by: audit.Actor, now: datetime) -> bool:
    """Connect the corp, and tell the parts that wait for it. False if another account has it."""
    corp.connected_at = now
    try:
        with transaction.atomic():
            corp.save()
    except IntegrityError:
        corp.connected_at = None
        return False
    audit.record("corp.connected", [corp], by=by, at=now)
    corp_connected.send(Corp, corp=corp, now=now)
    return True


def connect_suite(
    account: ServiceAccount, granted: Authorisation, *, by: audit.Actor, now: datetime
) -> Corp:
    """Connect the corp that has let our suite in. Of one that is connected already, with whichever
    account, the code is kept, for the one before has ended; another account gets CorpTaken."""
    if renew(granted, now=now) and not Corp.objects.filter(
        account=account, corp_id=granted.corp_id
    ):
        raise CorpTaken
    with transaction.atomic():
        hold(Lock.ACCOUNT, account.pk)
        corp = Corp.entered.filter(account=account).first() or fresh(account)
        if corp.connected_at and corp.corp_id != granted.corp_id:
            raise AnotherCorp
        if corp.connected_at and corp.way != Corp.Way.SUITE:
            raise AnotherWay
        corp.way, corp.corp_id = Corp.Way.SUITE, granted.corp_id
        corp.contacts_secret = corp.app_secret = ""
        write_grant(corp, granted, now=now)
        if not corp.connected_at and not connected(corp, by=by, now=now):
            raise CorpTaken
        corp.save()
    return corp


def write_grant(corp: Corp, granted: Authorisation, *, now: datetime) -> None:
    corp.permanent_code, corp.agent_id = granted.permanent_code, granted.agent_id
    corp.name = granted.name[: Corp._meta.get_field("name").max_length]
    corp.user_limit, corp.checked_at = granted.user_limit, now
    corp.fault, corp.fault_detail = granted.fault, ""


@transaction.atomic
def renew(granted: Authorisation, *, now: datetime) -> bool:
    """Keep the new code of a corp that is connected by our suite, whoever asked for it: the code is
    the corp's, and the former one has ended. False if there is no such corp."""
    corps = Corp.objects.filter(corp_id=granted.corp_id, way=Corp.Way.SUITE)
    corp = corps.select_for_update().first()
    if corp is None:
        return False
    write_grant(corp, granted, now=now)
    corp.save()
    return True


@transaction.atomic
def disconnect(corp: Corp, *, by: audit.Actor, now: datetime, reason: str = "") -> None:
    """Cancel the connection: codes, secrets and tokens go, staff stay. Raises CorpGone."""
    hold(Lock.ACCOUNT, corp.account_id)
    corp = Corp.entered.select_related("account").filter(pk=corp.pk).first()
    if corp is None:
        raise CorpGone
    account, corp_id, was_connected = corp.account, corp.corp_id, bool(corp.connected_at)
    clients = set(clients_of(corp))
    audit.record("corp.disconnected", [corp], by=by, at=now, reason=reason, account_id=account.pk)
    corp.delete()
    if was_connected:
        corp_disconnected.send(Corp, account=account, corp_id=corp_id, now=now)
    transaction.on_commit(lambda: [each.forget() for each in clients], robust=True)
