"""Whatever can go wrong between two servers."""

import json
import time

import pytest
import requests

from haina.sandbox.world import SECRET_ID
from tests.sandbox.process import Refused

SEND_SMS = {"X-TC-Action": "SendSms", "Authorization": f"Credential={SECRET_ID}/x"}


def test_a_code_once(sandbox, api):
    sandbox.fault("cgi-bin/user/get", errcode=40001, times=1)

    assert [api.get("user/get").get("errcode", 0) for _ in range(2)] == [40001, 0]


def test_a_code_for_ever_until_it_is_cleared(sandbox, api):
    sandbox.fault("cgi-bin/user/get", errcode=45009)

    assert [api.get("user/get")["errcode"] for _ in range(5)] == [45009] * 5
    assert "errcode" not in api.get("tags/get")
    sandbox.clear_faults()
    assert "errcode" not in api.get("user/get")


def test_a_fault_of_every_endpoint(sandbox, api):
    sandbox.fault(errcode=-1, times=2)

    told = [api.get("user/get"), api.get("tags/get"), api.get("tags/get")]

    assert [each.get("errcode", 0) for each in told] == [-1, -1, 0]


def test_a_fault_of_every_endpoint_reaches_sms_too(sandbox):
    sandbox.fault(errcode=45009)

    told = requests.post(sandbox.url, json={}, headers=SEND_SMS, timeout=30).json()

    assert told["Response"]["Error"]["Code"] == "InternalError"


def test_no_answer(sandbox, api):
    sandbox.fault("cgi-bin/user/get", drop=True, times=1)

    with pytest.raises(requests.ConnectionError):
        api.get("user/get")
    assert "errcode" not in api.get("user/get")


def test_a_late_answer(sandbox, api):
    sandbox.fault("cgi-bin/user/get", slow=0.3, times=1)
    began = time.monotonic()

    assert "errcode" not in api.get("user/get")
    assert time.monotonic() - began >= 0.3


def test_an_answer_that_is_no_json(sandbox, api):
    sandbox.fault("cgi-bin/user/get", status=502, times=1)

    with pytest.raises(requests.HTTPError) as refused:
        api.get("user/get")
    assert refused.value.response.status_code == 502


def test_calls_are_noted_without_the_secret(sandbox, api):
    sandbox.do("calls/clear")
    api.bare("cgi-bin/stable_token", {"grant_type": "client_credential", **api.own})
    api.post("tags/create", tag={"name": "业主"})

    first, second = sandbox.calls()

    assert (first["endpoint"], first["body"]["secret"]) == ("cgi-bin/stable_token", "***")
    assert (second["method"], second["endpoint"]) == ("POST", "cgi-bin/tags/create")
    assert (second["body"], second["errcode"]) == ({"tag": {"name": "业主"}}, 45157)
    assert sandbox.secret not in json.dumps(sandbox.calls())
    told = sandbox.see("calls", endpoint="cgi-bin/tags/create")
    assert (len(told["calls"]), told["count"]["cgi-bin/tags/create"]) == (1, 1)


def test_a_fault_must_be_one(sandbox):
    with pytest.raises(Refused, match="no such fields of a fault: quick"):
        sandbox.fault("cgi-bin/user/get", quick=True)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_no_page_of_a_browser_can_control_it(sandbox, kind):
    """A browser asks first before it sends JSON to another site, and gets no leave here."""
    headers = {"Content-Type": kind}

    reply = requests.post(f"{sandbox.url}/sandbox/reset", "{}", headers=headers, timeout=30)

    assert reply.status_code == 415


@pytest.mark.parametrize("path", ["", "sandbox/people", "cgi-bin/token"])
def test_it_answers_to_names_of_this_machine_only(sandbox, path):
    headers = {"Host": "evil.example"}

    reply = requests.get(f"{sandbox.url}/{path}", headers=headers, timeout=30)

    assert reply.status_code == 400
