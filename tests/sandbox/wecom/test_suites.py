"""§8.7: how a suite is installed, and how that ends."""

import time

import pytest

from haina.sandbox.wecom import seeds
from tests.sandbox.process import Refused
from tests.sandbox.receiver import receiving
from tests.sandbox.wecom.api import Wecom
from tests.sandbox.wecom.test_changes import KEY, TOKEN, WeChatCrypto, happens, opened

PROVIDER = "wwprovider00000001"
OWN = {"suite_id": seeds.SUITE_ID, "suite_secret": seeds.SUITE_SECRET}


class Suite(Wecom):
    """With a suite_access_token."""

    def __init__(self, sandbox) -> None:
        super().__init__(sandbox)
        self.ticket = sandbox.do("wecom/suite/ticket")["suite_ticket"]
        told = self.post("service/get_suite_token", suite_ticket=self.ticket, **OWN)
        self.query = {"suite_access_token": told["suite_access_token"]}

    def take(self, auth_code: str) -> dict:
        return self.post("service/get_permanent_code", auth_code=auth_code)

    def corp(self, token: str) -> Wecom:
        corp = Wecom(self.sandbox)
        corp.query = {"access_token": token}
        return corp


@pytest.fixture
def suite(sandbox):
    return Suite(sandbox)


@pytest.fixture
def installed(sandbox, suite):
    """What get_permanent_code answered."""
    return suite.take(sandbox.do("wecom/suite/install")["auth_code"])


@pytest.fixture
def receiver(sandbox):
    with receiving() as receiver:
        receiver.crypto = WeChatCrypto(TOKEN, KEY, PROVIDER)
        sandbox.do("callbacks/set", between_tries=0.05)
        given = {"url": receiver.url, "token": TOKEN, "aes_key": KEY}
        sandbox.do("wecom/server", suite_id=seeds.SUITE_ID, **given)
        yield receiver


def commands(sandbox, receiver) -> list[dict]:
    """What came, but for the tickets."""
    sandbox.delivered()
    told = [opened(post, seeds.SUITE_ID) for post in receiver.posts]
    return [each for each in told if each["InfoType"] != "suite_ticket"]


def test_a_ticket_comes_at_once_and_every_ten_minutes(sandbox, receiver):
    """suite_ticket push every 10 min {SuiteId,InfoType,TimeStamp,SuiteTicket}."""
    sandbox.delivered()
    (first,) = [opened(post, seeds.SUITE_ID) for post in receiver.posts]
    assert set(first) == {"SuiteId", "InfoType", "TimeStamp", "SuiteTicket"}
    assert 0 < len(first["SuiteTicket"]) <= 512

    sandbox.do("clock", forward=600)
    end = time.monotonic() + 30
    while len(receiver.posts) < 2 and time.monotonic() < end:
        time.sleep(0.02)

    second = opened(receiver.posts[1], seeds.SUITE_ID)
    assert second["SuiteTicket"] != first["SuiteTicket"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, 0),
        ({"suite_id": "other"}, 40083),
        ({"suite_secret": "wrong"}, 40080),
        ({"suite_ticket": "made up"}, 40085),
    ],
)
def test_a_token_for_a_ticket(suite, given, code):
    asked = {**OWN, "suite_ticket": suite.ticket, **given}

    assert suite.post("service/get_suite_token", **asked)["errcode"] == code


def test_tickets_and_tokens_end(sandbox, suite):
    """valid 30 min; 42009 expired."""
    sandbox.do("clock", forward=1801)
    asked = {**OWN, "suite_ticket": suite.ticket}
    assert suite.post("service/get_suite_token", **asked)["errcode"] == 40085
    assert suite.get("service/get_pre_auth_code")["errcode"] == 0

    sandbox.do("clock", forward=5400)

    assert suite.get("service/get_pre_auth_code")["errcode"] == 42009
    suite.query = {"suite_access_token": "made up"}
    assert suite.get("service/get_pre_auth_code")["errcode"] == 40082
    suite.query = {}
    assert suite.get("service/get_pre_auth_code")["errcode"] == 41022


