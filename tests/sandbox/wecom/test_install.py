"""§8.7: the page on which a corp's administrator lets a suite in."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from haina.sandbox.wecom import seeds
from tests.sandbox.test_phone import Visitor
from tests.sandbox.wecom.test_suites import Suite

BACK = "http://127.0.0.1:1/done"


@pytest.fixture
def suite(sandbox):
    return Suite(sandbox)


@pytest.fixture
def visitor(sandbox):
    with Visitor(sandbox.url) as visitor:
        yield visitor


@pytest.fixture
def address(suite):
    def address(**given) -> str:
        asked = {
            "suite_id": seeds.SUITE_ID,
            "pre_auth_code": suite.get("service/get_pre_auth_code")["pre_auth_code"],
            "redirect_uri": BACK,
            "state": "s1",
            **given,
        }
        return f"/wecom/3rdapp/install?{urlencode(asked)}"

    return address


def answer(visitor, where: str, **given):
    visitor.see(where)
    token = visitor.page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    given["csrfmiddlewaretoken"] = token
    return visitor.post(visitor.url + where, given, allow_redirects=False, timeout=30)


def test_an_approval_leads_back_with_a_code(sandbox, visitor, suite, address):
    """-> redirect_uri?auth_code&expires_in=600&state."""
    where = address()

    reply = answer(visitor, where, corp=seeds.OTHER_CORPID, answer="approve")

    query = parse_qs(urlsplit(reply.headers["Location"]).query)
    assert reply.headers["Location"].startswith(f"{BACK}?")
    assert (query["expires_in"], query["state"]) == (["600"], ["s1"])
    told = suite.take(query["auth_code"][0])
    assert told["auth_corp_info"]["corpid"] == seeds.OTHER_CORPID
    assert told["auth_info"]["agent"][0]["privilege"]["allow_party"] == [1]
    assert "错误码：40079" in visitor.see(where)


@pytest.mark.parametrize(("auth_type", "told"), [(0, False), (1, True)])
def test_a_test_is_told(visitor, suite, address, auth_type, told):
    """auth_type 0 formal|1 test."""
    code = suite.get("service/get_pre_auth_code")["pre_auth_code"]
    info = {"auth_type": auth_type}
    suite.post("service/set_session_info", pre_auth_code=code, session_info=info)

    assert ("测试授权" in visitor.see(address(pre_auth_code=code))) == told


def test_the_scope_is_chosen(visitor, suite, address):
    party = {f"party-{seeds.CORPID}": "3"}

    reply = answer(visitor, address(), corp=seeds.CORPID, answer="approve", **party)

    code = parse_qs(urlsplit(reply.headers["Location"]).query)["auth_code"][0]
    assert suite.take(code)["auth_info"]["agent"][0]["privilege"]["allow_party"] == [3]


def test_a_refusal_leads_nowhere(visitor, address):
    reply = answer(visitor, address(), corp=seeds.CORPID, answer="deny")

    assert reply.status_code == 200
    assert "已取消" in reply.text


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"suite_id": "other"}, 40083),
        ({"pre_auth_code": "made up"}, 40079),
        ({"redirect_uri": "https://example.com/"}, 50001),
    ],
)
def test_what_is_not_opened(visitor, address, given, code):
    assert f"错误码：{code}" in visitor.see(address(**given))


def test_a_pre_auth_code_ends(sandbox, visitor, address):
    where = address()

    sandbox.do("clock", forward=1201)

    assert "错误码：42007" in visitor.see(where)
