"""Puts reminders into the queue, in the transaction of what they are about. An administrator has
one at most that has not begun to be sent; it stands for all that comes until then."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from communities.models import Community
from followers.bells import DELIVER
from followers.delivery import Delivery
from haina.jobs.bells import ring
from reminders.models import LeaseTold, Plan, Reminder
from reminders.recipients import ways_to, with_reminders
from residents.models import VerificationApplication
from residents.verification.notices import Lease

Kind = Reminder.Kind

# A reminder that is there is locked until the transaction ends: whoever begins to send it waits for
# that, and so counts what comes with this transaction. In the order of administrators, so that two
# transactions wait for each other in one direction only. Once it stands for what the creator
# hears unasked, it is of that kind: they may have switched off what was there before.
TAKE_UP = """
INSERT INTO reminders_reminder AS known (key, state, channel, attempts, next_at, provider_id, fault,
    created_at, administrator_id, kind)
SELECT key, 'waiting', channel, 0, %(next_at)s, '', '', %(now)s, administrator, %(kind)s
FROM unnest(%(keys)s::text[], %(administrators)s::bigint[], %(channels)s::text[])
    AS wanted (key, administrator, channel)
ORDER BY administrator
ON CONFLICT (key) DO UPDATE
    SET kind = CASE WHEN excluded.kind = 'creator' THEN excluded.kind ELSE known.kind END
RETURNING id, administrator_id, (xmax = 0)
"""


class Taken(NamedTuple):
    reminder: int
    administrator: int
    is_new: bool


def take_up(
    account_id: int, kind: str, ways: Sequence[tuple[int, str]], *, now: datetime
) -> list[Taken]:
    """See to it that each of these administrators is told; to be called within a transaction."""
    if not ways:
        return []
    administrators, channels = zip(*sorted(ways), strict=True)
    values = {
        "keys": [Reminder.open_key(kind, administrator) for administrator in administrators],
        "administrators": list(administrators),
        "channels": list(channels),
        "kind": kind,
        "next_at": Plan.objects.of(account_id).by_day(now),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE_UP, values)
        taken = [Taken(*row) for row in cursor.fetchall()]
    if any(each.is_new for each in taken):
        ring(DELIVER, account_id)
    return taken


def repeat(reminder: Reminder, channel: str, *, now: datetime, next_at: datetime) -> Reminder:
    """The one that takes its place, the same one however often it is asked for."""
    told = {"administrator_id": reminder.administrator_id, "kind": reminder.kind}
    told |= {"channel": channel, "resent": reminder, "created_at": now, "next_at": next_at}
    return Reminder.objects.get_or_create(key=f"resent:{reminder.pk}", defaults=told)[0]


def tell_reviewers(sender, application: VerificationApplication, now: datetime, **more) -> None:
    """Of an application that waits for review since this moment."""
    community = application.community
    ways = ways_to(with_reminders(community.account_id, [community.pk]))
    take_up(community.account_id, Kind.NEW, ways, now=now)


def tell_of_leases(
    sender, community: Community, leases: Collection[Lease], now: datetime, **more
) -> None:
    """Those who are known in WeChat: no SMS of ours tells of leases. Each of a lease's stages once,
    under the community's lock."""
    account_id = community.account_id
    ways = ways_to(with_reminders(account_id, [community.pk]))
    bound = [(pk, channel) for pk, channel in ways if channel == Delivery.Channel.WECHAT]
    about = {(each.resident.pk, each.resident.lease_ends_on, each.stage) for each in leases}
    told = LeaseTold.objects.filter(administrator__in=[pk for pk, _channel in bound])
    told = told.filter(resident__in=[each.resident.pk for each in leases])
    known = set(told.values_list("administrator", "resident", "ends_on", "stage"))
    news = {pk: [each for each in about if (pk, *each) not in known] for pk, _channel in bound}
    taken = take_up(account_id, Kind.LEASES, [way for way in bound if news[way[0]]], now=now)
    LeaseTold.objects.bulk_create(
        LeaseTold(
            reminder_id=each.reminder,
            administrator_id=each.administrator,
            resident=resident,
            ends_on=ends_on,
            stage=stage,
        )
        for each in taken
        for resident, ends_on, stage in news[each.administrator]
    )
