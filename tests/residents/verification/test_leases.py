"""Term tenants whose lease ends: told before, 已到期 on the day after, back when prolonged."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from haina.accounts.models import AuditEntry
from residents import services
from residents.history import ResidentEvent
from residents.models import Notice
from residents.signals import leases_end_soon
from residents.tasks import end_leases
from residents.verification import expiry
from residents.verification.notices import letter_of
from tests import make
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
END = date(2026, 12, 31)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int = 0, minute: int = 1) -> datetime:
    """So many days after the lease ends."""
    return datetime(2026, 12, 31, hour, minute, tzinfo=SHANGHAI) + timedelta(days=day)


@pytest.fixture
def tenant(community, follower):
    """Verified, with a lease until END."""
    tenant = make.resident(community, name="王五", identity="term_tenant", lease_ends_on=END)
    type(tenant).objects.update(verification="verified")
    make.bound(tenant, follower)
    return tenant


@pytest.fixture
def unknown(community):
    """On file, and not known in WeChat."""
    return make.resident(community, "A 1 102", identity="term_tenant", lease_ends_on=END)


def told() -> list[str]:
    keys = Notice.objects.order_by("pk").values_list("key", flat=True)
    return [key.replace(key.split(":")[1], "N", 1) for key in keys]


def state(resident) -> str:
    resident.refresh_from_db()
    return resident.verification


@pytest.mark.parametrize(("day", "after"), [(0, "verified"), (1, "expired"), (40, "expired")])
def test_a_lease_is_over_on_the_day_after(account, tenant, unknown, day, after):
    expiry.work(account, now=at(day))

    assert state(tenant) == after
    assert state(unknown) == ("unverified" if after == "verified" else "expired")


def test_the_day_is_the_installations(account, tenant):
    """Half an hour before midnight in Shanghai it is the next day nowhere else that counts."""
    expiry.work(account, now=at(0, 23, 59).astimezone(ZoneInfo("UTC")))
    assert state(tenant) == "verified"

    expiry.work(account, now=at(1, 0, 0).astimezone(ZoneInfo("UTC")))
    assert state(tenant) == "expired"


def test_it_is_done_once_and_told_who_did_it(account, tenant, unknown):
    for _time in range(3):
        expiry.work(account, now=at(1))

    assert told() == ["lease_over:N:2026-12-31"]
    (entry,) = AuditEntry.objects.filter(action="resident.expired")
    assert (entry.actor, sorted(entry.ids)) == ("beat", sorted([tenant.pk, unknown.pk]))
    event = ResidentEvent.objects.filter(pgh_obj_id=tenant.pk).latest("pgh_id")
    assert event.pgh_context["action"] == "resident.expired"
    assert (event.verification, tenant.binding.pk) == ("expired", tenant.binding.pk)


def test_two_at_once_do_it_once(account, tenant, unknown):
    together(lambda _number: expiry.work(account, now=at(1)), range(4))

    assert AuditEntry.objects.filter(action="resident.expired").count() == 1
    assert Notice.objects.count() == 1


def test_residents_are_told_30_and_7_days_before(account, tenant, unknown):
    for day in range(-40, 1):
        expiry.work(account, now=at(day))

    assert told() == ["lease_soon:N:2026-12-31:30", "lease_soon:N:2026-12-31:7"]
    assert [each.created_at for each in Notice.objects.order_by("pk")] == [at(-30), at(-7)]


def test_who_was_not_told_in_time_is_told_late(account, tenant):
    expiry.work(account, now=at(-3))
    expiry.work(account, now=at(-2))

    assert told() == ["lease_soon:N:2026-12-31:7"]


def test_nobody_is_told_at_night(account, tenant):
    expiry.work(account, now=at(-30))
    expiry.work(account, now=at(-7, 15))

    nights, days = Notice.objects.order_by("pk")
    assert timezone.localtime(nights.next_at) == at(-30, 9, 0)
    assert days.next_at == at(-7, 15)


def test_what_the_notice_says(account, tenant):
    expiry.work(account, now=at(-30))

    letter = letter_of(Notice.objects.get())
    assert letter.values["result"] == "租约将到期"
    assert letter.values["reason"] == "租约将于2026-12-31到期"
    assert letter.phone == str(tenant.phone)


def test_a_lease_that_was_prolonged_meanwhile_is_not_told(account, tenant, by):
    expiry.work(account, now=at(-30))

    services.correct(tenant, lease_ends_on=date(2027, 12, 31), by=by, now=at(-30))

    assert letter_of(Notice.objects.get()) is None


@pytest.mark.parametrize(
    "prolonged",
    [{"lease_ends_on": date(2027, 6, 30)}, {"identity": "tenant", "lease_ends_on": None}],
)
def test_prolonged_in_the_form_they_are_back_at_once(account, tenant, unknown, by, prolonged):
    expiry.work(account, now=at(1))

    for each in (tenant, unknown):
        services.correct(each, **prolonged, by=by, now=at(1))

    assert (state(tenant), state(unknown)) == ("verified", "unverified")


def test_prolonged_until_yesterday_is_not_prolonged(account, tenant, by):
    expiry.work(account, now=at(10))

    services.correct(tenant, lease_ends_on=END + timedelta(days=9), by=by, now=at(10))

    assert state(tenant) == "expired"


def test_shortened_is_seen_by_the_next_night(account, tenant, by):
    services.correct(tenant, lease_ends_on=date(2026, 11, 1), by=by, now=at(-20))
    assert state(tenant) == "verified"

    expiry.work(account, now=at(-20))

    assert state(tenant) == "expired"


def test_prolonged_twice_they_are_told_of_each_end(account, tenant, by):
    expiry.work(account, now=at(1))
    services.correct(tenant, lease_ends_on=END + timedelta(days=1), by=by, now=at(1))
    expiry.work(account, now=at(2))

    assert told()[0] == "lease_over:N:2026-12-31"
    assert told()[-1] == "lease_over:N:2027-01-01"


def test_another_account_is_left_alone(account, tenant):
    other = make.account("elsewhere")

    expiry.work(other, now=at(1))

    assert state(tenant) == "verified"


def test_reviewers_hear_of_it_where_the_rules_say_so(account, community, tenant, unknown):
    heard = []

    def hear(sender, community, leases, **more):
        heard.append((community.pk, sorted(each.resident.pk for each in leases)))

    leases_end_soon.connect(hear)
    try:
        expiry.work(account, now=at(-5))
        assert heard == []
        make.rules(community, tells_of_leases=True)
        expiry.work(account, now=at(-5))
    finally:
        leases_end_soon.disconnect(hear)

    assert heard == [(community.pk, sorted([tenant.pk, unknown.pk]))]


def test_beat_does_it_for_every_account(tenant):
    type(tenant).objects.update(lease_ends_on=timezone.localdate() - timedelta(days=1))

    end_leases()

    assert state(tenant) == "expired"
