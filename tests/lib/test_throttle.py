from datetime import UTC, datetime, timedelta

import pytest

from haina.lib.encryption import keyed_hash
from haina.lib.models import RecentTries
from haina.lib.throttle import Limit, forget_old
from tests.together import together

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIMIT = Limit("test", 5, timedelta(minutes=30))


def take(minutes: float = 0, whose: str = "小何") -> bool:
    return LIMIT.take(whose, now=NOON + timedelta(minutes=minutes))


@pytest.mark.django_db
def test_the_sixth_try_is_refused():
    assert [take(minute) for minute in range(6)] == [True] * 5 + [False]


@pytest.mark.django_db
def test_each_subject_and_each_limit_counts_for_itself():
    for _ in range(5):
        take()

    assert take(whose="小王")
    assert Limit("another", 5, timedelta(minutes=30)).take("小何", now=NOON)


@pytest.mark.django_db
def test_the_window_slides():
    """Counting in fixed half hours would admit ten tries within a moment at their border."""
    admitted = [minute for minute in (0, 29, 29, 29, 29, 31, 31, 31, 31, 31) if take(minute)]

    assert admitted == [0, 29, 29, 29, 29, 31]


@pytest.mark.django_db
def test_refused_tries_do_not_prolong_it():
    for minute in range(29):
        take(minute)

    assert take(30)


@pytest.mark.django_db
def test_a_try_given_back_was_none():
    for minute in range(5):
        take(minute)

    LIMIT.give_back("小何", now=NOON + timedelta(minutes=4))

    assert [take(5), take(5)] == [True, False]


@pytest.mark.django_db
def test_nothing_personal_is_stored():
    take(whose="13800138000")

    row = RecentTries.objects.get()

    assert b"138" not in bytes(row.whose)
    assert len(bytes(row.whose)) == 32


@pytest.mark.django_db
def test_the_log_tells_that_a_limit_was_reached_and_not_by_whom(caplog):
    for _ in range(6):
        take(whose="13800138000")

    (record,) = [each for each in caplog.records if each.name == "haina.lib.throttle"]
    assert record.getMessage().startswith("limit test reached by ")
    assert "13800138000" not in record.getMessage()


@pytest.mark.django_db
def test_only_what_is_over_is_removed():
    take(0, "old")
    take(20, "new")

    removed = forget_old(now=NOON + timedelta(minutes=31))

    assert removed == 1
    assert bytes(RecentTries.objects.get().whose) == keyed_hash("new")


@pytest.mark.django_db(transaction=True)
def test_exactly_five_of_eight_at_once():
    for round_ in range(10):
        admitted = together(lambda _, whose=f"{round_}": take(whose=whose), range(8))

        assert sorted(admitted) == [False] * 3 + [True] * 5


@pytest.mark.django_db
def test_without_the_guard_everything_is_admitted(settings):
    settings.GUARDS_OFF = frozenset({"throttle"})

    assert all(take() for _ in range(10))
