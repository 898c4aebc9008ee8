"""房态图 in a browser: at a desk, on a phone, by night, by keyboard and on paper."""

import re

import pytest
from playwright.sync_api import expect

from communities.models import BuildingNode
from tests.browser.conftest import look
from tests.residents.rooms.building import block, fill

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def building(community):
    node = block(community)
    block(community, "2", floors=6, sections=2)
    fill(community, BuildingNode.objects.inside(node).rooms())
    return node


def opened(console, live_server, building) -> None:
    console.goto(f"{live_server.url}/fengniao/residents/map/{building.pk}/")


def test_a_building_at_a_glance(console, live_server, building):
    opened(console, live_server, building)
    look(console, "map")
    console.emulate_media(color_scheme="dark")
    look(console, "map-dark")
    console.emulate_media(color_scheme="light")

    console.get_by_role("navigation", name="按状态筛选").get_by_role("link", name="待审核").click()
    expect(console.locator("td.verified")).to_have_count(0)
    look(console, "map-pending")
    console.locator("td.pending a").first.click()
    expect(console.get_by_role("heading", name="认证申请")).to_be_visible()
    look(console, "room")


def test_it_prints_on_one_sheet(console, live_server, building, tmp_path):
    opened(console, live_server, building)

    printed = console.pdf(prefer_css_page_size=True, path=tmp_path / "map.pdf")

    assert pages_of(printed) == 1


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
