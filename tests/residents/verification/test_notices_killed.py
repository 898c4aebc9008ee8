"""kill -9 of the worker that sends: another one goes on, and the applicant is told once."""

import signal
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.utils import timezone

from followers import sending, ways
from haina.accounts.audit import Actor
from residents.models import Notice, VerificationApplication
from residents.verification import decisions
from residents.verification.notices import notice_line
from tests import make
from tests.jobs.processes import emptied_redis, free_port, mute, wait_until, worker
from tests.processes import ended
from tests.residents.verification.test_notices import PHONE, finished, told

pytestmark = pytest.mark.django_db(transaction=True)
LATER = sending.LEASE + timedelta(seconds=1)


def there(sandbox) -> dict[str, str]:
    return {
        "HAINA_SANDBOX": "1",
        "WECHAT_API_BASE": sandbox.url,
        "SMS_ENDPOINT": sandbox.url,
    }


def die_at(point: str, account, sandbox) -> None:
    told = {"HAINA_KILL_AT": point, **there(sandbox)}
    assert ended("followers.sending.work", account.pk, **told) == -signal.SIGKILL


@pytest.mark.parametrize("point", ["claimed", "asking", "answered", "written"])
def test_killed_anywhere_the_message_arrives_once(decided, account, sandbox, send, point):
    make.sms(account)
    die_at(f"delivery.{point}", account, sandbox)

    send()
    send(late=LATER)

    assert told(sandbox, decided) == (1, 0)
    assert decided.notices.get().state == "sent"


def test_long_after_it_was_killed_what_wechat_told_counts(
    decided, account, sandbox, send, connection
):
    """WeChat knows its client_msg_id no longer, but has told of the message."""
    die_at("delivery.answered", account, sandbox)
    (arrived,) = sandbox.inbox(decided.follower.openid)
    finished(connection, decided, str(arrived["msgid"]), "success")
    sandbox.do("clock", forward=3600)

    send(late=timedelta(hours=1))

    assert told(sandbox, decided) == (1, 0)
    assert decided.notices.get().provider_id == str(arrived["msgid"])


def test_what_wechat_told_of_another_message_does_not(decided, account, sandbox, send, connection):
    die_at("delivery.asking", account, sandbox)
    assert told(sandbox, decided) == (0, 0)
    known = {"state": "sent", "provider_id": "77", "ended_at": timezone.now()}
    Notice.objects.create(**copied(decided.notices.get()), **known)
    finished(connection, decided, "77", "success")

    send(late=LATER)

    assert told(sandbox, decided) == (1, 0)


def copied(notice: Notice) -> dict:
    same = {name: getattr(notice, name) for name in ("follower", "community", "kind", "facts")}
    return same | {"key": "another", "created_at": notice.created_at, "next_at": notice.next_at}


@pytest.mark.parametrize(
    ("point", "arrive"), [("claimed", 1), ("asking", 0), ("answered", 1), ("written", 1)]
)
def test_killed_anywhere_no_sms_arrives_twice(decided, account, sandbox, send, point, arrive):
    """Between the note that it is asked for and the asking it is lost, and the page says so."""
    make.sms(account)
    Notice.objects.update(channel="sms")
    die_at(f"delivery.{point}", account, sandbox)

    send(late=LATER)

    assert len(sandbox.see("sms", phone=PHONE)["messages"]) == arrive
    assert ("不知是否送达" in notice_line(decided)) == (point in ("asking", "answered"))


def test_a_worker_that_always_dies_is_given_up(decided, account, sandbox, send):
    Notice.objects.update(attempts=ways.MOST_ATTEMPTS - 1)
    die_at("delivery.claimed", account, sandbox)
    Notice.objects.update(next_at=timezone.now())

    send()

    assert told(sandbox, decided) == (0, 0)
    assert notice_line(decided) == "未能通知：多次尝试仍未成功。"


def reject(pk: int, account_id: int) -> None:
    """In a process whose Redis is away."""
    application = VerificationApplication.objects.get(pk=pk)
    told = {"way": "console", "reason": "不符", "by": Actor("小何", account_id=account_id)}
    decisions.reject(application, **told, now=timezone.now())


@pytest.mark.parametrize("is_mute", [True, False])
def test_without_redis_a_decision_stands_and_the_sweep_finds_it(
    applicant, community, account, sandbox, is_mute
):
    application = make.application(community, applicant)
    port, here = free_port(), f"{__name__}.reject"
    with mute(port) if is_mute else nullcontext():
        env = {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}
        assert ended(here, application.pk, account.pk, **env) == 0

    assert sending.accounts_waiting(timezone.now()) == {account.pk}
    sending.work(account.pk)

    assert len(sandbox.inbox(applicant.openid)) == 1


def test_beat_finds_what_nobody_was_told_of(decided, sandbox, tmp_path):
    """The bell is lost with what stood in Redis."""
    with worker(tmp_path, emptied_redis(), **there(sandbox)):
        assert wait_until(lambda: decided.notices.filter(state="sent").exists(), 60)

    assert told(sandbox, decided) == (1, 0)
