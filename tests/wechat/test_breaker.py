"""What WeChat refused is not asked again: for a minute, or until its day ends."""

from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from django.db import connection as django_connection

from haina.wechat.errors import AccountRefused, BadArgument, LimitReached, WeChatRefused, refusal
from haina.wechat.models import Call, Connection
from haina.wechat.official import official
from haina.wechat.shared import shared
from haina.wechat.tokens import BROKEN_SECONDS, rest_of_day, seconds_of
from tests import make
from tests.processes import in_processes

TOKEN, TAGS = "/cgi-bin/stable_token", "/cgi-bin/tags/get"
REMARK, SEND = "/cgi-bin/user/info/updateremark", "/cgi-bin/message/template/send"
VISITOR = "/sns/oauth2/access_token"
OF_ACCOUNT = [40013, 40125, 40164, 40243, 48004, 50004, 50007, 89501, 89503, 89507]


@pytest.fixture
def wechat(stand_in, connection):
    stand_in.answers[REMARK] = {"errcode": 0, "errmsg": "ok"}
    stand_in.answers[SEND] = {"errcode": 0, "errmsg": "ok", "msgid": 1}
    return official(connection)


def refuses(stand_in, path: str, code: int) -> None:
    stand_in.answers[path] = {"errcode": code, "errmsg": "ip 203.0.113.7 reach max api daily quota"}


def told(ask, *values) -> tuple[type, int, str]:
    with pytest.raises(WeChatRefused) as error:
        ask(*values)
    return error.type, error.value.code, str(error.value)


def remark_in_a_process(arguments) -> str:
    pk, base = arguments
    django_settings.WECHAT_API_BASE = base
    try:
        official(Connection.objects.get(pk=pk)).remark("o1", "张三")
    except WeChatRefused as error:
        return f"{type(error).__name__} {error.code}"
    return "answered"


@pytest.mark.parametrize("code", [48001, 43106, *OF_ACCOUNT])
def test_a_refused_call_is_made_once(stand_in, wechat, code):
    refuses(stand_in, TAGS, code)

    answers = {told(wechat.tags) for _each in range(4)}

    assert stand_in.asked == [TOKEN, TAGS]
    assert len(answers) == 1
    assert answers.pop()[:2] == (AccountRefused, code)


@pytest.mark.parametrize("code", OF_ACCOUNT)
def test_trouble_of_the_account_stops_every_other_call(stand_in, wechat, code):
    refuses(stand_in, TAGS, code)
    told(wechat.tags)
    stand_in.asked.clear()

    assert told(wechat.remark, "o1", "张三")[1] == code
    assert stand_in.asked == []


@pytest.mark.parametrize("code", [48001, 43106, 45009])
def test_a_missing_permission_or_a_limit_stops_no_other_call(stand_in, wechat, code):
    refuses(stand_in, REMARK, code)
    told(wechat.remark, "o1", "张三")

    assert wechat.tags() == []
    assert told(wechat.remark, "o2", "李四")[1] == code
    assert stand_in.asked == [TOKEN, REMARK, TAGS]


@pytest.mark.parametrize("code", [40036, 40037, 47003])
def test_what_is_wrong_with_one_template_stops_no_other(stand_in, wechat, code):
    refuses(stand_in, SEND, code)
    told(wechat.send, "o1", "template-1", {})
    stand_in.answers[SEND] = {"errcode": 0, "errmsg": "ok", "msgid": 7}

    assert wechat.send("o1", "template-2", {}) == "7"


@pytest.mark.parametrize("code", [-1, 45011, 40031, 43004])
def test_what_may_be_otherwise_next_time_is_asked_again(stand_in, wechat, code):
    refuses(stand_in, REMARK, code)
    for openid in ("o1", "o2"):
        told(wechat.remark, openid, "张三")

    assert stand_in.times(REMARK) == 2


def test_a_minute_for_a_permission(stand_in, wechat):
    refuses(stand_in, TAGS, 48001)
    told(wechat.tags)

    assert 0 < shared().redis.redis.ttl(f"{wechat._client._key}:refused") <= 61


