"""住户信息: what the list shows, finds, sorts and opens."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from communities import tree
from communities.models import BuildingNode
from haina.accounts.audit import Actor
from tests import make

HTMX = {"HX-Request": "true"}


def shown(response, *columns):
    """The texts of some columns of the table, row by row, as a person reads them."""
    assert response.status_code == 200
    table = html.fromstring(response.content.decode())
    rows = table.xpath("//table/tbody/tr")
    return [
        tuple(
            " ".join(row.xpath(f"string(td[contains(@class, 'col-{column}')])").split())
            for column in columns
        )
        for row in rows
    ]


def test_list_comes_out_as_the_guide_prints_it(sign_in, creator, four, url):
    response = sign_in(creator).get(url("list"))

    columns = ("name", "gender", "identity", "phone", "address")
    rows = [(*row[:3], row[3].split()[0], row[4]) for row in shown(response, *columns)]
    assert rows == [
        ("刘六", "男", "限期租客", "181*****26", "B 1 102"),
        ("王五", "男", "长期租客", "136*****31", "B 1 101"),
        ("李四", "女", "家属", "136*****30", "A 1 102"),
        ("张三", "男", "业主", "189*****21", "A 1 101"),
    ]


def test_list_says_who_is_not_verified_and_what_that_means(sign_in, creator, four, url):
    response = sign_in(creator).get(url("list"))

    assert shown(response, "verification") == [("未认证",)] * 4
    assert (
        "该标识为信息导入成功，业主未认证状态，需要业主本人在手机端认证，即可自动通过。"
        in response.content.decode()
    )


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "李"}, ["李四"]),
        ({"q": "8126"}, ["刘六"]),
        ({"q": "８１２６"}, ["刘六"]),
        ({"q": "18124768126"}, ["刘六"]),
        ({"q": "+86 181 2476 8126"}, ["刘六"]),
        ({"q": "126"}, []),
        ({"q": "24768126"}, []),
        ({"q": "%"}, []),
        ({"q": "\u200b"}, ["刘六", "王五", "李四", "张三"]),
        ({"verification": "verified"}, []),
        ({"verification": "unverified", "q": "四"}, ["李四"]),
        ({"verification": "nonsense"}, ["刘六", "王五", "李四", "张三"]),
        ({"sort": "name"}, ["李四", "刘六", "王五", "张三"]),
        ({"sort": "-name"}, ["张三", "王五", "刘六", "李四"]),
        ({"sort": "gender"}, ["李四", "刘六", "王五", "张三"]),
        ({"sort": "identity"}, ["张三", "李四", "王五", "刘六"]),
        ({"sort": "-identity"}, ["刘六", "王五", "李四", "张三"]),
        ({"sort": "phone"}, ["刘六", "王五", "李四", "张三"]),
        ({"page": "99"}, ["刘六", "王五", "李四", "张三"]),
    ],
)
def test_list_finds_and_sorts(sign_in, creator, four, url, query, names):
    response = sign_in(creator).get(url("list", **query))

    assert [name for (name,) in shown(response, "name")] == names


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("B", ["刘六", "王五"]),
        ("A 1", ["李四", "张三"]),
        ("A 1 101", ["张三"]),
    ],
)
def test_a_node_shows_who_lives_below_it(sign_in, creator, four, url, address, names):
    node = BuildingNode.objects.get(address=address)

    response = sign_in(creator).get(url("list", node=node.pk))

    assert [name for (name,) in shown(response, "name")] == names


def test_the_tree_has_the_guides_head_counts(sign_in, creator, four, url):
    response = sign_in(creator).get(url("list"))

    text = " ".join(html.fromstring(response.content).xpath("string(//*[@id='tree'])").split())
    assert "腾讯小区 (4人)" in text
    assert "A (2人)" in text
    assert "102 (1人)" in text


def test_list_is_a_fragment_for_htmx_and_a_page_for_history(sign_in, creator, four, url):
    client = sign_in(creator)

    fragment = client.get(url("list"), headers=HTMX)
    restored = client.get(url("list"), headers=HTMX | {"HX-History-Restore-Request": "true"})

    assert b"<html" not in fragment.content
    assert b"<html" in restored.content
    assert "HX-Request" in fragment.headers["Vary"]
    assert shown(fragment, "name") == shown(restored, "name")


def test_the_first_community_by_name_is_the_default(sign_in, creator, account, four, url):
    make.resident(make.community(account, "阿里小区"), name="赵一")

    response = sign_in(creator).get(url("list"))

    assert shown(response, "name") == [("赵一",)]


@pytest.mark.parametrize("query", ["community=999999", "community=x", "community=%2b1"])
def test_what_is_not_there_is_404(sign_in, creator, four, url, query):
    assert sign_in(creator).get(f"{url('list')}?{query}").status_code == 404


def test_communities_and_nodes_out_of_reach_are_404(sign_in, operator, account, four, url):
    other = make.community(account, "滨海小区")
    resident = make.resident(other, name="外人")
    client = sign_in(operator)

    assert client.get(url("list", community=other.pk)).status_code == 404
    assert client.get(url("tree_children", other.pk, resident.room_id)).status_code == 404


def test_a_node_that_is_gone_or_foreign_gives_the_whole_list_and_says_so(
    sign_in, operator, account, four, url
):
    foreign = make.resident(make.community(account, "滨海小区"), name="外人").room_id
    client = sign_in(operator)

    for node in (foreign, 999_999, "x", "9" * 30):
        for query in ({}, {"community": four["张三"].community_id}):
            response = client.get(url("list", node=node, **query))
            assert len(shown(response, "name")) == 4
            assert "原来的楼栋或房间已不存在" in response.content.decode()
    assert "原来的楼栋" not in client.get(url("list")).content.decode()


@pytest.mark.parametrize(
    ("page", "number"), [("-1", 1), ("0", 1), ("x", 1), ("1.5", 1), ("2", 2), ("99", 2)]
)
def test_nonsense_pages_are_the_first(sign_in, creator, community, url, page, number):
    for room in range(21):
        make.resident(community, f"A 1 {room}")

    assert sign_in(creator).get(url("list", page=page)).context["table"].page.number == number


def test_adding_by_hand_and_importing_stand_in_the_menu_of_the_button(sign_in, creator, four, url):
    page = html.fromstring(sign_in(creator).get(url("list")).content.decode())

    button = page.xpath("//*[@id='list-actions']/button")[0]
    menu = page.xpath("//*[@id='list-actions']/div[@class='dropdown-menu dropdown-menu-end']/a")
    assert " ".join(button.text_content().split()) == "+ 添加住户"
    assert button.get("data-bs-toggle") == "dropdown"
    assert [each.text for each in menu][:2] == ["手动添加", "批量导入"]


def test_a_node_without_residents_says_so(sign_in, creator, community, url):
    node = make.node(community, "C")

    response = sign_in(creator).get(url("list", node=node.pk))

    assert "该层级没有住户" in response.content.decode()


def test_a_search_without_result_says_so(sign_in, creator, four, url):
    text = sign_in(creator).get(url("list", q="没有这个人")).content.decode()

    assert "该层级没有住户" not in text
    assert "没有找到符合条件的住户" in text


def test_an_account_without_communities_says_where_to_begin(sign_in, creator, url):
    text = sign_in(creator).get(url("list")).content.decode()

    assert "还没有小区" in text


def test_the_same_queries_at_1_and_30_rows(
    sign_in, creator, community, url, django_assert_num_queries
):
    client = sign_in(creator)
    make.resident(community)
    few = queries_of(client, url("list"))

    for number in range(29):
        make.resident(community, f"A 1 {200 + number}")

    assert queries_of(client, url("list")) == few


def queries_of(client, address) -> int:
    client.get(address)  # the session and the content types of the first request
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


FILL = """
INSERT INTO residents_resident (
  community_id, room_id, name, name_key, gender, identity, phone, phone_last4, id_number,
  verification, created_at, updated_at
)
SELECT community_id, id, '住户' || id, 'z' || id, 'male', 'owner', '+86' || (13500000000 + id),
  right((13500000000 + id)::text, 4), '', 'unverified', now(), now()
