"""Acts of 公众号设置, each in one transaction; nothing is held while WeChat is asked."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.lib.locks import Lock, hold
from haina.wechat.errors import WeChatRefused
from haina.wechat.messages import examples_of, fill
from haina.wechat.models import Connection, Template, Trial
from haina.wechat.official import AccountTemplate, official
from haina.wechat.recipients import Recipient
from haina.wechat.signals import connected

SECRETS = ("secret", "token", "aes_key")
LONGEST_TITLE = Template._meta.get_field("title").max_length


class SettingsRefused(Exception):
    """The settings cannot be saved; the message is for whoever asked."""


class AnotherAccount(SettingsRefused):
    def __str__(self):
        return _(
            "已接入的公众号不能换成另一个：现有关注用户属于原来的公众号。如需更换，请联系海纳小助手。"
        )


class AppIdTaken(SettingsRefused):
    def __str__(self):
        return _("这个公众号已在别处接入，一个公众号只能接入一次。请核对AppID，或联系海纳小助手。")


@transaction.atomic
def save(
    account: ServiceAccount, values: Mapping[str, str], *, by: audit.Actor, now: datetime
) -> Connection:
    """Write AppID and those secrets that are given; the others stay."""
    hold(Lock.ACCOUNT, account.pk)
    found = Connection.objects.filter(account=account).first()
    connection = found or Connection(account=account)
    given = {name: values[name] for name in ("app_id", *SECRETS) if values.get(name)}
    changed = [name for name, value in given.items() if value != getattr(connection, name)]
    if "app_id" in changed and connection.connected_at:
        raise AnotherAccount
    if "aes_key" in changed:
        connection.former_aes_key, connection.aes_key_changed_at = connection.aes_key, now
    if {"app_id", "token", "aes_key"} & set(changed):
        connection.verified_at = None
    if {"app_id", "secret"} & set(changed):
        connection.checked_at, connection.fault, connection.fault_detail = None, None, ""
    for name in changed:
        setattr(connection, name, given[name])
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError:
        raise AppIdTaken from None
    if changed:
        audit.record("wechat.changed", [connection], by=by, at=now, fields=changed)
    return connection


def check(connection: Connection, *, by: audit.Actor, now: datetime) -> WeChatRefused | None:
    """Ask WeChat whether it knows us, and keep the answer; the first good one is told to the parts
    that wait for it. Nothing is kept of an answer that is not about AppID and secret as they are
    now, or came after that to a later check."""
    refusal, asked = None, (connection.app_id, connection.secret)
    try:
        official(connection).check()
    except WeChatRefused as raised:
        refusal = raised
    with transaction.atomic():
        hold(Lock.ACCOUNT, connection.account_id)
        connection = Connection.objects.get(pk=connection.pk)
        is_old = connection.checked_at and connection.checked_at > now
        if is_old or asked != (connection.app_id, connection.secret):
            return refusal
        is_first = refusal is None and connection.connected_at is None
        connection.checked_at = now
        connection.fault = refusal and refusal.code
        connection.fault_detail = refusal.detail if refusal else ""
        connection.connected_at = now if is_first else connection.connected_at
        connection.save(update_fields=["checked_at", "fault", "fault_detail", "connected_at"])
        if is_first:
            audit.record("wechat.connected", [connection], by=by, at=now)
            connected.send(Connection, connection=connection, now=now)
    return refusal


@transaction.atomic
def choose_template(
    connection: Connection,
    purpose: str,
    chosen: AccountTemplate,
    fields: Mapping[str, str],
    *,
    by: audit.Actor,
    now: datetime,
) -> Template:
    """Let a template of the account serve a purpose, its fields filled as told."""
    values = {
        "template_id": chosen.id,
        "title": chosen.title[:LONGEST_TITLE],
        "content": chosen.content,
        "fields": dict(fields),
    }
    template, _created = Template.objects.update_or_create(
        connection=connection, purpose=purpose, defaults=values
    )
    audit.record("wechat.template_chosen", [template], by=by, at=now)
    return template


def send_test(
    template: Template, recipient: Recipient, *, once: str, by: audit.Actor, now: datetime
) -> str:
    """Send the template with examples; twice with the same `once` it reaches them once. The id by
    which WeChat tells the outcome. Raises what WeChat refuses."""
    data = fill(template, examples_of(template.purpose))
    wechat = official(template.connection)
    msgid = wechat.send(recipient.openid, template.template_id, data, client_msg_id=once)
    kept = {"connection": template.connection, "number": msgid, "at": now}
    Trial.objects.bulk_create([Trial(**kept)], ignore_conflicts=True)
    purpose = template.get_purpose_display()
    audit.record("wechat.test_sent", [recipient], by=by, at=now, reason=purpose)
    return msgid
