"""Of a lease nobody is told at night, whatever the message met on its way."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from followers import sending
from residents.models import Notice
from residents.verification import decisions, expiry
from tests import make
from tests.conftest import forget_tokens

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, SEND = "+8613800138000", "cgi-bin/message/template/send"
TODAY = timezone.localdate() + timedelta(days=1)


def at(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    then = datetime.combine(TODAY, time(hour, minute), ZoneInfo("Asia/Shanghai"))
    return then + timedelta(days=day)


@pytest.fixture
def tell(account, community, applicant):
    """A tenant is told at that time that the lease ends soon."""
    ends_on = TODAY + timedelta(days=5)
    told = {"identity": "term_tenant", "lease_ends_on": ends_on, "phone": PHONE}
    make.verified(make.resident(community, **told), applicant)
    return lambda now: expiry.work(account, now=now)


@pytest.fixture
def send(account):
    def run(now: datetime) -> None:
        forget_tokens()
        with time_machine.travel(now, tick=True):
            sending.work(account.pk)

    return run


def arrived(sandbox, applicant) -> tuple[int, int]:
    in_sms = sandbox.see("sms", phone=PHONE)["messages"]
    return len(sandbox.inbox(applicant.openid)), len(in_sms)


def assert_told_in_the_morning(sandbox, applicant, send, after: tuple[int, int]) -> None:
    """At 9, with no attempt made before that."""
    calls, attempts = len(sandbox.calls(SEND)), Notice.objects.get().attempts
    for night in (at(22, 1), at(0, 6, day=1), at(8, 59, day=1)):
        send(night)
    assert (len(sandbox.calls(SEND)), arrived(sandbox, applicant)) == (calls, (0, 0))
    assert Notice.objects.get().attempts == attempts

    send(at(9, 1, day=1))

    assert arrived(sandbox, applicant) == after


def test_enough_for_today_waits_for_the_morning(tell, send, sandbox, applicant):
    tell(at(15))
    sandbox.fault(SEND, errcode=45009, times=1)
    send(at(15))

    assert_told_in_the_morning(sandbox, applicant, send, (1, 0))


def test_what_is_tried_again_waits_for_the_morning(tell, send, sandbox, applicant):
    tell(at(21, 59))
    sandbox.fault(SEND, errcode=-1, times=1)
    send(at(21, 59))

    assert_told_in_the_morning(sandbox, applicant, send, (1, 0))


def test_an_sms_instead_waits_for_the_morning(tell, send, sandbox, applicant, account):
    make.sms(account)
    tell(at(21, 59))
    Notice.objects.update(channel="sms")

    assert_told_in_the_morning(sandbox, applicant, send, (0, 1))


def test_who_is_to_be_told_at_night_is_not_due_before_the_morning(tell):
    tell(at(3))

    assert Notice.objects.get().next_at == at(9)


def test_a_worker_that_comes_late_waits_for_the_morning(tell, send, sandbox, applicant):
    tell(at(15))

    assert_told_in_the_morning(sandbox, applicant, send, (1, 0))


def test_a_decision_is_told_at_once(community, applicant, act, send, sandbox):
    application = make.application(community, applicant, phone=PHONE)
    decisions.reject(application, reason="不符", **act)

    send(at(23))

    assert arrived(sandbox, applicant) == (1, 0)
