"""房态图: the page."""

import gzip
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from communities.models import BuildingNode
from haina.accounts.permissions import Level
from residents.models import Resident
from residents.rooms.states import State
from tests import make
from tests.residents.rooms.building import block, fill, grown

HTMX = {"HX-Request": "true"}
KILOBYTES = 1024


@pytest.fixture
def building(community):
    return block(community, "A", floors=2, sections=2)


@pytest.fixture
def opened(sign_in, creator, url):
    """The page of a node as somebody sees it."""

    def get(node, who=creator, headers=None, **query):
        return sign_in(who).get(url("building_map", node.pk, **query), headers=headers)

    return get


def tree_of(response):
    return html.fromstring(response.content.decode())


def drawn(response) -> list[list[str]]:
    """Each section as its caption and its rows."""
    tables = tree_of(response).xpath("//div[contains(@class, 'sections')]/table")
    return [[" ".join(row.itertext()).split() for row in table] for table in tables]


def legend(response) -> dict[str, int]:
    links = tree_of(response).xpath("//nav[@class='legend']/a")
    return {link.text.strip(): int(link.xpath("string(strong)")) for link in links}


def test_sections_floors_and_rooms(opened, building):
    make.resident(building.community, "A 1 102")

    shown = drawn(opened(building))

    nobody = "无人登记"
    assert [row for row in shown[0] if row] == [
        ["1单元"],
        ["2", "201", nobody, "202", nobody, "203", nobody, "204", nobody],
        ["1", "101", nobody, "102", "未认证", "103", nobody, "104", nobody],
    ]
    assert shown[1][0] == ["2单元"]


def test_every_cell_leads_to_its_room(opened, building, url):
    rooms = BuildingNode.objects.inside(building).rooms().order_by("pk")

    links = tree_of(opened(building)).xpath("//td/a/@href")

    assert sorted(links) == sorted(url("room", room.pk) for room in rooms)


def test_the_legend_counts_every_state(opened, building):
    make.resident(building.community, "A 1 101")
    make.resident(building.community, "A 1 102")
    make.application(building.community, make.follower(building.community.account), "A 2 101")

    counts = legend(opened(building))

    assert counts["全部"] == 16
    assert counts == {"全部": 16} | {str(state.label): 0 for state in State} | {
        "未认证": 2,
        "待审核": 1,
        "无人登记": 13,
    }


def test_a_state_shows_its_rooms_alone_and_the_counts_stay(opened, building):
    make.resident(building.community, "A 1 101")

    response = opened(building, state="unverified")

    assert tree_of(response).xpath("//td/a/text()") == ["101"]
    assert legend(response)["无人登记"] == 15
    assert tree_of(response).xpath("//nav[@class='legend']/a[@aria-current]/@class") == [
        "unverified"
    ]


@pytest.mark.parametrize("state", ["", "nonsense", "UNVERIFIED"])
def test_nonsense_shows_all_states(opened, building, state):
    assert len(tree_of(opened(building, state=state)).xpath("//td/a")) == 16


def test_htmx_gets_the_map_and_everybody_else_the_page(opened, building):
    assert b"<html" not in opened(building, headers=HTMX).content
    boosted = opened(building, headers=HTMX | {"HX-Boosted": "true"})
    assert b"<html" in boosted.content


def test_a_community_leads_to_its_first_building(opened, building, url):
    later = make.node(building.community, "B")
    root = BuildingNode.objects.root_of(building.community)

    response = opened(root, state="vacant")

    assert response.headers["Location"] == url("building_map", building.pk, state="vacant")
    assert tree_of(opened(building)).xpath("//a[@rel='next']/@href") == [
        url("building_map", later.pk)
    ]
    assert tree_of(opened(later)).xpath("//a[@rel='prev']/@href") == [
        url("building_map", building.pk)
    ]
    chosen = opened(building, to=later.pk)
    assert chosen.headers["Location"] == url("building_map", later.pk)


