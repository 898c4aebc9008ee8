"""Sending: nothing is held while the gateway is asked, and each SMS has its row before it is."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from haina.accounts.models import ServiceAccount
from haina.lib.encryption import keyed_hash
from haina.lib.masking import mask_phone
from haina.sms import limits
from haina.sms.backends import connect
from haina.sms.errors import NotSetUp, Refused, TooMany, state_of
from haina.sms.models import Gateway, Message


def send(
    account: ServiceAccount,
    phone: str,
    purpose: str,
    values: Sequence[str],
    *,
    address: str = "",
    again: Message | None = None,
    now: datetime,
) -> Message:
    """Send an SMS to a phone (E.164) and give its row; `again` is the row of an earlier attempt at
    the same one. Raises NotSetUp, TooMany, or Refused with what the gateway said. Call it outside
    of a transaction."""
    gateway, template = way_out(account, purpose)
    if reached := limits.take(account.pk, phone, address, now=now):
        raise TooMany(reached)
    message = again or Message(account=account, purpose=purpose, phone_hash=keyed_hash(phone))
    note_attempt(message, phone, now=now)
    result = connect(gateway).send(phone, template, values)
    message.state, message.code = state_of(result.code), result.code
    message.provider_id, message.answered_at = result.provider_id, timezone.now()
    message.save()
    keep_answer(gateway, message)
    if message.state != Message.State.SENT:
        raise Refused(result.code)
    return message


def way_out(account: ServiceAccount, purpose: str) -> tuple[Gateway, str]:
    """The gateway and the template id for a purpose."""
    gateway = Gateway.objects.filter(account=account).first()
    template = gateway and getattr(gateway, f"{purpose}_template", "")
    if not template:
        raise NotSetUp
    return gateway, template


def is_set_up(account: ServiceAccount, purpose: str) -> bool:
    """Whether the account has a gateway with a template for this purpose (of Message.Purpose).
    Whether it works is only known once it is asked."""
    try:
        way_out(account, purpose)
    except NotSetUp:
        return False
    return True


@transaction.atomic
def keep_answer(gateway: Gateway, message: Message) -> None:
    """Note on the gateway whether its values work. What tells of the phone is no sign of that, nor
    an answer to values that were changed meanwhile; a fault of a template ends with that template.
    """
    if message.state not in (Message.State.SENT, Message.State.CONFIGURATION):
        return
    kept = Gateway.objects.select_for_update().filter(pk=gateway.pk).first()
    if kept is None or kept.values != gateway.values:
        return
    kept.checked_at = message.answered_at
    if message.state == Message.State.CONFIGURATION:
        kept.fault, kept.fault_purpose = message.code, message.purpose
    elif kept.fault_purpose == message.purpose or "Template" not in kept.fault:
        kept.fault = kept.fault_purpose = ""
    kept.save(update_fields=["checked_at", "fault", "fault_purpose"])


def note_attempt(message: Message, phone: str, *, now: datetime) -> None:
    message.state, message.asked_at = Message.State.ASKED, now
    message.phone_masked = mask_phone(phone)
    if message.pk:
        message.attempts = F("attempts") + 1
    message.save()
    message.refresh_from_db(fields=["attempts"])