def test_a_session_of_a_pre_auth_code(sandbox, suite):
    """set_session_info {pre_auth_code, session_info:{auth_type 0 formal|1 test}}."""
    code = suite.get("service/get_pre_auth_code")["pre_auth_code"]

    def answer(code: str, auth_type: int = 1) -> int:
        given = {"pre_auth_code": code, "session_info": {"auth_type": auth_type}}
        return suite.post("service/set_session_info", **given)["errcode"]

    assert [answer(code), answer(code, 2), answer("made up")] == [0, 40058, 40079]
    sandbox.do("clock", forward=1201)
    assert answer(code) == 42007


def test_a_permanent_code_is_given_once(sandbox, suite):
    code = sandbox.do("wecom/suite/install", state="state1")["auth_code"]
    assert 64 <= len(code) <= 512

    told = suite.take(code)

    assert told["auth_corp_info"]["corpid"] == seeds.CORPID
    assert told["auth_corp_info"]["corp_user_max"] == 200
    (agent,) = told["auth_info"]["agent"]
    assert agent["privilege"]["allow_party"] == [1]
    assert told["state"] == "state1"
    assert suite.take(code)["errcode"] == 40078
    assert suite.take("made up")["errcode"] == 40078


def test_an_auth_code_lasts_ten_minutes(sandbox, suite):
    code = sandbox.do("wecom/suite/install")["auth_code"]

    sandbox.do("clock", forward=601)

    assert suite.take(code)["errcode"] == 40078


def test_the_token_of_the_corp(sandbox, suite, installed):
    given = {"auth_corpid": seeds.CORPID, "permanent_code": installed["permanent_code"]}

    told = suite.post("service/get_corp_token", **given)

    assert told["access_token"] == installed["access_token"]
    assert suite.post("service/get_auth_info", **given)["auth_info"] == installed["auth_info"]
    admins = {"auth_corpid": seeds.CORPID, "agentid": installed["auth_info"]["agent"][0]["agentid"]}
    (admin,) = suite.post("service/get_admin_list", **admins)["admin"]
    assert admin["userid"] == "staff00001"
    given["permanent_code"] = "made up"
    assert suite.post("service/get_corp_token", **given)["errcode"] == 40084


def test_a_suite_writes_and_reads_no_names(sandbox, suite, installed):
    """third parties no longer get names/phones (name=userid)."""
    corp = suite.corp(installed["access_token"])
    given = {"userid": "lin", "name": "林", "department": [2], "mobile": "13800000001"}

    assert corp.post("user/create", **given)["errcode"] == 0

    found = corp.get("user/get", userid="lin")
    assert (found["name"], "mobile" in found) == ("lin", False)
    assert corp.get("department/get", id=2)["department"]["name"] == "2"
    assert corp.post("user/list_id")["errcode"] == 48002


def test_a_suite_without_the_right_to_edit(sandbox, suite):
    sandbox.do("wecom/suite", edits=False)
    told = suite.take(sandbox.do("wecom/suite/install")["auth_code"])

    corp = suite.corp(told["access_token"])

    assert corp.get("user/delete", userid="staff00002")["errcode"] == 48002
    assert told["auth_info"]["agent"][0]["privilege"]["level"] == 1


def test_a_suite_writes_within_its_scope(sandbox, suite):
    told = suite.take(sandbox.do("wecom/suite/install", parties=[3])["auth_code"])
    corp = suite.corp(told["access_token"])
    given = {"userid": "lin", "name": "林", "mobile": "13800000001"}

    assert corp.post("user/create", department=[2], **given)["errcode"] == 60011
    assert corp.post("user/create", department=[3], **given)["errcode"] == 0
    assert corp.post("user/update", userid="lin", department=[2])["errcode"] == 60011
    assert corp.get("user/delete", userid="staff00001")["errcode"] == 60011
    assert corp.post("user/batchdelete", useridlist=["lin", "staff00001"])["errcode"] == 60011
    assert corp.post("department/create", name="甲", parentid=2)["errcode"] == 60011
    assert corp.get("department/delete", id=2)["errcode"] == 60011
    assert corp.post("department/create", name="甲", parentid=3)["errcode"] == 0


