"""§3: tags, their names, their number, and who carries them."""

import pytest


@pytest.fixture(autouse=True)
def no_tags(sandbox):
    sandbox.reset(empty=True)


@pytest.fixture
def create(api):
    return lambda name: api.post("tags/create", tag={"name": name})


@pytest.fixture
def openids(sandbox):
    sandbox.do("seed", followers=60)
    return sandbox.openids()


def test_a_tag_is_made_renamed_and_removed(api, create):
    tag = create("业主")["tag"]

    assert tag == {"id": tag["id"], "name": "业主"}
    assert create("业主")["errcode"] == 45157
    assert api.post("tags/update", tag={"id": tag["id"], "name": "住户"})["errcode"] == 0
    shown = {each["id"]: each["name"] for each in api.get("tags/get")["tags"]}
    assert shown == {2: "星标组", tag["id"]: "住户"}
    assert api.post("tags/delete", tag={"id": tag["id"]})["errcode"] == 0
    assert [each["id"] for each in api.get("tags/get")["tags"]] == [2]


@pytest.mark.parametrize(
    ("name", "errcode"),
    [("十个汉字刚好三十字节", 0), ("多一个汉字就太长了不行", 45158), (" ", 45157)],
)
def test_a_name_has_thirty_bytes(create, name, errcode):
    assert create(name).get("errcode", 0) == errcode


def test_there_are_a_hundred_at_most(create):
    for number in range(100):
        assert "tag" in create(f"标签{number}")

    assert create("多的")["errcode"] == 45056


@pytest.mark.parametrize(("tag", "errcode"), [(0, 45058), (1, 45058), (2, 45058), (999, 45159)])
def test_tags_that_cannot_be_changed(api, tag, errcode):
    assert api.post("tags/update", tag={"id": tag, "name": "新名"})["errcode"] == errcode
    assert api.post("tags/delete", tag={"id": tag})["errcode"] == errcode


def test_fifty_are_tagged_at_once(api, create, openids):
    tag = create("业主")["tag"]["id"]

    def give(some):
        return api.post("tags/members/batchtagging", tagid=tag, openid_list=some)["errcode"]

    assert give(openids[:51]) == 40032
    assert give(openids[:50]) == 0
    assert give(openids[40:60]) == 0
    page = api.post("user/tag/get", tagid=tag, next_openid="")
    assert (page["count"], page["data"]["openid"]) == (60, openids)
    assert {each["count"] for each in api.get("tags/get")["tags"] if each["id"] == tag} == {60}


def test_a_tag_is_taken_away(api, create, openids):
    tag = create("业主")["tag"]["id"]
    api.post("tags/members/batchtagging", tagid=tag, openid_list=openids[:2])

    api.post("tags/members/batchuntagging", tagid=tag, openid_list=openids[:1])

    of_each = [api.post("tags/getidlist", openid=openid)["tagid_list"] for openid in openids[:2]]
    assert of_each == [[], [tag]]


def test_one_bad_openid_and_nobody_is_tagged(api, create, openids):
    tag = create("业主")["tag"]["id"]

    told = api.post("tags/members/batchtagging", tagid=tag, openid_list=[openids[0], "nobody"])

    assert told["errcode"] == 40003
    assert api.post("user/tag/get", tagid=tag)["count"] == 0
    unknown = api.post("tags/members/batchtagging", tagid=999, openid_list=openids[:1])
    assert unknown["errcode"] == 45159


def test_a_person_carries_twenty(api, create, openids):
    tags = [create(f"标签{number}")["tag"]["id"] for number in range(21)]
    given = [
        api.post("tags/members/batchtagging", tagid=tag, openid_list=openids[:1])["errcode"]
        for tag in tags
    ]

    assert given == [0] * 20 + [45059]
    assert api.post("tags/getidlist", openid=openids[0])["tagid_list"] == tags[:20]


def test_a_tag_that_goes_is_carried_by_nobody(api, create, openids):
    tag = create("业主")["tag"]["id"]
    api.post("tags/members/batchtagging", tagid=tag, openid_list=openids[:1])

    api.post("tags/delete", tag={"id": tag})

    assert api.get("user/info", openid=openids[0])["tagid_list"] == []
