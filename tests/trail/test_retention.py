"""The trail is kept for AUDIT_YEARS, three at least."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from haina.accounts.models import AuditEntry
from haina.trail import retention
from haina.trail.tasks import forget


def entry(account, at):
    return AuditEntry.objects.create(account=account, action="x.done", at=at)


@pytest.mark.parametrize("years", [3, 5])
def test_what_is_older_goes_and_the_rest_stays(account, settings, years):
    settings.AUDIT_YEARS = years
    now = timezone.now()
    old = entry(account, now - timedelta(days=366 * years))
    young = entry(account, now - timedelta(days=365 * years - 1))

    removed = retention.forget(now=now)

    assert removed == 1
    left = set(AuditEntry.objects.filter(action="x.done"))
    assert left == {young}
    assert old not in left


def test_more_than_one_batch(account, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    long_ago = timezone.now() - timedelta(days=4000)
    for _ in range(5):
        entry(account, long_ago)

    assert retention.forget(now=timezone.now()) == 5


def test_a_leap_day_ends_on_the_first_of_march(settings):
    settings.AUDIT_YEARS = 3
    leap = datetime(2028, 2, 29, 3, tzinfo=UTC)

    assert retention.years_before(leap) == datetime(2025, 3, 1, 3, tzinfo=UTC)


def test_the_task_does_it(account):
    entry(account, timezone.now() - timedelta(days=4000))

    forget()

    assert not AuditEntry.objects.filter(action="x.done").exists()
