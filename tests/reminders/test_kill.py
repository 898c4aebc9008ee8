"""kill -9 of the worker at each step: another one goes on, and nobody is told twice, or not at all.
`--kills 100` for the figure of docs/benchmarks.md."""

import signal
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from followers import sending
from haina.lib.models import RecentTries
from reminders.letters import WINDOW
from reminders.models import Plan, Reminder
from tests import make
from tests.conftest import forget_tokens
from tests.processes import ended

pytestmark = pytest.mark.django_db(transaction=True)
LATER = sending.LEASE + timedelta(seconds=1)
OF_THE_ENGINE = ("claimed", "asking", "answered", "written")
POINTS = ("reminders.begun", *(f"delivery.{point}" for point in OF_THE_ENGINE))


@pytest.fixture(autouse=True)
def by_day(account):
    """The worker that is killed has the machine's clock, so that there is no night here."""
    Plan.objects.create(account=account, night_begins=24, night_ends=0)


def there(sandbox) -> dict[str, str]:
    return {"HAINA_SANDBOX": "1", "WECHAT_API_BASE": sandbox.url, "SMS_ENDPOINT": sandbox.url}


def die_at(point: str, account, sandbox) -> None:
    told = {"HAINA_KILL_AT": point, **there(sandbox)}
    assert ended("followers.sending.work", account.pk, **told) == -signal.SIGKILL


def later(account, by: timedelta) -> None:
    with time_machine.travel(timezone.now() + by, tick=True):
        sending.work(account.pk)


def forget(sandbox) -> None:
    """The next round begins with nothing sent."""
    Reminder.objects.all().delete()
    RecentTries.objects.all().delete()  # a phone gets few SMS an hour
    sandbox.reset()
    forget_tokens()


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_the_message_arrives_once(
    request, bound, account, apply, sandbox, told, point
):
    """Of each step; also what comes after the kill is told, once."""
    make.sms(account)
    for room in range(request.config.getoption("kills")):
        apply(f"A 1 {room + 101}")
        die_at(point, account, sandbox)

        later(account, timedelta())
        later(account, LATER)

        assert told() == (1, 0)
        assert list(Reminder.objects.values_list("state", flat=True)) == ["sent"]
        forget(sandbox)


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_no_sms_arrives_twice(
    request, reviewer, account, apply, sandbox, told, point
):
    """Where nobody knows whether it arrived, another reminder takes its place, and 发送记录 says
    so."""
    make.sms(account)
    for room in range(request.config.getoption("kills")):
        apply(f"A 1 {room + 101}")
        die_at(point, account, sandbox)

        later(account, LATER)
        arrived = int(point != "delivery.asking")
        assert told() == (0, arrived)
        is_unsure = point in ("delivery.asking", "delivery.answered")
        reminder = Reminder.objects.earliest("pk")
        assert (reminder.fault == "no answer") == is_unsure
        assert reminder.state == ("failed" if is_unsure else "sent")
        sandbox.do("clock", forward=WINDOW.total_seconds())
        later(account, WINDOW + LATER)

        assert told() == (0, arrived + is_unsure)
        assert Reminder.objects.filter(state="sent").count() == 1
        forget(sandbox)


@pytest.mark.parametrize("point", POINTS)
def test_what_comes_after_the_kill_is_not_lost(bound, account, apply, sandbox, told, point):
    apply("A 1 101")
    die_at(point, account, sandbox)
    apply("A 1 102")

    later(account, LATER)
    later(account, LATER + WINDOW)

    assert told()[0] in (1, 2)
    latest = Reminder.objects.filter(state="sent").order_by("-count").first()
    assert latest.count == 2
    assert not Reminder.objects.filter(state="waiting").exists()
