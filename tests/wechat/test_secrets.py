"""Secrets and tokens stand in no log, exception or record, whatever goes wrong."""

import logging
import traceback

import pytest
from django.core import serializers

from haina.wechat.errors import WeChatRefused
from haina.wechat.models import Call
from haina.wechat.official import official
from tests import make

SECRET, TOKEN, CODE = "canary-5ecre7", "canary-t0ken", "canary-c0de"
CANARIES = (SECRET, TOKEN, CODE)
TAGS = "/cgi-bin/tags/get"


def echo(query, body):
    """A server that repeats all it was sent."""
    return {"errcode": 40164, "errmsg": f"invalid {query} {body} {SECRET} rid: {TOKEN}"}


@pytest.fixture
def canary(stand_in, account):
    stand_in.answers["/cgi-bin/stable_token"] = {"access_token": TOKEN, "expires_in": 7200}
    stand_in.answers["/sns/oauth2/access_token"] = echo
    return make.wechat(account, secret=SECRET)


def told_by(error: BaseException | None) -> str:
    """All that an exception and those behind it say."""
    told = ""
    while error is not None:
        told += "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
        error = error.__cause__ or error.__context__
    return told


@pytest.mark.parametrize(
    ("path", "answer", "status"),
    [
        (TAGS, echo, 200),
        (TAGS, {"errcode": 40001, "errmsg": TOKEN}, 200),
        (TAGS, TOKEN.encode(), 200),
        (TAGS, {"errcode": TOKEN}, 200),
        (TAGS, {"tags": [TOKEN]}, 200),
        (TAGS, {}, 502),
        (TAGS, {}, 302),
        ("/cgi-bin/stable_token", echo, 200),
        ("/cgi-bin/stable_token", {"errcode": SECRET}, 200),
        ("/cgi-bin/stable_token", {"access_token": {TOKEN: TOKEN}, "expires_in": 7200}, 200),
        ("/cgi-bin/stable_token", {"access_token": "", "expires_in": 7200}, 200),
        ("/cgi-bin/stable_token", [SECRET], 200),
        ("/cgi-bin/stable_token", SECRET.encode(), 200),
        ("/cgi-bin/stable_token", {"access_token": TOKEN}, 200),
        ("/cgi-bin/stable_token", {"access_token": TOKEN, "expires_in": SECRET}, 200),
    ],
)
def test_nothing_is_told(stand_in, canary, caplog, path, answer, status):
    caplog.set_level(logging.DEBUG)
    stand_in.answers[path], stand_in.status = answer, status

    with pytest.raises(WeChatRefused) as error:
        official(canary).tags()

    rows = serializers.serialize("json", Call.objects.all())
    assert '"endpoint"' in rows
    assert "/elsewhere" not in stand_in.asked
    for text in (told_by(error.value), caplog.text, rows):
        assert not [canary for canary in CANARIES if canary in text]


@pytest.mark.parametrize("base", ["http://127.0.0.1:{port}", "http://haina.invalid"])
def test_nothing_is_told_when_nobody_answers(canary, caplog, settings, closed_port, base):
    official(canary)._client.access_token  # noqa: B018 - there is a token now
    caplog.set_level(logging.DEBUG)
    settings.WECHAT_API_BASE = base.format(port=closed_port)

    with pytest.raises(WeChatRefused) as error:
        official(canary).tags()

    assert not [canary for canary in CANARIES if canary in told_by(error.value) + caplog.text]


def test_nothing_is_told_when_all_is_well(stand_in, canary, caplog):
    caplog.set_level(logging.DEBUG)

    official(canary).tags()

    assert stand_in.asked
    assert not [canary for canary in CANARIES if canary in caplog.text]


def test_neither_is_the_code_of_a_visitor(canary, caplog):
    caplog.set_level(logging.DEBUG)

    with pytest.raises(WeChatRefused) as error:
        official(canary).visitor(CODE)

    assert not [canary for canary in CANARIES if canary in told_by(error.value) + caplog.text]
    assert Call.objects.get().endpoint == "sns/oauth2/access_token"
