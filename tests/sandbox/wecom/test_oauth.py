"""§8.5: who it is that opens a page in WeCom."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from haina.sandbox.wecom import seeds
from tests.sandbox.test_phone import Visitor

BACK = "http://127.0.0.1:1/back?next=1"


@pytest.fixture
def visitor(sandbox):
    with Visitor(sandbox.url) as visitor:
        yield visitor


def address(**given) -> str:
    asked = {
        "appid": seeds.CORPID,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "s1",
        "agentid": seeds.AGENT,
        **given,
    }
    return f"/connect/oauth2/authorize?{urlencode(asked)}"


def hold(visitor, userid: str) -> None:
    """Open WeCom as somebody."""
    visitor.see(f"/wecom/who?corp={seeds.CORPID}")
    visitor.submit("/wecom/who", corp=seeds.CORPID, userid=userid, next="/corp")


def led_back(visitor, where: str, answer: str = "") -> dict:
    """The query with which it leads back."""
    if answer:
        visitor.see(where)
        token = visitor.page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        given = {"csrfmiddlewaretoken": token, "answer": answer}
        reply = visitor.post(visitor.url + where, given, allow_redirects=False, timeout=30)
    else:
        reply = visitor.get(visitor.url + where, allow_redirects=False, timeout=30)
    assert reply.headers["Location"].startswith("http://127.0.0.1:1/back?")
    query = parse_qs(urlsplit(reply.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def test_it_asks_who_it_is(visitor):
    assert "这是谁的企业微信" in visitor.see(address())
    assert "staff00007" not in visitor.see(f"/wecom/who?corp={seeds.CORPID}&q=staff00003")


def test_a_member_is_told_by_userid(visitor, app):
    """code ... single use; userid (member)."""
    hold(visitor, "staff00003")

    told = led_back(visitor, address())

    assert (told["state"], told["next"]) == ("s1", "1")
    assert app.get("auth/getuserinfo", code=told["code"])["userid"] == "staff00003"
    assert app.get("auth/getuserinfo", code=told["code"])["errcode"] == 40029


def test_private_fields_by_consent(visitor, app):
    """auth/getuserdetail {user_ticket} -> gender,avatar,qr_code,mobile,email,biz_mail,address."""
    hold(visitor, "staff00003")
    where = address(scope="snsapi_privateinfo")
    assert "申请获取你的性别、手机号" in visitor.see(where)

    code = led_back(visitor, where, "approve")["code"]
    ticket = app.get("auth/getuserinfo", code=code)["user_ticket"]

    told = app.post("auth/getuserdetail", user_ticket=ticket)
    assert (told["mobile"], told["gender"]) == ("19900000003", "1")
    assert app.code("auth/getuserdetail", user_ticket="made up") == 40058


def test_a_refusal_brings_no_code(visitor):
    hold(visitor, "staff00003")

    assert "code" not in led_back(visitor, address(scope="snsapi_privateinfo"), "deny")


def test_somebody_of_no_corp(visitor, app):
    hold(visitor, "-")

    told = app.get("auth/getuserinfo", code=led_back(visitor, address())["code"])

    assert "openid" in told
    assert "userid" not in told


def test_a_code_lasts_five_minutes(sandbox, visitor, app):
    hold(visitor, "staff00003")
    code = led_back(visitor, address())["code"]

    sandbox.do("clock", forward=301)

    assert app.get("auth/getuserinfo", code=code)["errcode"] == 42003


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"redirect_uri": "https://example.com/"}, 50001),
        ({"state": "a-b"}, 84025),
        ({"scope": "snsapi_userinfo"}, 10005),
        ({"agentid": 7}, 40056),
    ],
)
def test_what_is_not_opened(visitor, given, code):
    assert f"错误码：{code}" in visitor.see(address(**given))


def test_an_official_account_is_asked_as_before(sandbox, visitor):
    visitor.see(address(appid=sandbox.appid))

    assert "这是谁的手机" in visitor.page


def test_choosing_leads_to_no_other_place(sandbox, visitor):
    visitor.see(f"/wecom/who?corp={seeds.CORPID}")
    visitor.submit(
        "/wecom/who", corp=seeds.CORPID, userid="staff00003", next="https://example.com/"
    )

    assert visitor.address == f"{sandbox.url}/corp"
