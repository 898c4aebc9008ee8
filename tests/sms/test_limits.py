"""How many SMS may go out, exactly, with as many processes as there are."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from haina.lib.encryption import keyed_hash
from haina.lib.models import RecentTries
from haina.sms import errors, limits
from tests.processes import in_processes

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PHONE = "+8613800138000"


def take(seconds: int = 0, *, account: int = 1, phone: str = PHONE, address: str = "") -> bool:
    return not limits.take(account, phone, address, now=NOON + timedelta(seconds=seconds))


def take_at_once(phone: str) -> bool:
    return take(phone=phone)


@pytest.mark.django_db
def test_a_phone_gets_one_in_thirty_seconds_and_five_an_hour():
    assert [take(second) for second in (0, 29, 31, 62, 93, 124, 155)] == [
        *[True, False, True, True, True, True, False]
    ]


@pytest.mark.django_db
def test_a_phone_gets_ten_a_day_whichever_account_sends():
    hours = [take(hour * 3601, account=hour) for hour in range(11)]

    assert hours == [True] * 10 + [False]


@pytest.mark.django_db
def test_an_account_has_its_cap(settings):
    settings.SMS_PER_DAY = 3

    assert [take(phone=f"+861380013800{each}") for each in range(4)] == [True] * 3 + [False]
    assert take(phone="+8613800138009", account=2)


@pytest.mark.django_db
def test_trying_on_with_one_phone_uses_up_nothing_of_the_account(settings):
    settings.SMS_PER_DAY = 2
    for _ in range(5):
        take()

    assert take(phone="+8613800138001")


@pytest.mark.django_db
def test_an_address_has_its_limit():
    phones = [f"+86138001380{each:02}" for each in range(61)]

    taken = [take(phone=phone, address="203.0.113.7") for phone in phones]

    assert taken == [True] * 60 + [False]


@pytest.mark.django_db
def test_each_limit_is_told_by_its_own_sentence(settings):
    settings.SMS_PER_DAY = 1
    reached = {
        limits.take(1, PHONE, "", now=NOON + timedelta(seconds=second)) for second in (0, 1, 31)
    }

    assert reached == {"", "sms.phone.moment", "sms.account"}
    limit_names = {limit.what for limit in (*limits.PER_PHONE, limits.PER_ADDRESS)}
    assert errors.OWN_LIMITS.keys() == limit_names | {"sms.account"}
    assert str(errors.TooMany("sms.account")) == "今天的短信数量已用完，请明天再试，或联系物业。"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("guards_off", "most"), [(frozenset(), 1), (frozenset({"throttle"}), 8)])
def test_exactly_one_of_eight_processes(guards_off, most):
    assert sum(in_processes(take_at_once, [PHONE] * 8, guards_off=guards_off)) == most


@pytest.mark.django_db(transaction=True)
def test_an_account_has_no_more_than_its_cap_with_eight_processes():
    RecentTries.objects.create(
        what="sms.account",
        whose=keyed_hash("1"),
        tries=[NOON] * (settings.SMS_PER_DAY - 3),
        admitted=True,
        over_at=NOON + limits.DAY,
    )

    assert sum(in_processes(take_at_once, [f"+861380013800{each}" for each in range(8)])) == 3
