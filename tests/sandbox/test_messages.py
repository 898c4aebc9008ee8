"""§6: template messages."""

import pytest

from haina.sandbox import kinds, seeds
from tests.sandbox.receiver import receiving

GOOD = {"thing1": "腾讯小区", "number2": "3", "time3": "2018-12-31 15:01"}


@pytest.fixture
def openid(sandbox):
    return sandbox.openids()[0]


@pytest.fixture
def send(api, openid):
    def send(values=GOOD, **more):
        data = {field: {"value": value} for field, value in values.items()}
        message = {"touser": openid, "template_id": seeds.REVIEW, "data": data}
        return api.post("message/template/send", **(message | more))

    return send


def test_the_account_has_templates(api):
    template = api.get("template/get_all_private_template")["template_list"][0]

    assert template["title"] == "住户认证审核提醒"
    assert kinds.fields_of(template["content"]) == ["thing1", "number2", "time3"]
    assert "primary_industry" in api.get("template/get_industry")


def test_a_message_arrives(sandbox, send, openid):
    sent = send(url="http://127.0.0.1:8000/m/")

    assert (sent["errcode"], sent["errmsg"]) == (0, "ok")
    (arrived,) = sandbox.inbox(openid)
    assert (arrived["msgid"], arrived["url"]) == (sent["msgid"], "http://127.0.0.1:8000/m/")
    assert arrived["lines"] == ["小区:腾讯小区", "待审核:3", "提交时间:2018-12-31 15:01"]


def test_who_does_not_follow_gets_none(sandbox, send, openid):
    sandbox.unfollow(openid)

    assert send()["errcode"] == 43004


def test_who_is_blocked_gets_none(sandbox, send, openid):
    sandbox.do("person", openid=openid, blocked=True)

    assert send()["errcode"] == 43019


def test_a_wrong_template_or_openid(send):
    assert send(template_id="nothing")["errcode"] == 40037
    assert send(touser="nobody")["errcode"] == 40003


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("thing1", "十" * 21),
        ("thing1", "两\n行"),
        ("thing1", ""),
        ("number2", "三"),
        ("time3", "明天"),
    ],
)
def test_a_bad_field_is_named(sandbox, send, openid, field, value):
    """ "47003 argument invalid! data.thing1.value invalid"."""
    told = send(GOOD | {field: value})

    assert told["errcode"] == 47003
    assert told["errmsg"].startswith(f"argument invalid! data.{field}.value invalid")
    assert sandbox.inbox(openid) == []


@pytest.mark.parametrize(
    ("field", "value", "fits"),
    [
        ("thing1", "十" * 20, True),
        ("character_string2", "A-1", True),
        ("character_string2", "一栋", False),
        ("number3", "9" * 32, True),
        ("number3", "9" * 33, False),
        ("letter4", "abc", True),
        ("letter4", "ab1", False),
        ("symbol5", "!!", True),
        ("symbol5", "a", False),
        ("phrase6", "已通过", True),
        ("phrase6", "已经审核通过", False),
        ("phrase6", "OK", False),
        ("name7", "汉" * 10, True),
        ("name7", "汉" * 11, False),
        ("name7", "a" * 20, True),
        ("time8", "15:01", True),
        ("time8", "2019年10月1日 15:01", True),
        ("time8", "2019-10-01 15:01:02", True),
        ("time8", "2019年10月1日~2019年10月2日", True),
        ("date9", "soon", False),
        ("amount10", "￥100.50", True),
        ("amount10", "12元", True),
        ("amount10", "很多", False),
        ("phone_number11", "+86-0755-8888888", True),
        ("phone_number11", "1" * 18, False),
        ("car_number12", "粤B12345", True),
        ("car_number12", "粤B1234567", False),
    ],
)
def test_what_fits_a_kind(field, value, fits):
    assert kinds.fits(field, value, None) is fits


def test_a_const_has_approved_values_only(api, openid):
    def send(result):
        values = {"thing1": "小区", "thing2": "A-1-101", "const3": result, "time4": "15:01"}
        data = {field: {"value": value} for field, value in values.items()}
        message = {"touser": openid, "template_id": seeds.DECISION, "data": data}
        return api.post("message/template/send", **message)["errcode"]

    assert (send("审核通过"), send("大概可以")) == (0, 47003)


def test_the_same_client_msg_id_is_the_same_message(sandbox, send, openid):
    """ "dedupe for the same openid for 10 min"."""
    first, second = send(client_msg_id="d-1"), send(client_msg_id="d-1")
    assert second == first
    assert send(client_msg_id="d-2")["msgid"] != first["msgid"]
    sandbox.do("clock", forward=601)
    assert send(client_msg_id="d-1")["msgid"] != first["msgid"]
    assert len(sandbox.inbox(openid)) == 3


def test_a_day_has_its_limit(sandbox, send):
    sandbox.do("account", daily_sends=2)

    assert [send()["errcode"] for _ in range(3)] == [0, 0, 45009]


@pytest.mark.parametrize(
    ("refuses", "outcome", "status"),
    [
        (False, "success", "success"),
        (True, "success", "failed:user block"),
        (False, "failed: system failed", "failed: system failed"),
    ],
)
def test_how_it_ended_comes_as_an_event(sandbox, send, openid, refuses, outcome, status):
    sandbox.do("person", openid=openid, refuses=refuses)
    sandbox.do("account", outcome=outcome)
    with receiving() as receiver:
        sandbox.server(url=receiver.url, token="token", mode="plain")
        msgid = send()["msgid"]
        sandbox.delivered()

    ((_query, body),) = receiver.posts
    assert "<Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event>" in body
    assert f"<MsgID>{msgid}</MsgID><Status><![CDATA[{status}]]></Status>" in body
    assert len(sandbox.inbox(openid)) == (1 if status == "success" else 0)


def test_templates_are_added_and_removed(api):
    """ "wrong/missing keywords -> 40246"; "45026 >25 templates"."""

    def add(**more):
        return api.post("template/api_add_template", template_id_short="43055", **more)

    assert add()["errcode"] == 40246
    made = [add(keyword_name_list=["小区", "时间"])["template_id"] for _ in range(22)]
    assert add(keyword_name_list=["小区"])["errcode"] == 45026
    assert api.post("template/del_private_template", template_id=made[0])["errcode"] == 0
    assert api.post("template/del_private_template", template_id=made[0])["errcode"] == 40037
