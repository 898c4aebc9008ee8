"""§8.2, §8.5: what an app is, what it sends, and who came back from the authorize page."""

import pytest

from haina.sandbox.wecom import seeds

TEXT = {"msgtype": "text", "text": {"content": "请尽快处理"}}


def test_an_app_tells_its_scope(sandbox, sync, app):
    """allow_userinfos/partys -> scope check ("勾选最顶级部门")."""
    assert app.get("agent/get", agentid=seeds.AGENT)["allow_partys"] == {"partyid": [1]}
    sandbox.do("wecom/app", agentid=seeds.AGENT, parties=[3], users=["staff00001"])

    told = app.get("agent/get", agentid=seeds.AGENT)

    assert told["allow_partys"] == {"partyid": [3]}
    assert told["allow_userinfos"] == {"user": [{"userid": "staff00001"}]}
    assert app.get("agent/get", agentid=7)["errcode"] == 40056
    assert sync.get("agent/get", agentid=seeds.AGENT)["errcode"] == 48002


def test_a_message_goes_to_whom_it_can(sandbox, app):
    users = "staff00001|nobody"

    told = app.post("message/send", agentid=seeds.AGENT, touser=users, toparty="999", **TEXT)

    assert (told["errcode"], told["invaliduser"], told["invalidparty"]) == (0, "nobody", "999")
    (message,) = sandbox.see("wecom/messages")["messages"]
    assert (message["users"], message["text"]) == (["staff00001"], "请尽快处理")
    assert message["msgid"] == told["msgid"]


def test_a_message_to_a_department_reaches_all_in_it(sandbox, app):
    assert app.code("message/send", agentid=seeds.AGENT, toparty="1", **TEXT) == 0
    assert app.code("message/send", agentid=seeds.AGENT, touser="@all", **TEXT) == 0

    assert [len(each["users"]) for each in sandbox.see("wecom/messages")["messages"]] == [12, 12]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"touser": "nobody", **TEXT}, 81013),
        ({"touser": "|".join(["staff00001"] * 1001), **TEXT}, 40032),
        ({"touser": "staff00001", "msgtype": "poem"}, 40008),
        ({"touser": "staff00001", "msgtype": "text", "text": {"content": ""}}, 44004),
        ({"touser": "staff00001", "msgtype": "textcard", "textcard": {"title": "一"}}, 44004),
    ],
)
def test_what_is_refused(app, given, code):
    assert app.code("message/send", agentid=seeds.AGENT, **given) == code


def test_a_card_is_cut_to_its_length(sandbox, app):
    """textcard title 128 B, desc 512 B."""
    card = {"title": "题" * 50, "description": "文" * 200, "url": "http://127.0.0.1/"}
    given = {"touser": "staff00001", "msgtype": "textcard", "textcard": card}

    assert app.code("message/send", agentid=seeds.AGENT, **given) == 0

    (message,) = sandbox.see("wecom/messages")["messages"]
    assert (message["title"], message["text"]) == ("题" * 42, "文" * 170)


def test_no_message_outside_the_scope(sandbox, app):
    sandbox.do("wecom/app", agentid=seeds.AGENT, parties=[3])

    assert app.code("message/send", agentid=seeds.AGENT, touser="staff00001", **TEXT) == 81013
