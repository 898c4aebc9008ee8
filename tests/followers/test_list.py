"""微信关注用户: whom the list shows, how they are called, what it counts and finds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from followers.models import Follower
from haina.lib.sealed import seal
from tests import make

HTMX = {"HX-Request": "true"}


def page(response):
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def texts(tree, path) -> list[str]:
    return [" ".join(each.text_content().split()) for each in tree.xpath(path)]


def names(response) -> list[str]:
    return texts(page(response), "//span[@class='follower-name']")


def groups(response) -> list[str]:
    tree = page(response)
    parts = [texts(tree, f"//span[@class='group-{part}']") for part in ("name", "number")]
    return [" ".join(each) for each in zip(*parts, strict=True)]


def test_the_heading_and_the_side_list_are_the_guides(sign_in, creator, four, url):
    response = sign_in(creator).get(url("list"))

    assert texts(page(response), "//h2[@id='followers-title']") == ["全部用户 共4人"]
    assert groups(response) == ["全部用户 4", "星标用户 1", "黑名单 0", "业主 1", "租客 0"]
    assert "请输入用户昵称进行搜索" in response.content.decode()


def test_followers_come_newest_first_under_their_names(sign_in, creator, four, url):
    response = sign_in(creator).get(url("list"))

    assert names(response) == ["鲁宁", "j4ck", "李海", "微信用户wxyz"]
    assert texts(page(response), "//span[@class='follower-tags']") == [
        "无标签",
        "无标签",
        "业主",
        "无标签",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"starred": "yes"}, ["李海"]),
        ({"bound": "yes"}, []),
        ({"bound": "no"}, ["鲁宁", "j4ck", "李海", "微信用户wxyz"]),
        ({"scene": "ADD_SCENE_QR_CODE"}, ["j4ck"]),
        ({"scene": "nonsense"}, []),
        ({"tag": "99999999"}, []),
        ({"since": "tomorrow"}, []),
        ({"gone": "yes"}, []),
        ({"q": "鲁"}, ["鲁宁"]),
        ({"q": "J4C"}, ["j4ck"]),
        ({"q": "wxyz"}, ["微信用户wxyz"]),
        ({"q": "微信用户wxyz"}, ["微信用户wxyz"]),
        ({"q": "oNobodyKnowsThisOne00000wxyz"}, ["微信用户wxyz"]),
        ({"q": "00wxyz"}, []),
        ({"q": "%"}, []),
        ({"until": "2001-01-01"}, []),
        ({"since": "2001-01-01", "starred": "yes"}, ["李海"]),
        ({"after": "nonsense"}, ["鲁宁", "j4ck", "李海", "微信用户wxyz"]),
        ({"before": "99999999999999999999.1"}, ["鲁宁", "j4ck", "李海", "微信用户wxyz"]),
    ],
)
def test_the_list_filters_and_finds(sign_in, creator, four, url, query, found):
    assert names(sign_in(creator).get(url("list", **query))) == found


def test_a_tag_shows_its_followers(sign_in, creator, four, tags, url):
    client = sign_in(creator)

    assert names(client.get(url("list", tag=tags["业主"].pk))) == ["李海"]
    assert names(client.get(url("list", tag=tags["租客"].pk))) == []


def test_the_blacklist_and_who_left_are_lists_of_their_own(sign_in, creator, four, tags, url):
    Follower.objects.filter(pk=four["鲁宁"].pk).update(blocked=True)
    Follower.objects.filter(pk=four["李海"].pk).update(subscribed=False)
    client = sign_in(creator)

    assert names(client.get(url("list"))) == ["j4ck", "微信用户wxyz"]
    assert names(client.get(url("list", blocked="yes"))) == ["鲁宁"]
    assert names(client.get(url("list", gone="yes"))) == ["李海"]
    assert names(client.get(url("list", gone="yes", tag=tags["业主"].pk))) == ["李海"]
    assert groups(client.get(url("list")))[:3] == ["全部用户 2", "星标用户 0", "黑名单 1"]


def test_a_date_that_cannot_be_read_is_told(sign_in, creator, four, url):
    client = sign_in(creator)

    assert "日期格式不正确" in client.get(url("list", since="tomorrow")).content.decode()
    wrong = client.get(url("list", since="2020-01-02", until="2020-01-01")).content.decode()
    assert "结束日期早于开始日期" in wrong


def test_a_search_leads_to_an_address_without_what_was_searched_for(sign_in, creator, four, url):
    client = sign_in(creator)

    response = client.post(url("search"), {"q": "鲁宁", "starred": ""})

    assert response.status_code == 302
    assert "鲁" not in response.url
    assert "s=" in response.url
    assert names(client.get(response.url)) == ["鲁宁"]


def test_htmx_gets_the_rows_and_what_stands_around_them(sign_in, creator, four, url):
    text = sign_in(creator).get(url("list"), headers=HTMX).content.decode()

    assert "<html" not in text
    assert "HX-Request" in sign_in(creator).get(url("list")).headers["Vary"]
    for part in ("groups", "followers-title", "live", "sync"):
        assert f'id="{part}"' in text


def test_a_stranger_sees_nobody(sign_in, stranger, four, url):
    make.follower(stranger.account, remark="别家的")

    assert sign_in(stranger).get(url("list")).status_code == 404
    assert "鲁宁" not in sign_in(stranger).get("/other/followers/").content.decode()


def test_who_may_only_look_is_offered_no_act(sign_in, viewer, four, url):
    text = sign_in(viewer).get(url("list")).content.decode()

    assert "鲁宁" in text
    for act in ("修改备注", "打标签", "新建标签", "加入黑名单", 'name="pk"'):
        assert act not in text


def test_an_account_without_wechat_is_told_where_to_connect_it(sign_in, creator, viewer, url):
    text = sign_in(creator).get(url("list")).content.decode()
    assert "请到“设置管理 → 公众号设置”" in text
    assert 'href="/fengniao/wechat/"' in text
    assert "请联系管理员" in sign_in(viewer).get(url("list")).content.decode()


def test_a_connected_account_without_followers_says_so(sign_in, creator, connected, url):
    assert "还没有微信关注用户" in sign_in(creator).get(url("list")).content.decode()


def test_nothing_found_leads_back_to_everybody(sign_in, creator, four, url):
    response = sign_in(creator).get(url("list", s=seal("无此人")))

    assert "没有找到符合条件的用户" in response.content.decode()
    assert texts(page(response), "//h2[@id='followers-title']") == ["符合条件的用户 共0人"]


def test_what_stays_here_only_and_what_waits_is_marked(sign_in, creator, account, connected, url):
    make.follower(account, remark="这个备注太长了微信不会接受的", to_push=True)
    make.follower(account, remark="拒绝", to_push=True, push_fault=49003)
    make.tag(account, "十一个汉字的标签名称啊")

    text = sign_in(creator).get(url("list")).content.decode()

    assert text.count("仅本地") == 2
    assert text.count("待同步") == 1
    assert "未同步：用户不属于这个公众号。" in text


def test_the_list_costs_as_many_queries_for_one_as_for_many(sign_in, creator, community, url):
    account = community.account
    client = sign_in(creator)

    def add(number):
        tag = make.tag(account, f"标签{number}")
        follower = make.follower(account, tag_ids=[tag.pk])
        make.bound(make.resident(community, f"A 1 {number}"), follower)

    def queries(**query):
        with CaptureQueriesContext(connection) as context:
            client.get(url("list", **query))
        return len(context)

    add(101)
    asked = ({}, {"bound": "yes"}, {"s": seal("微信")})
    before = [queries(**query) for query in asked]
    for number in range(102, 105):
        add(number)

    assert [queries(**query) for query in asked] == before


def test_an_empty_search_tells_of_a_match_in_the_blacklist(sign_in, creator, account, four, url):
    make.follower(account, remark="王五", blocked=True)
    client = sign_in(creator)

    found = client.get(url("list", q="王五"))

    assert names(found) == []
    (link,) = page(found).xpath("//a[.='查看黑名单']/@href")
    assert names(client.get(link)) == ["王五"]
    assert "查看黑名单" not in client.get(url("list", q="赵六")).content.decode()
    assert (
        "查看黑名单"
        not in client.get(url("list", starred="yes", scene="ADD_SCENE_PAID")).content.decode()
    )


def test_the_blacklist_tells_nothing_that_the_rights_hide(
    sign_in, creator, viewer, account, community, four, url
):
    resident = make.resident(community, name="王五")
    make.bound(resident, make.follower(account, blocked=True))

    assert "查看黑名单" in sign_in(creator).get(url("list", q="王五")).content.decode()
    assert "查看黑名单" not in sign_in(viewer).get(url("list", q="王五")).content.decode()


def test_the_button_to_synchronise_comes_with_the_connection(sign_in, creator, account, url):
    client = sign_in(creator)
    button = "//*[@id='sync-button']//button"
    assert page(client.get(url("list"))).xpath(button) == []

    make.wechat(account, connected_at=timezone.now())
    answer = page(client.get(url("list"), headers=HTMX))

    assert answer.xpath("//*[@id='sync-button']/@hx-swap-oob") == ["true"]
    assert len(answer.xpath(button)) == 1
