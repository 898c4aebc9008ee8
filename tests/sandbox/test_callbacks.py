"""§4: what WeChat posts, how it is sealed, and how often."""

import pytest
import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from tests.sandbox.process import Refused
from tests.sandbox.receiver import receiving

TOKEN, KEY = "sandboxtoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def configure(sandbox, receiver):
    def configure(mode: str = "safe") -> None:
        sandbox.do("callbacks/set", between_tries=0.05)
        sandbox.server(url=receiver.url, token=TOKEN, aes_key=KEY, mode=mode)

    return configure


def opened(sandbox, post) -> dict:
    """A sealed message, read by wechatpy."""
    query, body = post
    crypto = WeChatCrypto(TOKEN, KEY, sandbox.appid)
    numbers = query["msg_signature"], query["timestamp"], query["nonce"]
    return xmltodict.parse(crypto.decrypt_message(body, *numbers))["xml"]


def test_an_address_that_sends_no_echo_is_not_taken(sandbox, receiver, configure):
    receiver.echoes = False

    with pytest.raises(Refused, match="token"):
        configure()
    sandbox.follow(sandbox.openids(following=False)[0])

    assert sandbox.delivered() == []


@pytest.mark.parametrize("url", ["https://example.com/wx", "http://10.0.0.1/", "ftp://127.0.0.1/"])
def test_only_the_loopback_is_called(sandbox, url):
    with pytest.raises(Refused):
        sandbox.server(url=url, token=TOKEN, aes_key=KEY, verify=False)


def test_no_answer_leads_elsewhere(sandbox, receiver, configure):
    configure()
    receiver.leads_to, receiver.statuses = f"{receiver.url}?echostr=1", [302] * 3
    before = receiver.asked

    sandbox.follow(sandbox.openids(following=False)[0])

    assert [each["status"] for each in sandbox.delivered()[0]["tries"]] == [302] * 3
    assert receiver.asked == before


def test_safe_mode_tells_nothing_in_the_open(sandbox, receiver, configure):
    configure("safe")
    openid = sandbox.openids(following=False)[0]

    sandbox.follow(openid)
    sandbox.delivered()

    ((query, body),) = receiver.posts
    check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
    assert query["encrypt_type"] == "aes"
    assert set(xmltodict.parse(body)["xml"]) == {"ToUserName", "Encrypt"}
    told = opened(sandbox, (query, body))
    assert (told["MsgType"], told["Event"], told["EventKey"]) == ("event", "subscribe", None)
    assert (told["FromUserName"], told["ToUserName"][:3]) == (openid, "gh_")


def test_compatible_mode_tells_both(sandbox, receiver, configure):
    configure("compatible")

    sandbox.unfollow(sandbox.openids()[0])
    sandbox.delivered()

    ((query, body),) = receiver.posts
    assert xmltodict.parse(body)["xml"]["Event"] == "unsubscribe"
    assert opened(sandbox, (query, body))["Event"] == "unsubscribe"


def test_plain_mode_seals_nothing(sandbox, receiver, configure):
    configure("plain")

    sandbox.say(sandbox.openids()[0], "你好]]>&<b>")
    sandbox.delivered()

    ((query, body),) = receiver.posts
    check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
    assert "encrypt_type" not in query
    told = xmltodict.parse(body)["xml"]
    assert (told["MsgType"], told["Content"]) == ("text", "你好]]>&<b>")
    assert told["MsgId"].isdecimal()


def test_a_scan_tells_the_scene(sandbox, api, receiver, configure):
    """a non-follower -> subscribe + `qrscene_<scene_str>`; a follower -> SCAN + `<scene_str>`."""
    configure()
    code = {"scene": {"scene_str": "b_abc"}}
    made = api.post("qrcode/create", action_name="QR_LIMIT_STR_SCENE", action_info=code)
    newcomer = sandbox.openids(following=False)[0]

    sandbox.scan(newcomer, "b_abc")
    sandbox.delivered()
    sandbox.scan(newcomer, "b_abc")
    sandbox.delivered()

    first, second = (opened(sandbox, post) for post in receiver.posts)
    assert (first["Event"], first["EventKey"]) == ("subscribe", "qrscene_b_abc")
    assert (second["Event"], second["EventKey"]) == ("SCAN", "b_abc")
    assert first["Ticket"] == second["Ticket"] == made["ticket"]
    told = api.get("user/info", openid=newcomer)
    assert (told["qr_scene_str"], told["subscribe_scene"]) == ("b_abc", "ADD_SCENE_QR_CODE")


def test_who_does_not_answer_is_asked_three_times(sandbox, receiver, configure):
    """ "dropped and retried, 3 attempts in all"; "retries reuse the parameters"."""
    configure()
    receiver.drops = 5

    sandbox.follow(sandbox.openids(following=False)[0])
    (told,) = sandbox.delivered()

    assert [each["status"] for each in told["tries"]] == [None, None, None]
    assert len(receiver.posts) == 3
    assert receiver.posts[0] == receiver.posts[1] == receiver.posts[2]


def test_who_answers_at_last_is_asked_no_more(sandbox, receiver, configure):
    configure()
    receiver.statuses = [500]

    sandbox.follow(sandbox.openids(following=False)[0])
    (told,) = sandbox.delivered()

    assert [each["status"] for each in told["tries"]] == [500, 200]


@pytest.mark.parametrize(("answer", "told"), [('{"ok": true}', 1), ("success", 0), ("", 0)])
def test_who_wrote_is_told_of_an_answer_that_is_none(sandbox, receiver, configure, answer, told):
    """ "JSON and other bodies trigger that too": 该公众号暂时无法提供服务."""
    configure()
    receiver.answer = answer
    openid = sandbox.openids()[0]

    sandbox.say(openid, "在吗")
    (delivery,) = sandbox.delivered()

    assert [each["proper"] for each in delivery["tries"]] == [not told]
    lines = [line for each in sandbox.inbox(openid) for line in each["lines"]]
    assert lines == ["该公众号暂时无法提供服务，请稍后再试"] * told


def test_callbacks_come_twice_and_in_any_order(sandbox, receiver, configure):
    configure()
    openids = sandbox.openids(following=False)[:20]
    sandbox.do("callbacks/set", hold=True, copies=2)
    for openid in openids:
        sandbox.follow(openid)
    assert receiver.posts == []

    assert sandbox.do("callbacks/set", release=True, shuffle=True) == {"sent": 40}
    sandbox.delivered()

    came = [opened(sandbox, post)["FromUserName"] for post in receiver.posts]
    assert sorted(came) == sorted(openids * 2)
    assert list(dict.fromkeys(came)) != openids


def test_any_event_can_be_posted(sandbox, receiver, configure):
    configure()
    fields = {"Event": "user_authorization_revoke", "OpenID": "x", "RevokeInfo": "1"}

    sandbox.do("event", openid=sandbox.openids()[0], fields=fields)
    sandbox.delivered()

    assert opened(sandbox, receiver.posts[0])["Event"] == "user_authorization_revoke"


def test_nothing_is_posted_without_an_address(sandbox):
    sandbox.follow(sandbox.openids(following=False)[0])

    assert sandbox.delivered() == []
