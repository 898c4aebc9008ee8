"""§1: OAuth inside WeChat."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

BACK = "http://127.0.0.1:8000/m/fengniao/oauth/?from=menu"


class Phone:
    """The browser of one WeChat user."""

    def __init__(self, sandbox, person) -> None:
        self.sandbox, self.browser = sandbox, requests.Session()
        self.browser.cookies.set("sandbox-person", person["unionid"])

    def authorize(self, answer=None, **query):
        asked = {
            "appid": self.sandbox.appid,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": "abc123",
        }
        address = f"{self.sandbox.url}/connect/oauth2/authorize"
        shown = self.browser.get(address, params=asked | query, allow_redirects=False, timeout=30)
        if answer is None:
            return shown
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown.text)[1]
        given = {"csrfmiddlewaretoken": token, "answer": answer}
        return self.browser.post(shown.url, given, allow_redirects=False, timeout=30)


def brought(reply) -> dict:
    """The query with which the person comes back."""
    assert reply.status_code == 302
    return dict(parse_qsl(urlsplit(reply.headers["Location"]).query))


@pytest.fixture
def person(sandbox):
    return sandbox.people()[0]


@pytest.fixture
def phone(sandbox, person):
    phone = Phone(sandbox, person)
    with phone.browser:
        yield phone


@pytest.fixture
def exchange(api):
    def exchange(code, **more):
        given = {"grant_type": "authorization_code", "code": code}
        return api.bare("sns/oauth2/access_token", **(given | more))

    return exchange


def test_snsapi_base_is_silent(phone, person, exchange):
    back = brought(phone.authorize())
    assert (back["state"], back["from"]) == ("abc123", "menu")

    told = exchange(back["code"])

    assert (told["openid"], told["scope"], told["expires_in"]) == (
        person["openid"],
        "snsapi_base",
        7200,
    )
    assert "unionid" not in told
    assert "is_snapshotuser" not in told


def test_snsapi_userinfo_asks_first(api, phone, person, exchange):
    asked = phone.authorize(scope="snsapi_userinfo")
    assert (asked.status_code, "同意" in asked.text) == (200, True)

    told = exchange(brought(phone.authorize("approve", scope="snsapi_userinfo"))["code"])
    whom = {"access_token": told["access_token"], "openid": told["openid"]}

    assert told["unionid"] == person["unionid"]
    info = api.bare("sns/userinfo", lang="zh_CN", **whom)
    assert (info["nickname"], info["privilege"]) == (person["nickname"], [])
    assert (info["sex"], info["city"]) == (0, "")
    assert api.bare("sns/auth", **whom)["errcode"] == 0


def test_a_refusal_brings_no_code(phone):
    assert brought(phone.authorize("deny", scope="snsapi_userinfo")) == {
        "from": "menu",
        "state": "abc123",
    }


def test_a_snapshot_page_knows_nobody(sandbox, phone, person, exchange):
    """ "is_snapshotuser=1 (only on WeChat's 快照页)": openid and unionid are virtual."""
    phone.browser.cookies.set("sandbox-snapshot", "1")

    told = exchange(brought(phone.authorize())["code"])

    assert told["is_snapshotuser"] == 1
    assert told["openid"] not in {each["openid"] for each in sandbox.people()}


def test_a_code_is_good_once(phone, exchange):
    code = brought(phone.authorize())["code"]

    assert "openid" in exchange(code)
    assert exchange(code)["errcode"] == 40163


def test_a_code_is_good_for_five_minutes(sandbox, phone, exchange):
    code = brought(phone.authorize())["code"]
    sandbox.do("clock", forward=301)

    assert exchange(code)["errcode"] == 42003


@pytest.mark.parametrize(
    ("given", "errcode"),
    [
        ({"code": "made-up"}, 40029),
        ({"code": ""}, 41008),
        ({"secret": "wrong"}, 40125),
        ({"appid": "wx9999999999999999"}, 40013),
    ],
)
def test_codes_that_are_not_exchanged(phone, exchange, given, errcode):
    assert exchange(**({"code": brought(phone.authorize())["code"]} | given))["errcode"] == errcode


def test_a_token_is_renewed_for_thirty_days(api, sandbox, phone, exchange):
    told = exchange(brought(phone.authorize())["code"])
    given = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
    sandbox.do("clock", forward=7201)
    whom = {"openid": told["openid"]}
    assert api.bare("sns/auth", access_token=told["access_token"], **whom)["errcode"] == 42001

    renewed = api.bare("sns/oauth2/refresh_token", **given)

    assert api.bare("sns/auth", access_token=renewed["access_token"], **whom)["errcode"] == 0
    sandbox.do("clock", forward=30 * 24 * 3600)
    assert api.bare("sns/oauth2/refresh_token", **given)["errcode"] == 42002


def test_a_silent_token_tells_no_name(api, phone, exchange):
    told = exchange(brought(phone.authorize())["code"])

    info = api.bare("sns/userinfo", access_token=told["access_token"], openid=told["openid"])

    assert info["errcode"] == 48001


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"redirect_uri": "https://example.com/"}, 10003),
        ({"scope": "snsapi_all"}, 10005),
        ({"scope": ""}, 10010),
        ({"redirect_uri": ""}, 10011),
        ({"appid": ""}, 10012),
        ({"state": ""}, 10013),
        ({"state": "a-b"}, 10013),
        ({"state": "a" * 129}, 10013),
        ({"appid": "wx9999999999999999"}, 10016),
    ],
)
def test_what_the_page_refuses(phone, query, code):
    shown = phone.authorize(**query)

    assert (shown.status_code, f"错误码：{code}" in shown.text) == (400, True)


def test_a_phone_that_nobody_holds_asks_whose_it_is(phone):
    phone.browser.cookies.clear()

    assert "这是谁的手机" in phone.authorize().text