FROM communities_buildingnode WHERE tree_id = %s AND level = 3
"""


@pytest.fixture
def large(account):
    """2,000 residents in the 2,000 rooms of 10 buildings."""
    community = make.community(account, "大型小区")
    paths = [
        (str(block), str(entrance), str(room))
        for block in range(1, 11)
        for entrance in range(1, 3)
        for room in range(101, 201)
    ]
    tree.grow(community, paths, by=Actor.command(account), now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(FILL, [community.pk])
        cursor.execute("ANALYZE residents_resident, communities_buildingnode")
    return community


def test_2000_residents_cost_no_more_queries_and_no_longer_page(
    sign_in, creator, community, large, url
):
    for number in range(30):
        make.resident(community, f"1 1 {100 + number}")
    client = sign_in(creator)
    small = url("list", community=community.pk)
    room = BuildingNode.objects.get(community=large, address="5 1 150")

    for query in ({}, {"q": "0042"}, {"q": "住户"}, {"sort": "name"}, {"sort": "identity"}):
        address = url("list", community=large.pk, **query)
        assert queries_of(client, address) <= queries_of(client, small) + 2
        assert len(client.get(address).content) < 250_000
    opened = url("list", node=room.pk)
    assert queries_of(client, opened) <= queries_of(client, small) + 2
    assert len(client.get(opened).content) < 250_000
    assert shown(client.get(opened), "address") == [("5 1 150",)]


def test_an_operator_without_the_section_is_refused(sign_in, newcomer, four, url):
    response = sign_in(newcomer).get(url("list"))

    assert response.status_code == 403
    assert "刘六" not in response.content.decode()


def test_a_viewer_sees_no_way_to_change_anything(sign_in, account, community, four, url):
    viewer = make.operator(account, "小看", sections={"residents": 1})

    text = sign_in(viewer).get(url("list")).content.decode()

    assert "刘六" in text
    for word in ("修改", "添加住户", "删除"):
        assert word not in text
