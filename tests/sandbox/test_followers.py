"""§3: followers, their details, remarks and the blacklist."""

import pytest


def test_followers_come_in_pages_and_the_last_one_is_empty(api, sandbox):
    """ "The last page still returns next_openid, then an extra empty page without `data`"."""
    sandbox.do("seed", followers=10_020)

    first = api.get("user/get")
    second = api.get("user/get", next_openid=first["next_openid"])
    third = api.get("user/get", next_openid=second["next_openid"])

    assert (first["total"], first["count"], len(first["data"]["openid"])) == (
        10_100,
        10_000,
        10_000,
    )
    assert (second["count"], second["next_openid"]) == (100, second["data"]["openid"][-1])
    assert third == {"total": 10_100, "count": 0, "next_openid": ""}
    assert len({*first["data"]["openid"], *second["data"]["openid"]}) == 10_100


def test_who_left_and_came_back_is_last(api, sandbox):
    first, *others = sandbox.openids()
    sandbox.unfollow(first)
    assert api.get("user/get")["data"]["openid"] == others
    sandbox.follow(first)

    assert api.get("user/get")["data"]["openid"] == [*others, first]


def test_details_name_nobody(api, sandbox):
    """ "Nickname, headimgurl, sex, area are no longer returned"."""
    openid = sandbox.openids()[0]

    told = api.get("user/info", openid=openid, lang="zh_CN")

    assert (told["subscribe"], told["openid"]) == (1, openid)
    assert (told["nickname"], told["headimgurl"], told["sex"], told["city"]) == ("", "", 0, "")
    assert told["subscribe_scene"] == "ADD_SCENE_SEARCH"
    assert isinstance(told["tagid_list"], list)


def test_details_of_somebody_who_does_not_follow(api, sandbox):
    openid = sandbox.openids(following=False)[0]

    told = api.get("user/info", openid=openid)

    assert (told["subscribe"], told["openid"]) == (0, openid)
    assert "subscribe_time" not in told


def test_details_of_a_hundred_at_most(api, sandbox):
    sandbox.do("seed", followers=40)
    wanted = [{"openid": openid, "lang": "zh_CN"} for openid in sandbox.openids()]

    told = api.post("user/info/batchget", user_list=wanted[:100])["user_info_list"]

    assert [each["openid"] for each in told] == [each["openid"] for each in wanted[:100]]
    assert api.post("user/info/batchget", user_list=wanted[:101])["errcode"] == 40032
    assert api.post("user/info/batchget", user_list=[])["errcode"] == 40032


def test_unknown_openids(api, sandbox):
    """49003: an openid of another account."""
    foreign = sandbox.do("account", appid="wx0000000000000002", secret="b" * 32)["openids"][0]

    assert api.get("user/info", openid="nobody")["errcode"] == 40003
    assert api.get("user/info", openid=foreign)["errcode"] == 49003


@pytest.mark.parametrize(
    ("remark", "errcode"), [("十个汉字刚好三十字节", 0), ("", 0), ("多一个汉字就太长了不行", 40092)]
)
def test_a_remark_has_thirty_bytes(api, sandbox, remark, errcode):
    """ "the server counts bytes: >10 汉字 (30 bytes) -> 40092"."""
    openid = sandbox.openids()[0]

    assert api.post("user/info/updateremark", openid=openid, remark=remark)["errcode"] == errcode
    kept = api.get("user/info", openid=openid)["remark"]
    assert kept == (remark if errcode == 0 else "")


def test_twenty_are_blocked_at_once(api, sandbox):
    """blacklist >20 -> 40032"""
    openids = sandbox.openids()

    assert api.post("tags/members/batchblacklist", openid_list=openids[:21])["errcode"] == 40032
    assert api.post("tags/members/batchblacklist", openid_list=openids[:20])["errcode"] == 0
    assert api.post("tags/members/batchunblacklist", openid_list=openids[:19])["errcode"] == 0

    page = api.post("tags/members/getblacklist", begin_openid="")
    assert (page["total"], page["data"]["openid"]) == (1, openids[19:20])
    behind = api.post("tags/members/getblacklist", begin_openid=page["next_openid"])
    assert "data" not in behind


@pytest.mark.parametrize(("given", "errcode"), [("one", 40031), ([], 40032), (["nobody"], 40003)])
def test_lists_that_are_none(api, given, errcode):
    assert api.post("tags/members/batchblacklist", openid_list=given)["errcode"] == errcode
