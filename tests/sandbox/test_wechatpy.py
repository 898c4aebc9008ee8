"""wechatpy's own client, unpatched but for the address, as far as that works."""

import pytest
from wechatpy import WeChatClient, WeChatOAuth
from wechatpy.exceptions import APILimitedException, WeChatClientException, WeChatOAuthException

from haina.sandbox import seeds


@pytest.fixture
def client(sandbox, api):
    client = WeChatClient(sandbox.appid, sandbox.secret, access_token=api.token, auto_retry=False)
    client.API_BASE_URL = f"{sandbox.url}/cgi-bin/"
    with client._http:
        yield client


def test_it_walks_over_all_followers(sandbox, client):
    sandbox.do("seed", followers=10_050)

    assert list(client.user.iter_followers()) == sandbox.openids()


def test_it_reads_people_and_notes_remarks(sandbox, client):
    first, second = sandbox.openids()[:2]

    client.user.update_remark(first, "老张")

    assert client.user.get(first)["remark"] == "老张"
    assert [each["openid"] for each in client.user.get_batch([first, second])] == [first, second]


def test_it_tags(sandbox, client):
    first, second = sandbox.openids()[:2]

    tag = client.tag.create("维修")["id"]
    client.tag.tag_user(tag, [first, second])
    client.tag.untag_user(tag, second)
    client.tag.update(tag, "维修工")

    assert list(client.tag.iter_tag_users(tag)) == [first]
    assert tag in client.tag.get_user_tag(first)
    assert "维修工" in {each["name"] for each in client.tag.get()}
    client.tag.delete(tag)
    assert tag not in {each["id"] for each in client.tag.get()}


def test_it_blocks(sandbox, client):
    first = sandbox.openids()[0]

    client.tag.batch_black_list([first])
    assert client.tag.get_black_list()["data"]["openid"] == [first]
    client.tag.batch_unblack_list([first])
    assert client.tag.get_black_list()["total"] == 0


def test_it_makes_codes(client):
    made = client.qrcode.create(
        {
            "expire_seconds": 600,
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": "b_1"}},
        }
    )

    assert {"ticket", "url", "expire_seconds"} <= made.keys()


def test_it_sends_messages(sandbox, client):
    openid = sandbox.openids()[0]
    values = {"thing1": "腾讯小区", "number2": "3", "time3": "15:01"}
    data = {field: {"value": value} for field, value in values.items()}

    client.message.send_template(openid, seeds.REVIEW, data)

    assert [each["values"] for each in sandbox.inbox(openid)] == [values]
    assert seeds.REVIEW in {
        each["template_id"] for each in client.template.get_all_private_template()["template_list"]
    }


def test_it_knows_the_refusals(sandbox, client):
    with pytest.raises(WeChatClientException) as refused:
        client.tag.create("多一个汉字就太长了不行")
    assert refused.value.errcode == 45158

    sandbox.fault("cgi-bin/tags/get", errcode=45009)
    with pytest.raises(APILimitedException):
        client.tag.get()


def test_it_exchanges_codes(sandbox):
    oauth = WeChatOAuth(sandbox.appid, sandbox.secret, "http://127.0.0.1:8000/")
    oauth.API_BASE_URL = f"{sandbox.url}/"

    with oauth._http, pytest.raises(WeChatOAuthException) as refused:
        oauth.fetch_access_token("made-up")

    assert refused.value.errcode == 40029
