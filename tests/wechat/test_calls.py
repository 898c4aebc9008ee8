"""The record of calls."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from haina.wechat import calls
from haina.wechat.errors import WeChatRefused
from haina.wechat.models import Call, Connection
from haina.wechat.official import official
from tests import make

END_WAITS = """
SELECT pg_cancel_backend(pid) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND datname = current_database()
"""
RID = "6a1b2c3d-0a0b0c0d-11223344"


def kept(*fields) -> list[tuple]:
    return list(Call.objects.order_by("pk").values_list(*fields))


def ends_by_itself(act) -> bool:
    """Whether it is done though nobody ends what it waits for, which is seen to afterwards."""
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(act)
        pool.submit(lambda: database.close())  # its own
        is_done = not wait([done], timeout=20).not_done
        while wait([done], timeout=0.1).not_done:
            with database.cursor() as cursor:
                cursor.execute(END_WAITS)
        done.result()
    return is_done


def test_each_call_is_kept(stand_in, connection):
    official(connection).tags()

    assert kept("connection", "endpoint", "errcode", "fault", "rid") == [
        (connection.pk, "stable_token", 0, "", ""),
        (connection.pk, "tags/get", 0, "", ""),
    ]


def test_its_duration_is_kept(stand_in, connection):
    stand_in.seconds = 0.1

    official(connection).tags()

    assert all(milliseconds >= 99 for (milliseconds,) in kept("milliseconds"))


def test_a_refusal_is_kept_with_its_rid(stand_in, connection):
    stand_in.answers["/cgi-bin/tags/get"] = {"errcode": 48001, "errmsg": f"no rid: {RID}"}

    with pytest.raises(WeChatRefused):
        official(connection).tags()

    assert kept("endpoint", "errcode", "rid")[1] == ("tags/get", 48001, RID)


def test_no_answer_is_kept_as_what_it_was(connection, settings, closed_port):
    settings.WECHAT_API_BASE = f"http://127.0.0.1:{closed_port}"

    with pytest.raises(WeChatRefused):
        official(connection).tags()

    assert kept("endpoint", "errcode", "fault") == [("stable_token", None, "ConnectionError")]


@pytest.mark.django_db(transaction=True)
def test_the_record_outlives_the_rollback_of_the_caller(stand_in):
    connection = make.wechat(make.account())
    stand_in.answers["/cgi-bin/tags/get"] = {"errcode": -1, "errmsg": "system error"}

    @transaction.atomic
    def change_and_ask():
        Connection.objects.update(fault=7)
        official(connection).tags()

    with pytest.raises(WeChatRefused):
        change_and_ask()

    assert kept("endpoint", "errcode") == [("stable_token", 0), ("tags/get", -1)]
    assert Connection.objects.get().fault is None


@pytest.mark.django_db(transaction=True)
def test_whoever_holds_the_connection_is_not_kept_waiting(stand_in):
    """The record on a connection of its own would wait for the caller, who waits for the record."""
    connection = make.wechat(make.account())

    @transaction.atomic
    def hold_and_ask():
        Connection.objects.select_for_update().get()
        official(connection).tags()

    assert ends_by_itself(hold_and_ask)
    assert kept("endpoint") == [("stable_token",), ("tags/get",)]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_not_committed_takes_its_record_along(stand_in):
    account = make.account()

    with transaction.atomic():
        official(make.wechat(account)).tags()
        assert Call.objects.count() == 2
        transaction.set_rollback(True)

    assert Call.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_call_is_answered_though_its_record_cannot_be_written(stand_in, caplog):
    connection = make.wechat(make.account())
    Connection.objects.all().delete()
    connection.pk = 999

    assert official(connection).tags() == []
    assert Call.objects.count() == 0
    assert "a call to WeChat is not recorded: IntegrityError" in caplog.messages


def test_calls_are_forgotten_after_thirty_days(connection):
    now = timezone.now()
    for age in (timedelta(days=30, minutes=1), timedelta(days=29)):
        Call.objects.create(connection=connection, endpoint="e", milliseconds=1, at=now - age)

    assert calls.forget(now=now) == 1
    assert Call.objects.get().at == now - timedelta(days=29)
