"""What was kept is done once, in turn, and again when it fails."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from haina.accounts.models import ServiceAccount
from haina.wechat import inbox, tasks
from haina.wechat.models import Callback
from haina.wechat.models.posted import MOST_ATTEMPTS
from tests import make
from tests.together import together
from tests.wechat.posting import OPENID, event, text

State = Callback.State


@pytest.fixture
def connection(account):
    return make.wechat(account, token="t")


@pytest.fixture
def wanted(monkeypatch):
    """Kinds and their functions, for one test."""
    kinds = {}
    monkeypatch.setattr(inbox, "_handlers", kinds)
    return kinds


@pytest.fixture
def seen(wanted):
    """What was handed over: openid and event, in that order."""
    seen = []
    note = lambda callback, message: seen.append((callback.openid, message["Event"]))  # noqa: E731
    wanted |= {"subscribe": [note], "unsubscribe": [note]}
    return seen


def receive(connection, *messages):
    for message in messages:
        inbox.receive(connection, as_read(message), now=timezone.now())


def as_read(message):
    """All of XML is text."""
    return {name: str(value) for name, value in message.items()}


def states():
    return sorted(Callback.objects.values_list("state", "attempt"))


def make_due():
    Callback.objects.filter(state=State.WAITING).update(due_at=timezone.now())


def test_it_is_handed_over_once(connection, seen):
    receive(connection, event(), event())

    assert inbox.work() == 1
    assert inbox.work() == 0
    assert seen == [(OPENID, "subscribe")]
    assert states() == [("done", 1)]


def test_what_nobody_wants_is_kept_as_unknown(connection, seen):
    receive(connection, text(1))

    inbox.work()

    assert states() == [("unknown", 1)]


def test_what_one_person_did_comes_in_turn(connection, seen):
    now = int(timezone.now().timestamp())
    receive(
        connection,
        event("unsubscribe", at=now - 1),
        event("subscribe", at=now - 2),
        event("subscribe", at=now),
        event("subscribe", at=now - 3, openid="o2"),
    )

    inbox.work()

    assert [kind for openid, kind in seen if openid == OPENID] == [
        "subscribe",
        "unsubscribe",
        "subscribe",
    ]
    assert ("o2", "subscribe") in seen


def break_with(error):
    def broken(callback, message):
        ServiceAccount.objects.update(name="half done")
        raise error

    return broken


def test_a_failure_leaves_nothing_and_is_tried_again(connection, account, wanted):
    wanted["subscribe"] = [break_with(ValueError("金丝雀"))]
    receive(connection, event())

    for attempt, seconds in enumerate((10, 60, 300, 1800, 7200), start=1):
        before = timezone.now()
        inbox.work()
        row = Callback.objects.get()
        assert (row.state, row.attempt) == ("waiting", attempt)
        assert (
            timedelta(0) <= row.due_at - before - timedelta(seconds=seconds) < timedelta(seconds=9)
        )
        make_due()
    inbox.work()

    assert states() == [("failed", 6)]
    account.refresh_from_db()
    assert account.name == "蜂鸟小区A"


def test_the_log_of_a_failure_names_nobody(connection, wanted, caplog):
    wanted["text"] = [break_with(ValueError("broken"))]
    receive(connection, text(1, "金丝雀"))

    inbox.work()

    assert "callback" in caplog.text
    assert "金丝雀" not in caplog.text
    assert OPENID not in caplog.text


def test_one_that_fails_holds_others_of_the_person_back_only_for_a_while(connection, wanted):
    now, seen = int(timezone.now().timestamp()), []
    wanted["subscribe"] = [break_with(ValueError())]
    wanted["unsubscribe"] = [lambda callback, message: seen.append(callback.openid)]
    receive(connection, event(at=now - 1), event("unsubscribe", at=now))

    inbox.work()
    assert seen == []
    make_due()
    inbox.work()

    assert seen == [OPENID]


def test_a_database_that_went_away_is_no_failure(connection, wanted):
    wanted["subscribe"] = [break_with(OperationalError())]
    receive(connection, event())

    inbox.work()

    row = Callback.objects.get()
    assert (row.state, row.attempt) == ("waiting", 1)
    assert row.due_at > timezone.now()


def test_what_killed_every_worker_is_given_up(connection, seen):
    receive(connection, event())
    Callback.objects.update(attempt=MOST_ATTEMPTS)

    inbox.work()
    assert states() == [("waiting", 6)]
    tasks.sweep()

    assert states() == [("failed", 6)]
    assert seen == []


def test_who_is_late_does_nothing(connection, seen):
    """The lease was over, and another worker has the row."""
    receive(connection, event())
    (late,) = inbox.claim(timezone.now())
    make_due()
    (other,) = inbox.claim(timezone.now())

    assert not inbox.settle(late)
    assert inbox.settle(other)
    assert not inbox.settle(other)
    assert seen == [(OPENID, "subscribe")]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_do_each_once_and_in_turn(account, seen):
    connection, now = make.wechat(account, token="t"), int(timezone.now().timestamp())
    people = [f"o{number}" for number in range(20)]
    for person in people:
        receive(
            connection,
            *(event(at=now - 10 + step, openid=person, EventKey=f"{step}") for step in range(3)),
            event("unsubscribe", at=now, openid=person),
        )

    together(lambda _: inbox.work(), range(4))
    inbox.work()

    assert set(states()) == {("done", 1)}
    assert len(seen) == 80
    for person in people:
        assert [kind for who, kind in seen if who == person][-1] == "unsubscribe"


def test_old_ones_are_forgotten(connection, settings):
    receive(connection, event(), text(1))
    before = timezone.now() - timedelta(days=settings.CALLBACK_DAYS, seconds=1)
    Callback.objects.filter(kind="text").update(received_at=before)

    tasks.forget()

    assert list(Callback.objects.values_list("kind", flat=True)) == ["subscribe"]


@pytest.mark.django_db(transaction=True)
def test_a_message_wakes_a_worker_unless_redis_is_away(account, monkeypatch, settings):
    rung = []
    monkeypatch.setattr(tasks.work, "apply_async", lambda *_, expires, **more: rung.append(expires))
    connection = make.wechat(account, token="t")

    receive(connection, text(1))

    assert rung == [60]
