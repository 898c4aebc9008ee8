"""Codes by which somebody proves to hold a phone. Nothing here asks who that is, so nobody learns
from an answer whether a phone is on file."""

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from haina.accounts.models import ServiceAccount
from haina.lib.encryption import keyed_hash
from haina.sms import services
from haina.sms.models import Message, PhoneCode

DIGITS, LIFE, TRIES = 6, timedelta(minutes=5), 5


def send_code(
    account: ServiceAccount, phone: str, use: str, *, address: str, now: datetime
) -> Message:
    """Send a new code to a phone (E.164); the one before is over once it is on its way. Raises
    NotSent with a sentence. Call it outside of a transaction."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    message = services.send(account, phone, Message.Purpose.CODE, [code], address=address, now=now)
    values = {"digest": digest(account, phone, use, code), "tries": 0, "expires_at": now + LIFE}
    PhoneCode.objects.update_or_create(
        account=account, use=use, phone_hash=keyed_hash(phone), defaults=values
    )
    return message


@transaction.atomic(durable=True)
def check_code(account: ServiceAccount, phone: str, use: str, code: str, *, now: datetime) -> bool:
    """Whether this is the code that was sent. True once at most; a wrong one counts, and after five
    none is right. A transaction of its own, for a count must not be rolled back."""
    rows = PhoneCode.objects.filter(account=account, use=use, phone_hash=keyed_hash(phone))
    row = rows.select_for_update().filter(expires_at__gt=now, tries__lt=TRIES).first()
    given = digest(account, phone, use, code)
    is_right = hmac.compare_digest(bytes(row.digest) if row else b"\0" * 32, given)
    if row and is_right:
        row.delete()
    elif row:
        row.tries += 1
        row.save(update_fields=["tries"])
    return is_right


def digest(account: ServiceAccount, phone: str, use: str, code: str) -> bytes:
    return keyed_hash(f"sms-code:{account.pk}:{phone}:{use}:{code}")
