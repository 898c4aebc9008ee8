"""wechatpy's own client of WeCom, unpatched but for the address, as far as that works."""

import pytest
from wechatpy.enterprise import WeChatClient
from wechatpy.exceptions import APILimitedException, WeChatClientException

from haina.sandbox.wecom import seeds


@pytest.fixture
def client(sandbox):
    """Makes a client with the token of an app, as the address of gettoken is written into it."""
    made = []

    def client(api) -> WeChatClient:
        secret, token = api.own["corpsecret"], api.query["access_token"]
        client = WeChatClient(seeds.CORPID, secret, access_token=token, auto_retry=False)
        client.API_BASE_URL = f"{sandbox.url}/wecom/cgi-bin/"
        made.append(client)
        return client

    yield client
    for each in made:
        each._http.close()


def test_it_keeps_members(client, sync, app):
    writer, reader = client(sync), client(app)

    writer.user.create("lin", "林", [2], mobile="13800000001", to_invite=False)
    writer.user.update("lin", name="林然", position="主管")

    found = reader.user.get("lin")
    assert (found["name"], found["position"], found["department"]) == ("林然", "主管", [2])
    assert "lin" in [each["userid"] for each in reader.user.list(2, simple=True)]
    assert "lin" in reader.department.get_map_users(2, key="userid")
    writer.user.delete("lin")
    writer.user.batch_delete(["staff00002", "staff00003"])
    with pytest.raises(WeChatClientException) as refused:
        reader.user.get("lin")
    assert refused.value.errcode == 60111


def test_it_keeps_departments(client, sync, app):
    writer, reader = client(sync), client(app)

    made = writer.department.create("保洁部", 1)["id"]
    writer.department.update(made, name="保洁组", parent_id=2)

    (found,) = reader.department.get(made)
    assert (found["name"], found["parentid"]) == ("保洁组", 2)
    writer.department.delete(made)
    assert made not in [each["id"] for each in reader.department.get()]


def test_endpoints_that_it_does_not_know(client, sync):
    told = client(sync).post("user/list_id", data={"limit": 5})

    assert len(told["dept_user"]) == 5
    assert told["next_cursor"]


def test_it_sends_messages(client, app, sandbox):
    told = client(app).message.send_text(seeds.AGENT, ["staff00001", "nobody"], content="你好")

    assert told["invaliduser"] == "nobody"
    assert sandbox.see("wecom/messages")["messages"][0]["users"] == ["staff00001"]


def test_it_asks_for_the_scope(client, app):
    assert client(app).agent.get(seeds.AGENT)["allow_partys"] == {"partyid": [1]}


def test_it_acts_for_a_suite(client, sync, sandbox):
    """Raw: "pass suite_access_token AND access_token:'' in params"."""
    ticket = sandbox.do("wecom/suite/ticket")["suite_ticket"]
    auth_code = sandbox.do("wecom/suite/install")["auth_code"]
    asked = {"suite_id": seeds.SUITE_ID, "suite_secret": seeds.SUITE_SECRET, "suite_ticket": ticket}
    nobody = {"access_token": ""}
    service = client(sync)

    token = service.post("service/get_suite_token", params=nobody, data=asked)
    suite = {**nobody, "suite_access_token": token["suite_access_token"]}
    code = {"auth_code": auth_code}
    told = service.post("service/get_permanent_code", params=suite, data=code)

    assert told["auth_corp_info"]["corpid"] == seeds.CORPID


def test_it_knows_the_limit_for_what_it_is(client, sync, sandbox):
    sandbox.fault("wecom/cgi-bin/user/create", errcode=45009)

    with pytest.raises(APILimitedException):
        client(sync).user.create("lin", "林", [2], mobile="13800000001")