def test_commands_of_a_life(sandbox, suite, receiver):
    """create_auth{AuthCode,State}, change_auth, cancel_auth {..., TimeStamp, AuthCorpId}."""
    code = sandbox.do("wecom/suite/install", state="s1")["auth_code"]
    (created,) = commands(sandbox, receiver)
    assert (created["InfoType"], created["AuthCode"], created["State"]) == (
        "create_auth",
        code,
        "s1",
    )
    told = suite.take(code)
    given = {"auth_corpid": seeds.CORPID, "permanent_code": told["permanent_code"]}

    sandbox.do("wecom/suite/change", parties=[3])
    changed = commands(sandbox, receiver)[-1]
    assert (changed["InfoType"], changed["AuthCorpId"]) == ("change_auth", seeds.CORPID)
    agent = suite.post("service/get_auth_info", **given)["auth_info"]["agent"][0]
    assert agent["privilege"]["allow_party"] == [3]

    sandbox.do("wecom/suite/cancel")
    cancelled = commands(sandbox, receiver)[-1]
    assert set(cancelled) == {"SuiteId", "InfoType", "TimeStamp", "AuthCorpId"}
    assert cancelled["InfoType"] == "cancel_auth"
    assert suite.post("service/get_corp_token", **given)["errcode"] == 40084
    corp = suite.corp(told["access_token"])
    assert corp.get("department/list")["errcode"] == 48004
    with pytest.raises(Refused, match="48004"):
        sandbox.do("wecom/suite/cancel")


@pytest.mark.parametrize(("info", "patient"), [("cancel_auth", False), ("change_contact", True)])
def test_an_authorisation_is_to_be_answered_at_once(sandbox, receiver, info, patient):
    """ "Auth events must be answered within 1000 ms"."""
    sandbox.delivered()
    receiver.slow = 1.2

    sandbox.do("wecom/event", info=info, fields={"AuthCorpId": seeds.CORPID})
    told = sandbox.delivered()[-1]

    assert told["event"] == info
    assert told["tries"][0]["status"] == (200 if patient else None)


def test_it_can_be_installed_again(sandbox, suite, installed):
    sandbox.do("wecom/suite/cancel")

    again = suite.take(sandbox.do("wecom/suite/install")["auth_code"])

    assert again["permanent_code"] != installed["permanent_code"]
    assert suite.corp(again["access_token"]).get("department/list")["errcode"] == 0


def test_a_suite_hears_of_what_others_change(sandbox, suite, receiver, installed, sync):
    """change_contact, but not of what it has done itself."""
    corp = suite.corp(installed["access_token"])
    assert corp.get("user/delete", userid="staff00002")["errcode"] == 0
    assert commands(sandbox, receiver)[1:] == []

    assert sync.get("user/delete", userid="staff00003")["errcode"] == 0
    happens(sandbox, "user/delete", userid="staff00004")

    heard = commands(sandbox, receiver)[1:]
    assert {each["UserID"] for each in heard} == {"staff00003", "staff00004"}
    assert {each["AuthCorpId"] for each in heard} == {seeds.CORPID}


def test_codes_are_not_noted(sandbox, suite, installed):
    given = {"auth_corpid": seeds.CORPID, "permanent_code": installed["permanent_code"]}
    suite.post("service/get_corp_token", **given)

    (first,) = sandbox.calls("wecom/cgi-bin/service/get_suite_token")
    (second,) = sandbox.calls("wecom/cgi-bin/service/get_corp_token")
    assert first["body"]["suite_secret"] == second["body"]["permanent_code"] == "***"
