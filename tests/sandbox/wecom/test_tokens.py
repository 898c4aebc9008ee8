"""§8.2, §8.4: gettoken, and who may call."""

import pytest

from haina.sandbox.wecom import seeds
from tests.sandbox.process import Refused
from tests.sandbox.wecom.api import Corp, Wecom


def test_the_same_token_while_it_holds(sandbox, sync):
    first = sync.query["access_token"]

    sandbox.do("clock", forward=7100)
    assert sync.renew() == first
    sandbox.do("clock", forward=200)

    assert sync.get("department/simplelist")["errcode"] == 42001
    assert sync.renew() != first
    assert sync.get("department/simplelist")["errcode"] == 0
    assert 0 < len(first) <= 512


def test_each_secret_has_a_token_of_its_own(sync, app):
    assert sync.query != app.query


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, 41002),
        ({"corpid": "ww-nobody", "corpsecret": seeds.SYNC_SECRET}, 40013),
        ({"corpid": seeds.CORPID}, 41004),
        ({"corpid": seeds.CORPID, "corpsecret": "wrong"}, 40001),
        ({"corpid": seeds.OTHER_CORPID, "corpsecret": seeds.SYNC_SECRET}, 40001),
    ],
)
def test_no_token_for_the_wrong_secret(sandbox, given, code):
    assert Wecom(sandbox).get("gettoken", **given)["errcode"] == code


def test_a_disabled_app_gets_none(sandbox, app):
    sandbox.do("wecom/app", agentid=seeds.AGENT, enabled=False)

    assert Wecom(sandbox).get("gettoken", **app.own)["errcode"] == 50003
    assert app.get("agent/get", agentid=seeds.AGENT)["errcode"] == 50003


@pytest.mark.parametrize(("token", "code"), [("", 41001), ("x" * 128, 40014)])
def test_no_call_without_a_token(sync, token, code):
    sync.query = {"access_token": token}

    assert sync.get("department/simplelist")["errcode"] == code


def test_tokens_end_when_they_are_told_to(sandbox, sync, app):
    sandbox.do("wecom/tokens/expire", agentid="sync")

    assert sync.get("department/simplelist")["errcode"] == 42001
    assert app.get("department/simplelist")["errcode"] == 0


@pytest.mark.parametrize("code", [40001, 40014, 42001, 45009, 45033, 60020])
def test_any_code_once_or_for_ever(sandbox, sync, code):
    sandbox.fault("wecom/cgi-bin/department/simplelist", errcode=code, times=1)

    assert [sync.get("department/simplelist")["errcode"] for _ in range(2)] == [code, 0]
    sandbox.fault("wecom/cgi-bin/department/simplelist", errcode=code)
    assert [sync.get("department/simplelist")["errcode"] for _ in range(3)] == [code] * 3


def test_an_untrusted_address_is_told_which_it_is(sandbox, sync, app):
    """ "on 60020 show the IP in errmsg ("from ip: x.x.x.x")"."""
    sandbox.do("wecom/app", agentid="sync", trusted_ips=["203.0.113.7"])

    refused = sync.get("department/simplelist")

    assert refused["errcode"] == 60020
    assert "not allow to access from your ip" in refused["errmsg"]
    assert "from ip: 127.0.0.1" in refused["errmsg"]
    assert app.get("department/simplelist")["errcode"] == 0


def test_a_method_is_that_of_the_endpoint(sync):
    assert sync.get("user/list_id")["errcode"] == 43002
    assert sync.post("user/get")["errcode"] == 43001


def test_secrets_are_not_noted(sandbox, sync):
    (call,) = sandbox.calls("wecom/cgi-bin/gettoken")

    assert call["query"] == {"corpid": seeds.CORPID, "corpsecret": "***"}


def test_the_second_corp_is_another(sandbox):
    other = Corp(sandbox, seeds.SYNC_SECRET[:-1] + "2", seeds.OTHER_CORPID)

    assert other.create("newcomer") == 0

    corps = {each["corpid"]: each["members"] for each in sandbox.see("wecom/corps")["corps"]}
    assert corps == {seeds.CORPID: 12, seeds.OTHER_CORPID: 13}


def test_more_corps_can_be_opened(sandbox):
    opened = sandbox.do("wecom/corp", corpid="ww0000000000000003", name="第三家", cap=5)
    secrets = {each["kind"]: each["secret"] for each in opened["apps"]}

    sync = Corp(sandbox, secrets["sync"], "ww0000000000000003")

    assert sync.get("department/simplelist")["department_id"] == [
        {"id": 1, "parentid": 0, "order": 0}
    ]
    assert Corp(sandbox, secrets["app"], "ww0000000000000003").query != sync.query


def test_no_corp_is_made_up_by_a_question(sandbox):
    with pytest.raises(Refused):
        sandbox.see("wecom/members", corpid="ww-nobody")
