"""The shared token, with real HTTP, real Redis and real processes."""

import pytest
from django.conf import settings as django_settings

from haina.wechat.errors import AccountRefused, Busy, WeChatRefused
from haina.wechat.models import Connection
from haina.wechat.official import official
from haina.wechat.shared import shared
from tests import make
from tests.processes import in_processes
from tests.together import together

TOKEN, TAGS = "/cgi-bin/stable_token", "/cgi-bin/tags/get"
BAD_SECRET = {"errcode": 40125, "errmsg": "invalid appsecret rid: 6a1b2c3d-0a0b0c0d-11223344"}


def refused(query, body):
    return {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"}


def only(token: str):
    """Takes no other token."""
    return lambda query, body: {"tags": []} if query["access_token"] == [token] else refused(0, 0)


def ask_once(arguments) -> str:
    """In another process: one call of the account."""
    pk, base = arguments
    django_settings.WECHAT_API_BASE = base
    try:
        official(Connection.objects.get(pk=pk)).tags()
    except WeChatRefused as error:
        return f"{type(error).__name__} {error.code}"
    return "answered"


@pytest.mark.django_db(transaction=True)
def test_cold_processes_fetch_one_token(sandbox, demo):
    sandbox.fault("cgi-bin/stable_token", slow=0.3)

    told = in_processes(ask_once, [(demo.pk, sandbox.url)] * 4)

    assert told == ["answered"] * 4
    assert len(sandbox.calls("cgi-bin/stable_token")) == 1
    assert len(sandbox.calls("cgi-bin/tags/get")) == 4


@pytest.mark.django_db(transaction=True)
def test_cold_processes_ask_once_with_a_wrong_secret(stand_in):
    connection = make.wechat(make.account())
    stand_in.answers[TOKEN] = BAD_SECRET
    stand_in.seconds = 0.2

    told = in_processes(ask_once, [(connection.pk, stand_in.url)] * 2)

    assert told == ["AccountRefused 40125"] * 2
    assert stand_in.times(TOKEN) == 1


def test_a_token_is_fetched_once(stand_in, connection):
    for _each in range(3):
        official(connection).tags()

    assert stand_in.asked == [TOKEN, TAGS, TAGS, TAGS]


def test_a_stale_token_is_renewed_once(stand_in, connection):
    official(connection).tags()
    stand_in.answers[TOKEN] = {"access_token": "TOKEN-2", "expires_in": 7200}
    stand_in.answers[TAGS] = only("TOKEN-2")
    stand_in.asked.clear()

    assert official(connection).tags() == []
    assert stand_in.asked == [TAGS, TOKEN, TAGS]


def test_whoever_comes_late_takes_the_token_of_the_first(stand_in, connection):
    """Both were refused the same token; the second finds another one when its turn comes."""
    official(connection).tags()
    stand_in.answers[TOKEN] = {"access_token": "TOKEN-2", "expires_in": 7200}
    stand_in.answers[TAGS] = only("TOKEN-2")
    stand_in.asked.clear()
    first, second = official(connection)._client, official(connection)._client

    assert first._another(refused="TOKEN-1") == second._another(refused="TOKEN-1") == "TOKEN-2"
    assert stand_in.asked == [TOKEN]


def test_a_server_that_takes_no_token_is_asked_three_times(stand_in, connection):
    official(connection).tags()
    stand_in.answers[TAGS] = refused
    stand_in.asked.clear()

    with pytest.raises(AccountRefused):
        official(connection).tags()

    assert stand_in.asked == [TAGS, TOKEN, TAGS]


def test_then_it_is_left_alone_for_a_minute(stand_in, connection):
    stand_in.answers[TAGS] = refused
    with pytest.raises(AccountRefused):
        official(connection).tags()
    stand_in.asked.clear()

    with pytest.raises(AccountRefused) as error:
        official(connection).tags()

    assert error.value.code == 40001
    assert stand_in.asked == []
    trouble = f"{official(connection)._client._key}:trouble"
    assert 0 < shared().redis.redis.pttl(trouble) <= 60_000


def test_a_call_with_another_fault_is_made_once(stand_in, connection):
    stand_in.answers[TAGS] = {"errcode": 48001, "errmsg": "api unauthorized"}

    with pytest.raises(AccountRefused):
        official(connection).tags()

    assert stand_in.asked == [TOKEN, TAGS]


@pytest.mark.parametrize("code", [40013, 40125, 40164, 41002, 45009, 89503, 99999])
def test_trouble_of_the_account_is_remembered(stand_in, connection, code):
    stand_in.answers[TOKEN] = {
        "errcode": code,
        "errmsg": "invalid ip 203.0.113.7, not in whitelist",
    }
    told = set()

    for _each in range(3):
        with pytest.raises(WeChatRefused) as error:
            official(connection).tags()
        told.add((error.type, error.value.code, str(error.value)))

    assert len(told) == 1
    assert stand_in.asked == [TOKEN]


@pytest.mark.parametrize("code", [-1, 45011])
def test_a_busy_server_is_asked_again(stand_in, connection, code):
    stand_in.answers[TOKEN] = {"errcode": code, "errmsg": "system error"}
    with pytest.raises(Busy):
        official(connection).tags()
    stand_in.answers[TOKEN] = {"access_token": "TOKEN-2", "expires_in": 7200}

    assert official(connection).tags() == []


def test_a_check_asks_in_spite_of_what_is_remembered(stand_in, connection):
    stand_in.answers[TOKEN] = BAD_SECRET
    with pytest.raises(AccountRefused):
        official(connection).check()
    stand_in.answers[TOKEN] = {"access_token": "TOKEN-2", "expires_in": 7200}

    official(connection).check()
    official(connection).tags()

    assert stand_in.asked == [TOKEN, TOKEN, TAGS, TAGS]


def test_a_check_finds_a_secret_that_was_reset_though_the_token_still_works(stand_in, connection):
    official(connection).tags()
    stand_in.answers[TOKEN] = BAD_SECRET

    with pytest.raises(AccountRefused) as error:
        official(connection).check()

    assert error.value.code == 40125


def test_a_corrected_secret_has_no_trouble_remembered(stand_in, connection):
    stand_in.answers[TOKEN] = BAD_SECRET
    with pytest.raises(AccountRefused):
        official(connection).tags()
    stand_in.answers[TOKEN] = {"access_token": "TOKEN-2", "expires_in": 7200}
    connection.secret = "another-secret"

    assert official(connection).tags() == []


@pytest.mark.parametrize(("told", "kept"), [(7200, 6900), (400, 100), (300, 60), (0, 60)])
def test_a_token_is_kept_for_less_than_it_lasts(stand_in, connection, told, kept):
    stand_in.answers[TOKEN] = {"access_token": "TOKEN-1", "expires_in": told}

    official(connection).tags()

    key = official(connection)._client._key
    assert kept - 60 < shared().redis.redis.ttl(key) <= kept


def test_redis_holds_no_readable_token_and_no_app_id(stand_in, connection):
    official(connection).tags()
    redis = shared().redis.redis

    for key in redis.scan_iter("wechat:*"):
        kept = key + redis.get(key)
        for secret in ("TOKEN-1", connection.app_id, connection.secret):
            assert secret.encode() not in kept


def test_a_token_that_no_key_opens_is_none(stand_in, connection):
    """The encryption keys were changed."""
    shared().redis.redis.set(official(connection)._client._key, b"sealed with another key")

    assert official(connection).tags() == []
    assert stand_in.times(TOKEN) == 1


def test_accounts_do_not_share_tokens(stand_in, connection, stranger):
    other = make.wechat(stranger.account)

    official(connection).tags()
    official(other).tags()

    assert stand_in.times(TOKEN) == 2


def test_a_dead_turn_ends_by_itself(stand_in, connection):
    """A process was killed while it fetched: the others are told to come again, and then fetch."""
    client = official(connection)._client
    with shared().turn(f"{client._key}:turn", seconds=1, patience=0) as mine:
        assert mine
        assert client._another(refused="") == "TOKEN-1"  # after the second it has


@pytest.mark.django_db(transaction=True)
def test_threads_of_a_process_fetch_one_token_without_redis(stand_in, settings, closed_port):
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port}/0"
    connection = make.wechat(make.account())
    stand_in.seconds = 0.2

    told = together(ask_once, [(connection.pk, stand_in.url)] * 8)

    assert told == ["answered"] * 8
    assert stand_in.times(TOKEN) == 1


def test_a_hung_redis_is_left_alone(stand_in, connection, settings, hung_port, caplog):
    settings.REDIS_URL = f"redis://127.0.0.1:{hung_port.port}/0"

    for _each in range(3):
        assert official(connection).tags() == []

    assert hung_port.taken < 3  # of nine times that somebody wanted it
    assert stand_in.asked == [TOKEN, TAGS, TAGS, TAGS]
    assert {each.levelname for each in caplog.records if "shared" in each.message} == {"WARNING"}


def test_without_redis_trouble_is_remembered_as_well(stand_in, connection, settings, closed_port):
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port}/0"
    stand_in.answers[TOKEN] = BAD_SECRET

    for _each in range(3):
        with pytest.raises(AccountRefused):
            official(connection).tags()

    assert stand_in.asked == [TOKEN]
