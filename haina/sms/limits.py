"""How many SMS may go out: counted in the database, exact for all processes, Redis or not."""

from datetime import datetime, timedelta

from django.conf import settings

from haina.lib.throttle import Limit

DAY = timedelta(days=1)
PER_PHONE = (
    Limit("sms.phone.moment", 1, timedelta(seconds=30)),
    Limit("sms.phone.hour", 5, timedelta(hours=1)),
    Limit("sms.phone.day", 10, DAY),
)
PER_ADDRESS = Limit("sms.address", 60, timedelta(hours=1))  # a whole estate may share one


def take(account_id: int, phone: str, address: str, *, now: datetime) -> str:
    """Count one SMS; the name of the limit that is reached, or "" while all hold. The account's is
    asked last, so that who tries on with one phone uses up nothing of it. Call it outside of a
    transaction."""
    per_account = Limit("sms.account", settings.SMS_PER_DAY, DAY)
    asked = [(limit, phone) for limit in PER_PHONE]
    asked += [(PER_ADDRESS, address)] if address else []
    asked += [(per_account, str(account_id))]
    return next((limit.what for limit, whose in asked if not limit.take(whose, now=now)), "")