def test_over_when_its_time_is_over_though_another_lasts(stand_in, wechat, monkeypatch):
    refuses(stand_in, REMARK, 45009)
    told(wechat.remark, "o1", "张三")
    monkeypatch.setattr("haina.wechat.tokens.BROKEN_SECONDS", 0)
    refuses(stand_in, TAGS, 48001)
    told(wechat.tags)
    stand_in.answers[TAGS] = {"tags": []}

    assert wechat.tags() == []
    assert told(wechat.remark, "o1", "张三")[0] is LimitReached
    assert stand_in.times(REMARK) == 1


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), 6 * 60),  # 23:59 in Shanghai
        (datetime(2026, 11, 22, 16, 0, 1, tzinfo=UTC), 5 * 60 - 1),  # WeChat's clock may be behind
        (datetime(2026, 11, 22, 16, 6, tzinfo=UTC), 24 * 3600 - 60),
        (datetime(2026, 11, 22, 4, 0, tzinfo=UTC), 12 * 3600 + 5 * 60),
    ],
)
def test_a_limit_lasts_for_the_day_of_wechat(now, seconds):
    assert rest_of_day(now) == pytest.approx(seconds, abs=1)


def test_nothing_but_a_limit_is_remembered_for_so_long():
    assert seconds_of(refusal(48001)) == BROKEN_SECONDS
    assert seconds_of(refusal(45009)) > BROKEN_SECONDS


@pytest.mark.django_db(transaction=True)
def test_five_runs_in_processes_of_their_own_call_once(stand_in):
    connection = make.wechat(make.account())
    refuses(stand_in, REMARK, 45009)

    answers = [in_processes(remark_in_a_process, [(connection.pk, stand_in.url)]) for _ in range(5)]

    assert answers == [["LimitReached 45009"]] * 5
    assert stand_in.asked == [TOKEN, REMARK]


def test_without_redis_it_is_remembered_as_well(stand_in, wechat, settings, closed_port):
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port}/0"
    wechat = official(wechat._client.connection)
    refuses(stand_in, REMARK, 45009)

    for _each in range(3):
        told(wechat.remark, "o1", "张三")

    assert stand_in.times(REMARK) == 1


def test_no_call_no_record(stand_in, wechat):
    refuses(stand_in, TAGS, 48001)
    for _each in range(3):
        told(wechat.tags)

    assert list(Call.objects.order_by("pk").values_list("endpoint", "errcode")) == [
        ("stable_token", 0),
        ("tags/get", 48001),
    ]


@pytest.mark.parametrize("code", [45009, 48001, 40164, 50004])
def test_a_check_forgets_it(stand_in, wechat, code):
    refuses(stand_in, REMARK, code)
    told(wechat.remark, "o1", "张三")
    stand_in.answers[REMARK] = {"errcode": 0, "errmsg": "ok"}

    wechat.check()
    wechat.remark("o1", "张三")

    assert stand_in.times(REMARK) == 2


@pytest.mark.parametrize("code", [45009, 48001, 40164, 50004])
@pytest.mark.django_db(transaction=True)
def test_a_call_that_a_check_overtakes_notes_nothing(stand_in, wechat, connection, code):
    def refused_meanwhile(query, body):
        try:
            official(connection).check()
        finally:
            django_connection.close()
        return {"errcode": code, "errmsg": "ip 203.0.113.7"}

    stand_in.answers[REMARK] = refused_meanwhile
    told(wechat.remark, "o1", "张三")
    stand_in.answers[REMARK] = {"errcode": 0, "errmsg": "ok"}

    wechat.remark("o1", "张三")

    assert stand_in.times(REMARK) == 2


@pytest.mark.parametrize("code", [45009, 48001, 40164])
def test_other_credentials_have_nothing_remembered(stand_in, wechat, connection, code):
    refuses(stand_in, REMARK, code)
    told(wechat.remark, "o1", "张三")
    stand_in.answers[REMARK] = {"errcode": 0, "errmsg": "ok"}
    connection.secret = "another-secret"

    official(connection).remark("o1", "张三")

    assert stand_in.times(REMARK) == 2


@pytest.mark.parametrize("code", [40125, 45009])
def test_what_visitors_are_refused_is_remembered_of_that_alone(stand_in, wechat, code):
    refuses(stand_in, VISITOR, code)
    for each in ("code-1", "code-2"):
        assert told(wechat.visitor, each)[1] == code

    assert wechat.tags() == []
    assert stand_in.times(VISITOR) == 1


def test_a_visitor_with_a_wrong_code_stops_no_other(stand_in, wechat):
    refuses(stand_in, VISITOR, 40029)
    assert told(wechat.visitor, "code-1")[0] is BadArgument
    stand_in.answers[VISITOR] = {"openid": "o1", "access_token": "a"}

    assert wechat.visitor("code-2").openid == "o1"
