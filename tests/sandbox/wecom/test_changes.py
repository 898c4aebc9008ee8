"""§8.6: what WeCom posts, how it is sealed, and how often."""

import pytest
import xmltodict
from wechatpy.enterprise.crypto import WeChatCrypto

from haina.sandbox.wecom import seeds
from tests.sandbox.process import Refused
from tests.sandbox.receiver import receiving
from tests.sandbox.wecom.api import Corp

TOKEN, KEY = "sandboxtoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.fixture
def receiver():
    """An address that opens the echo as WeCom's documentation says."""
    with receiving() as receiver:
        receiver.crypto = WeChatCrypto(TOKEN, KEY, seeds.CORPID)
        yield receiver


@pytest.fixture
def configured(sandbox, receiver):
    sandbox.do("callbacks/set", between_tries=0.05)
    sandbox.do("wecom/server", url=receiver.url, token=TOKEN, aes_key=KEY)
    return receiver


def opened(post, receiver_id: str = seeds.CORPID) -> dict:
    """A sealed message, read by wechatpy."""
    query, body = post
    numbers = query["msg_signature"], query["timestamp"], query["nonce"]
    crypto = WeChatCrypto(TOKEN, KEY, receiver_id)
    return xmltodict.parse(crypto.decrypt_message(body, *numbers))["xml"]


def happens(sandbox, act: str, **given) -> dict:
    return sandbox.do("wecom/console", act=act, **{"with": given})


def test_an_address_that_does_not_open_the_echo_is_not_taken(sandbox, receiver):
    receiver.crypto = None

    with pytest.raises(Refused, match="echostr"):
        sandbox.do("wecom/server", url=receiver.url, token=TOKEN, aes_key=KEY)


@pytest.mark.parametrize(
    "given", [{"url": "http://10.0.0.1/"}, {"aes_key": "short"}, {"token": "-"}]
)
def test_what_no_configuration_may_be(sandbox, receiver, given):
    right = {"url": receiver.url, "token": TOKEN, "aes_key": KEY}
    with pytest.raises(Refused):
        sandbox.do("wecom/server", **{**right, **given}, verify=False)


def test_what_is_done_in_the_console_is_told(sandbox, configured):
    given = {"userid": "lin", "name": "林", "mobile": "13800000001"}
    happens(sandbox, "user/create", department=[2, 3], **given)
    sandbox.delivered()
    happens(sandbox, "user/update", userid="lin", department=[4])
    sandbox.delivered()
    happens(sandbox, "user/delete", userid="lin")
    sandbox.delivered()

    told = [opened(post) for post in configured.posts]

    head = {each: told[0][each] for each in ("ToUserName", "FromUserName", "MsgType", "Event")}
    assert head == {
        "ToUserName": seeds.CORPID,
        "FromUserName": "sys",
        "MsgType": "event",
        "Event": "change_contact",
    }
    short = [(each["ChangeType"], each["UserID"], each.get("Department")) for each in told]
    assert short == [
        ("create_user", "lin", "2,3"),
        ("update_user", "lin", "4"),
        ("delete_user", "lin", None),
    ]
    assert "13800000001" not in str(told)


def test_departments_are_told_too(sandbox, configured):
    made = happens(sandbox, "department/create", name="保洁部", parentid=1)["id"]
    sandbox.delivered()
    happens(sandbox, "department/update", id=made, parentid=2)
    sandbox.delivered()
    happens(sandbox, "department/delete", id=made)
    sandbox.delivered()

    told = [opened(post) for post in configured.posts]

    short = [(each["ChangeType"], int(each["Id"]), each.get("ParentId")) for each in told]
    assert short == [
        ("create_party", made, "1"),
        ("update_party", made, "2"),
        ("delete_party", made, None),
    ]


def test_a_new_userid_is_told(sandbox, configured, sync):
    made = happens(sandbox, "user/create", name="林", department=[1], mobile="13800000001")
    happens(sandbox, "user/update", new_userid="lin", **made)
    sandbox.delivered()

    changed = [opened(post) for post in configured.posts]
    (told,) = [each for each in changed if each["ChangeType"] == "update_user"]
    assert (told["UserID"], told["NewUserID"]) == (made["userid"], "lin")


def test_what_the_sync_secret_does_is_not_told(sandbox, configured, sync):
    """It knows already."""
    assert sync.create("lin") == 0

    assert sandbox.delivered() == []


def test_nothing_in_the_open(configured, sandbox):
    happens(sandbox, "user/delete", userid="staff00002")
    sandbox.delivered()

    ((query, body),) = configured.posts
    assert set(query) == {"msg_signature", "timestamp", "nonce"}
    assert set(xmltodict.parse(body)["xml"]) == {"ToUserName", "AgentID", "Encrypt"}
    assert "staff00002" not in body


def test_it_comes_again_and_twice_and_shuffled(sandbox, configured):
    """5 s, 3 retries."""
    configured.statuses = [500]
    happens(sandbox, "user/delete", userid="staff00002")
    (told,) = sandbox.delivered()
    assert [each["status"] for each in told["tries"]] == [500, 200]
    assert told["change"] == "delete_user"

    sandbox.do("callbacks/set", hold=True, copies=2)
    for number in range(3, 13):
        happens(sandbox, "user/delete", userid=f"staff{number:05d}")
    assert sandbox.do("callbacks/set", release=True, shuffle=True) == {"sent": 20}
    sandbox.delivered()

    came = [opened(post)["UserID"] for post in configured.posts[2:]]
    assert len(came) == 20
    assert list(dict.fromkeys(came)) != sorted(set(came))


def test_any_event_can_be_posted(sandbox, configured):
    sandbox.do("wecom/event", fields={"Event": "change_contact", "ChangeType": "update_tag"})
    sandbox.delivered()

    assert opened(configured.posts[0])["ChangeType"] == "update_tag"


def test_the_console_keeps_to_the_rules(sandbox):
    with pytest.raises(Refused, match="60104"):
        happens(
            sandbox, "user/create", name="林", department=[1], mobile="19900000001", userid="lin"
        )
    with pytest.raises(Refused, match="301005"):
        happens(sandbox, "user/delete", userid="staff00001")


def test_a_corp_hears_of_itself_alone(sandbox, configured):
    happens(sandbox, "user/delete", userid="staff00002")
    sandbox.do(
        "wecom/console",
        corpid=seeds.OTHER_CORPID,
        act="user/delete",
        **{"with": {"userid": "staff00002"}},
    )
    assert len(sandbox.delivered()) == 1

    other = Corp(sandbox, seeds.SYNC_SECRET[:-1] + "2", seeds.OTHER_CORPID)
    assert len(other.post("user/list_id")["dept_user"]) == 11
