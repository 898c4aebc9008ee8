"""Acts of 短信设置. Nothing is held while the gateway is asked."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.lib.locks import Lock, hold
from haina.sms import services
from haina.sms.errors import NotSetUp, Refused
from haina.sms.models import SECRETS, Gateway, Message

# What a test says: nothing that anybody could use or would act on. The code is none of ours.
EXAMPLES = {
    Message.Purpose.CODE: ["000000"],
    Message.Purpose.REVIEW: ["0"],
    Message.Purpose.RESULT: [],
}


@transaction.atomic
def save(
    account: ServiceAccount, values: Mapping[str, str], *, by: audit.Actor, now: datetime
) -> Gateway:
    """Write all values; a secret that is not given stays. Raises NotSetUp where there is none that
    could: somebody has removed the gateway meanwhile."""
    hold(Lock.ACCOUNT, account.pk)
    gateway = Gateway.objects.filter(account=account).first() or Gateway(account=account)
    given = {name: value for name, value in values.items() if value or name not in SECRETS}
    changed = [name for name, value in given.items() if value != getattr(gateway, name)]
    for name in changed:
        setattr(gateway, name, given[name])
    if not all(getattr(gateway, name) for name in SECRETS):
        raise NotSetUp
    if changed:
        gateway.checked_at, gateway.fault, gateway.fault_purpose = None, "", ""
        gateway.save()
        audit.record("sms.changed", [gateway], by=by, at=now, fields=changed)
    return gateway


def send_test(
    account: ServiceAccount, phone: str, purpose: str, *, by: audit.Actor, now: datetime
) -> None:
    """Send an example of a purpose to a phone (E.164), within the limits of any SMS. Raises
    NotSent. Call it outside of a transaction."""
    gateway, _ = services.way_out(account, purpose)
    address, refusal = by.address or "", None
    try:
        services.send(account, phone, purpose, EXAMPLES[purpose], address=address, now=now)
    except Refused as raised:
        refusal = raised
    audit.record("sms.tested", [gateway], by=by, at=now, fields=[f"{purpose}_template"])
    if refusal:
        raise refusal


@transaction.atomic
def remove(account: ServiceAccount, *, by: audit.Actor, now: datetime) -> bool:
    """Forget the gateway and its secrets. False if there is none."""
    hold(Lock.ACCOUNT, account.pk)
    gateway = Gateway.objects.filter(account=account).first()
    if gateway is None:
        return False
    audit.record("sms.removed", [gateway], by=by, at=now)
    gateway.delete()
    return True
