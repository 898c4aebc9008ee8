"""The tree of a community: opened level by level, searched, and changed at each node."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities import tree
from communities.branches import MOST_CHILDREN, MOST_FOUND
from communities.models import BuildingNode
from tests import make
from tests.communities.conftest import addresses

LABEL = re.compile(r'class="tree-label"[^>]*>(?:<mark>)?([^<]+)')


def labels(response) -> list[str]:
    return LABEL.findall(response.content.decode())


@pytest.fixture
def large(community, by):
    """Two blocks of 400 rooms each."""
    paths = [(b, "1", str(n)) for b in "AB" for n in range(1, 401)]
    tree.grow(community, paths, by=by, now=timezone.now())
    return community


def test_a_small_tree_is_open_as_in_the_guide(sign_in, viewer, community, link):
    make.node(community, "A 1 101")
    make.node(community, "B")

    response = sign_in(viewer).get(link("tree", community.pk))

    assert labels(response) == ["腾讯小区", "A", "1", "101", "B"]


def test_of_a_large_tree_only_the_first_level_is_sent(sign_in, viewer, large, link):
    response = sign_in(viewer).get(link("tree", large.pk))

    assert labels(response) == ["腾讯小区", "A", "B"]


def test_a_node_opens_with_a_limited_number_of_children(sign_in, viewer, large, link):
    unit = make.node(large, "A 1")
    client = sign_in(viewer)

    first = client.get(link("node_children", large.pk, unit.pk), headers={"HX-Request": "true"})
    more = re.search(r'hx-get="([^"]+)"', first.content.decode())[1].replace("&amp;", "&")
    rest = client.get(more, headers={"HX-Request": "true"})

    assert labels(first) == [str(n) for n in range(1, MOST_CHILDREN + 1)]
    assert labels(rest) == [str(n) for n in range(MOST_CHILDREN + 1, 401)]
    assert "加载更多" not in rest.content.decode()


def test_the_way_to_a_node_is_opened(sign_in, viewer, large, link):
    room = make.node(large, "B 1 399")

    response = sign_in(viewer).get(link("tree", large.pk, node=room.pk))

    shown = labels(response)
    assert shown[:4] == ["腾讯小区", "A", "B", "1"]
    assert shown[-1] == "399"
    assert len(shown) == 4 + MOST_CHILDREN + 1
    assert "加载更多" in response.content.decode()


def test_a_search_opens_the_ways_to_what_it_finds(sign_in, viewer, large, link):
    response = sign_in(viewer).get(link("tree", large.pk, q="399"))

    assert labels(response) == ["腾讯小区", "A", "1", "399", "B", "1", "399"]
    assert response.content.decode().count("<mark>399</mark>") == 2


def test_a_search_by_address_finds_the_room(sign_in, viewer, large, link):
    response = sign_in(viewer).get(link("tree", large.pk, q="B 1 399"))

    assert labels(response) == ["腾讯小区", "B", "1", "399"]


def test_a_search_that_finds_too_much_says_so(sign_in, viewer, large, link):
    response = sign_in(viewer).get(link("tree", large.pk, q="1"))

    text = response.content.decode()
    assert text.count("<mark>") == MOST_FOUND
    assert f"显示前 {MOST_FOUND} 处" in text


def test_a_search_that_finds_nothing_says_so(sign_in, viewer, large, link):
    text = sign_in(viewer).get(link("tree", large.pk, q="腾讯")).content.decode()

    assert "没有找到名称相符的楼栋或房间" in text


@pytest.mark.parametrize("query", [{}, {"q": "49"}, {"node": "unit"}])
def test_queries_do_not_grow_with_the_tree(sign_in, viewer, community, by, link, query):
    client = sign_in(viewer)
    unit = make.node(community, "A 1")
    query = {name: value.replace("unit", str(unit.pk)) for name, value in query.items()}

    def number_of_queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(link("tree", community.pk, **query))
            client.get(link("node_children", community.pk, unit.pk))
        return len(queries)

    tree.sow(community, unit.pk, [(str(n),) for n in range(150)], by=by, now=timezone.now())
    few = number_of_queries()
    rooms = [(str(b), "1", str(n)) for b in range(30) for n in range(50)]
    tree.grow(community, rooms, by=by, now=timezone.now())

    assert number_of_queries() == few


@pytest.mark.parametrize(
    ("address", "offered"),
    [
        ("", ["添加下一级", "批量添加"]),
        ("A", ["添加下一级", "批量添加", "重命名", "删除"]),
        ("A 1 101", ["重命名", "删除"]),
    ],
)
def test_a_menu_offers_what_can_be_done(sign_in, builder, community, root, link, address, offered):
    node = make.node(community, address) if address else root

    response = sign_in(builder).get(
        link("node_menu", community.pk, node.pk), headers={"HX-Request": "true"}
    )

    assert re.findall(r">([^<]+)</a>", response.content.decode()) == offered


def test_adding_makes_a_child_and_comes_back_to_the_parent(sign_in, builder, community, root, link):
    response = sign_in(builder).post(link("node_add", community.pk, root.pk), {"name": " Ａ　栋"})

    assert response.url == link("tree", community.pk, node=root.pk)
    assert addresses(community) == ["A 栋"]


@pytest.mark.parametrize(
    ("name", "told"), [("A", "同一级下已有“A”"), (" ", "请填写此项"), ("长" * 41, "最多 40")]
)
@pytest.mark.parametrize("action", ["node_add", "node_rename"])
def test_a_bad_name_is_told_at_the_field(
    sign_in, builder, community, root, link, action, name, told
):
    make.node(community, "A")
    node = root if action == "node_add" else make.node(community, "B")

    response = sign_in(builder).post(link(action, community.pk, node.pk), {"name": name})

    assert response.status_code == 422
    assert told in response.content.decode()
    assert set(addresses(community)) <= {"A", "B"}


def test_a_room_gets_nothing_below_it(sign_in, builder, community, link):
    room = make.node(community, "A 1 101")

    for action in ("node_add", "node_add_range"):
        response = sign_in(builder).post(link(action, community.pk, room.pk), {"name": "左"})
        assert response.url == link("tree", community.pk, node=room.pk)

    assert addresses(community) == ["A", "A 1", "A 1 101"]


def test_renaming_changes_the_addresses_below(sign_in, builder, community, link):
    make.node(community, "A 1 101")
    block = make.node(community, "A")

    sign_in(builder).post(link("node_rename", community.pk, block.pk), {"name": "1栋"})

    assert addresses(community) == ["1栋", "1栋 1", "1栋 1 101"]


def test_deleting_takes_what_is_below_along(sign_in, builder, community, root, link):
    make.node(community, "A 1 101")
    block = make.node(community, "A")
    client = sign_in(builder)

    asked = client.get(link("node_delete", community.pk, block.pk)).content.decode()
    response = client.post(link("node_delete", community.pk, block.pk))

    assert "2 个楼栋节点会一起删除" in asked
    assert response.url == link("tree", community.pk, node=root.pk)
    assert addresses(community) == []


def test_a_node_with_residents_is_not_deleted(sign_in, creator, community, link):
    make.resident(community, "A 1 101")
    block = make.node(community, "A")

    response = sign_in(creator).post(link("node_delete", community.pk, block.pk))

    text = response.content.decode()
    assert response.status_code == 422
    assert "还有 1 位住户" in text
    assert f"/fengniao/residents/?community={community.pk}&amp;node={block.pk}" in text
    assert addresses(community) == ["A", "A 1", "A 1 101"]


def test_who_sees_no_residents_is_not_sent_to_them(sign_in, builder, community, link):
    make.resident(community, "A 1 101")
    block = make.node(community, "A")

    text = sign_in(builder).get(link("node_delete", community.pk, block.pk)).content.decode()

    assert "还有 1 位住户" in text
    assert "/residents/?" not in text


def test_the_root_is_neither_renamed_nor_deleted_here(sign_in, builder, community, root, link):
    for action in ("node_rename", "node_delete"):
        url = link(action, community.pk, root.pk)
        assert sign_in(builder).post(url, {"name": "x"}).status_code == 404

    assert BuildingNode.objects.get().name == "腾讯小区"


@pytest.mark.parametrize(
    ("back", "followed"),
    [
        ("/fengniao/residents/?q=1", True),
        ("https://evil.example/", False),
        ("//evil.example/", False),
        ("javascript:alert(1)", False),
    ],
)
def test_an_action_comes_back_to_a_page_of_ours_only(
    sign_in, builder, community, root, link, back, followed
):
    url = link("node_add", community.pk, root.pk, next=back)

    response = sign_in(builder).post(url, {"name": "A"})

    own = link("tree", community.pk, node=root.pk)
    assert response.url == (back if followed else own)


def test_a_page_that_stood_at_a_deleted_node_moves_to_its_parent(
    sign_in, builder, community, root, link
):
    block = make.node(community, "A")
    back = f"/fengniao/residents/?node={block.pk}&q=1"

    response = sign_in(builder).post(link("node_delete", community.pk, block.pk, next=back))

    assert response.url == f"/fengniao/residents/?node={root.pk}&q=1"


@pytest.mark.parametrize("action", ["node_add", "node_add_range", "node_rename", "node_delete"])
def test_a_node_of_others_is_not_there_and_stays(sign_in, builder, stranger, link, action):
    theirs = BuildingNode.objects.get(name="101")
    client = sign_in(builder)

    for pk in (theirs.tree_id, make.community(builder.account, "自己的").pk):
        response = client.post(link(action, pk, theirs.pk), {"name": "x", "level_0": "x"})
        assert response.status_code == 404

    assert BuildingNode.objects.filter(community=theirs.community_id).count() == 4


@pytest.mark.parametrize("action", ["node_add", "node_add_range", "node_rename", "node_delete"])
def test_who_may_only_look_changes_nothing(sign_in, viewer, community, link, action):
    node = make.node(community, "A")

    response = sign_in(viewer).post(link(action, community.pk, node.pk), {"name": "x"})

    assert response.status_code == 403
    assert addresses(community) == ["A"]


@pytest.mark.parametrize("name", ["-", "－", "—", "#N/A", "1.0", "101.00"])
def test_a_name_that_no_import_gives_back_is_refused(sign_in, builder, community, link, name):
    block, client = make.node(community, "A"), sign_in(builder)
    addresses_of = [
        (link("node_add", community.pk, block.pk), "name"),
        (link("node_rename", community.pk, block.pk), "name"),
        (link("node_add_range", community.pk, block.pk), "level_0"),
    ]

    answers = [client.post(address, {field: name}) for address, field in addresses_of]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert addresses(community) == ["A"]


def test_a_number_with_a_point_is_refused_with_what_to_do(sign_in, builder, community, root, link):
    response = sign_in(builder).post(
        link("node_add_range", community.pk, root.pk), {"level_0": "1.0"}
    )

    assert "“1.0”在表格中与“1”相同" in response.content.decode()
