"""The gateway against the sandbox: what it asks, what it makes of the answers, what it raises."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from haina.sandbox import seeds
from haina.wechat import errors
from haina.wechat.errors import UNREACHABLE
from haina.wechat.messages import examples_of, fill
from haina.wechat.models import Template
from haina.wechat.official import official


@pytest.fixture
def wechat(demo):
    return official(demo)


@pytest.fixture
def nobody_follows(sandbox):
    sandbox.reset(empty=True)
    return sandbox


def test_a_check_says_nothing_when_all_is_well(wechat):
    assert wechat.check() is None


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"app_id": "wx00000000deadbeef"}, 40013), ({"secret": "not-the-secret"}, 40125)],
)
def test_a_check_finds_what_was_entered_wrong(demo, wrong, code):
    for name, value in wrong.items():
        setattr(demo, name, value)

    with pytest.raises(errors.AccountRefused) as error:
        official(demo).check()

    assert error.value.code == code


def test_a_check_names_the_address_for_the_whitelist(sandbox, wechat):
    sandbox.do("account", appid=sandbox.appid, allowed_ips=["203.0.113.7"])

    with pytest.raises(errors.AccountRefused) as error:
        wechat.check()

    assert (error.value.code, error.value.detail) == (40164, "127.0.0.1")
    assert "127.0.0.1" in str(error.value)


def test_a_check_finds_that_the_account_is_not_verified(sandbox, wechat):
    sandbox.do("account", appid=sandbox.appid, verified=False)

    with pytest.raises(errors.AccountRefused) as error:
        wechat.check()

    assert error.value.code == 48001


def test_followers_come_page_by_page(sandbox, wechat):
    sandbox.do("seed", followers=10_020)

    first = wechat.followers()
    second = wechat.followers(first.next)
    third = wechat.followers(second.next)

    assert (first.total, len(first.openids), len(second.openids)) == (10_100, 10_000, 100)
    assert first.openids + second.openids == sandbox.openids()
    assert (third.total, third.openids, third.next) == (10_100, [], "")


def test_nobody_follows(nobody_follows, wechat):
    assert wechat.followers() == (0, [], "")
    assert wechat.blacklist() == (0, [], "")


def test_details_of_somebody(sandbox, wechat):
    sandbox.reset(empty=True)
    stays, leaves, never = sandbox.openids(following=False)[:3]
    wechat.qr_code("b_invited", 600)
    sandbox.scan(stays, "b_invited")
    sandbox.follow(leaves)
    sandbox.unfollow(leaves)
    wechat.remark(stays, "王师傅")
    tag = wechat.create_tag("业主")
    wechat.tag(tag, [stays])

    told = {each.openid: each for each in wechat.details([stays, leaves, never])}

    here = told[stays]
    assert (here.subscribed, here.remark, here.tag_ids) == (True, "王师傅", (tag,))
    assert (here.scene, here.qr_scene) == ("ADD_SCENE_QR_CODE", "b_invited")
    assert abs(here.subscribed_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert here.unionid
    for openid in (leaves, never):
        gone = told[openid]
        assert (gone.subscribed, gone.subscribed_at, gone.unionid) == (False, None, "")


def test_a_hundred_details_at_most(sandbox, wechat):
    sandbox.do("seed", followers=40)

    assert len(wechat.details(sandbox.openids()[:100])) == 100
    with pytest.raises(errors.BadArgument) as error:
        wechat.details(sandbox.openids()[:101])

    assert error.value.code == 40032


def test_tags_are_made_renamed_and_deleted(wechat):
    before = wechat.tags()
    tag = wechat.create_tag("新来的")
    wechat.rename_tag(tag, "老邻居")

    assert [each for each in wechat.tags() if each not in before] == [(tag, "老邻居", 0)]

    wechat.delete_tag(tag)
    assert wechat.tags() == before


def test_tags_of_wechat_itself_are_left_out(sandbox, wechat):
    openid = sandbox.openids()[0]
    wechat.tag(2, [openid])  # 星标组

    assert not {each.id for each in wechat.tags()} & {0, 1, 2}
    assert 2 not in wechat.details([openid])[0].tag_ids


def test_tags_are_given_and_taken(sandbox, wechat):
    openids = sandbox.openids()[:50]
    tag = wechat.create_tag("楼长")

    wechat.tag(tag, openids)
    wechat.untag(tag, openids[:20])

    assert next(each.count for each in wechat.tags() if each.id == tag) == 30


def test_blocking(sandbox, wechat):
    openids = sandbox.openids()[:20]

    wechat.block(openids)
    wechat.unblock(openids[:5])

    assert wechat.blacklist().openids == openids[5:]


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda wechat, openids: wechat.create_tag("十一个汉字就会超过限度"), 45158),
        (lambda wechat, openids: wechat.create_tag("业主"), 45157),
        (lambda wechat, openids: wechat.rename_tag(9_999, "甲"), 45159),
        (lambda wechat, openids: wechat.delete_tag(2), 45058),
        (lambda wechat, openids: wechat.tag(100, openids[:51]), 40032),
        (lambda wechat, openids: wechat.block(openids[:21]), 40032),
        (lambda wechat, openids: wechat.remark(openids[0], "多一个汉字就太长了不行"), 40092),
    ],
)
def test_what_wechat_does_not_take(sandbox, wechat, act, code):
    with pytest.raises(errors.BadArgument) as error:
        act(wechat, sandbox.openids())

    assert error.value.code == code


def test_an_unknown_openid(wechat):
    with pytest.raises(errors.RecipientGone):
        wechat.remark("nobody", "谁")


def test_a_qr_code(wechat):
    began = timezone.now()

    code = wechat.qr_code("b_" + "x" * 22, 3600)

    assert code.url.startswith("http")
    assert began + timedelta(seconds=3599) <= code.expires_at <= began + timedelta(hours=2)
    assert code.ticket.rstrip("=") in code.picture


def test_templates_are_read_filled_and_sent_once(sandbox, wechat):
    openid = sandbox.openids()[0]
    known = {each.id: each for each in wechat.templates()}
    fields = {"thing1": "community", "number2": "count", "time3": "submitted_at"}
    template = Template(content=known[seeds.REVIEW].content, fields=fields)
    data = fill(template, examples_of(Template.Purpose.REVIEW))

    first = wechat.send(openid, seeds.REVIEW, data, url="https://haina.example/", client_msg_id="1")
    again = wechat.send(openid, seeds.REVIEW, data, client_msg_id="1")

    (arrived,) = sandbox.inbox(openid)
    assert first == again == str(arrived["msgid"])
    assert arrived["values"] == {name: each["value"] for name, each in data.items()}
    assert arrived["url"] == "https://haina.example/"


def test_the_result_that_we_send_is_an_approved_one(sandbox, wechat):
    openid = sandbox.openids()[0]
    known = {each.id: each for each in wechat.templates()}
    fields = {"thing1": "community", "thing2": "room", "const3": "result", "time4": "decided_at"}
    template = Template(content=known[seeds.DECISION].content, fields=fields)

    wechat.send(openid, seeds.DECISION, fill(template, examples_of(Template.Purpose.DECISION)))

    assert sandbox.inbox(openid)[0]["values"]["const3"] == "审核通过"


def test_recipients_that_are_gone(sandbox, wechat):
    blocked, *_others = sandbox.openids()
    wechat.block([blocked])
    never = sandbox.openids(following=False)[0]

    for openid, code in ((blocked, 43019), (never, 43004), ("nobody", 40003)):
        with pytest.raises(errors.RecipientGone) as error:
            wechat.send(openid, seeds.REVIEW, {})
        assert error.value.code == code


def test_a_refused_field_is_named(sandbox, wechat):
    with pytest.raises(errors.AccountRefused) as error:
        wechat.send(sandbox.openids()[0], seeds.REVIEW, {"thing1": {"value": "字" * 21}})

    assert (error.value.code, error.value.detail) == (47003, "thing1")


def test_enough_for_today(sandbox, wechat):
    sandbox.do("account", appid=sandbox.appid, daily_sends=0)
    values = {"thing1": {"value": "a"}, "number2": {"value": "1"}, "time3": {"value": "09:00"}}

    with pytest.raises(errors.LimitReached):
        wechat.send(sandbox.openids()[0], seeds.REVIEW, values)


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ({"drop": True}, errors.Busy, UNREACHABLE),
        ({"status": 502}, errors.Busy, UNREACHABLE),
        ({"status": 200}, errors.Busy, UNREACHABLE),  # with a body that is no JSON
        ({"errcode": -1}, errors.Busy, -1),
        ({"errcode": 45011}, errors.Busy, 45011),
        ({"errcode": 45009}, errors.LimitReached, 45009),
        ({"errcode": 48001}, errors.AccountRefused, 48001),
        ({"errcode": 65301}, errors.WeChatRefused, 65301),
    ],
)
@pytest.mark.parametrize("endpoint", ["stable_token", "tags/get"])
def test_what_goes_wrong_is_told_apart(sandbox, wechat, endpoint, fault, kind, code):
    sandbox.fault(f"cgi-bin/{endpoint}", **fault)

    with pytest.raises(errors.WeChatRefused) as error:
        wechat.tags()

    assert (error.type, error.value.code) == (kind, code)


@pytest.mark.parametrize("endpoint", ["stable_token", "tags/get"])
def test_nobody_waits_for_ever(sandbox, demo, settings, endpoint):
    """Whoever waited for the five seconds would get an answer."""
    settings.WECHAT_TIMEOUT = 1, 0.2
    sandbox.fault(f"cgi-bin/{endpoint}", slow=5, times=1)

    with pytest.raises(errors.Busy):
        official(demo).tags()


def test_an_expired_token_is_renewed(sandbox, wechat):
    wechat.tags()
    sandbox.fault("cgi-bin/tags/get", errcode=42001, times=1)

    assert wechat.tags()
    assert [each["errcode"] for each in sandbox.calls("cgi-bin/tags/get")] == [0, 42001, 0]


@pytest.mark.parametrize(
    ("path", "answer", "ask"),
    [
        ("user/get", {"data": {"openid": ["o1"]}}, lambda wechat: wechat.followers()),
        ("user/get", {"total": "many"}, lambda wechat: wechat.followers()),
        ("tags/get", {}, lambda wechat: wechat.tags()),
        ("tags/get", {"tags": [{"id": None}]}, lambda wechat: wechat.tags()),
        ("tags/get", [], lambda wechat: wechat.tags()),
        ("tags/get", {"errcode": "odd"}, lambda wechat: wechat.tags()),
        ("tags/delete", {}, lambda wechat: wechat.delete_tag(100)),
        ("tags/delete", [], lambda wechat: wechat.delete_tag(100)),
        ("tags/delete", b"done", lambda wechat: wechat.delete_tag(100)),
        ("tags/create", {"errcode": 0}, lambda wechat: wechat.create_tag("甲")),
        ("qrcode/create", {"ticket": "t"}, lambda wechat: wechat.qr_code("s", 60)),
        ("user/info/batchget", {"user_info_list": [{}]}, lambda wechat: wechat.details(["o1"])),
        ("message/template/send", {}, lambda wechat: wechat.send("o1", "t", {})),
        ("template/get_all_private_template", {}, lambda wechat: wechat.templates()),
    ],
)
def test_an_odd_answer_is_none(stand_in, connection, path, answer, ask):
    stand_in.answers[f"/cgi-bin/{path}"] = answer

    with pytest.raises(errors.Busy) as error:
        ask(official(connection))

    assert error.value.code == UNREACHABLE