def test_a_room_leads_to_its_own_page(opened, building, url):
    room = make.node(building.community, "A 1 101")

    assert opened(room).headers["Location"] == url("room", room.pk)


def test_a_section_has_a_map_of_its_own(opened, building):
    assert legend(opened(make.node(building.community, "A 1")))["全部"] == 8


@pytest.mark.parametrize("levels", [["房间号"], ["栋", "房间号"], ["期", "栋", "单元", "房间号"]])
def test_communities_of_any_depth(opened, account, levels):
    community = make.community(account, "深圳小区", levels=levels)
    way = ["1"] * (len(levels) - 1)
    grown(community, [(*way, "101"), (*way, "201")])
    root = BuildingNode.objects.root_of(community)

    response = opened(root)
    if response.status_code == 302:
        response = opened(make.node(community, " ".join(way[: max(len(way) - 1, 1)])))

    assert tree_of(response).xpath("//td/a/text()") == ["201", "101"]


def test_a_building_without_rooms_says_what_to_do(opened, operator, community):
    empty = make.node(community, "C")

    assert "添加房间" in opened(empty).content.decode()
    assert "请联系" in opened(empty, operator).content.decode()


def test_to_whom_addresses_are_hidden_there_is_no_map(opened, operator, building):
    operator.grants.filter(field="address").update(level=Level.NONE)

    assert opened(building, operator).status_code == 403


def test_to_whom_identities_are_hidden_no_lease_is_told(opened, operator, building):
    ends = timezone.localdate() + timedelta(days=9)
    tenant = make.resident(
        building.community, "A 1 101", identity="term_tenant", lease_ends_on=ends
    )
    assert legend(opened(building, operator))["租约将到期"] == 1

    operator.grants.filter(field="identity").update(level=Level.NONE)
    response, asked = opened(building, operator), opened(building, operator, state="lease")
    Resident.objects.filter(pk=tenant.pk).update(identity="owner", lease_ends_on=None)

    assert "租约" not in response.content.decode()
    assert drawn(asked) == drawn(response) == drawn(opened(building, operator))


def test_a_map_tells_no_names_and_no_phones(opened, building, canary, url):
    response = opened(make.node(building.community, "笼"))

    assert response.status_code == 200
    for text in (canary.name, "7788", canary.id_number):
        assert text not in response.content.decode()


def test_all_rooms_take_as_many_queries_as_some(opened, community):
    small, large = block(community, "A", floors=1, sections=1), block(community, "B", floors=9)
    fill(community, BuildingNode.objects.inside(large).rooms())
    opened(small)

    with CaptureQueriesContext(connection) as few:
        opened(small)
    with CaptureQueriesContext(connection) as many:
        opened(large)

    assert len(many) == len(few)


def test_four_hundred_rooms_are_five_kilobytes(opened, community):
    """The map with its legend, as htmx gets it and as it stands in the page, every state drawn."""
    building = block(community)
    fill(community, BuildingNode.objects.inside(building).rooms())

    response = opened(building, headers=HTMX)

    assert legend(response)["全部"] == 400
    assert min(legend(response).values()) > 0
    assert len(gzip.compress(response.content, 6)) <= 5 * KILOBYTES


def test_thousands_of_rooms_are_paged_by_building(opened, community):
    doors = [f"{floor}{door:02d}" for floor in range(1, 26) for door in range(1, 17)]
    grown(community, [(str(block), "1", door) for block in range(1, 14) for door in doors])
    assert BuildingNode.objects.filter(community=community).rooms().count() == 5200

    page = opened(make.node(community, "7"))

    assert len(tree_of(page).xpath("//td/a")) == 400
    assert len(tree_of(page).xpath("//select[@id='to']/option")) == 13


def test_a_building_of_thousands_has_pages(opened, account):
    street = make.community(account, "商业街", levels=["号"])
    grown(street, [(str(number),) for number in range(1, 1101)])
    root = BuildingNode.objects.root_of(street)

    first, second = opened(root), opened(root, page=2)

    assert [len(tree_of(page).xpath("//td/a")) for page in (first, second)] == [1000, 100]
