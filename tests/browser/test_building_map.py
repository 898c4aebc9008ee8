"""房态图 in a browser: at a desk, on a phone, by night, by keyboard and on paper; and the code at
the door, scanned by the sandbox's phone."""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from communities.models import BuildingNode
from tests import make
from tests.browser.conftest import PHONE, look, look_by_day_and_night, picture_of_docs
from tests.residents.rooms.building import block, fill
from tests.wechat.phone import USER_AGENT

pytestmark = pytest.mark.django_db(transaction=True)
SHEET = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture
def building(community):
    node = block(community)
    block(community, "2", floors=6, sections=2)
    fill(community, BuildingNode.objects.inside(node).rooms())
    return node


def opened(console, live_server, node, page: str = "map/{}/") -> None:
    console.goto(f"{live_server.url}/fengniao/residents/{page.format(node.pk)}")


def test_a_building_at_a_glance(console, live_server, building):
    opened(console, live_server, building)
    look_by_day_and_night(console, "map")
    picture_of_docs(console, "map")

    console.get_by_role("navigation", name="按状态筛选").get_by_role("link", name="待审核").click()
    expect(console.locator("td.verified")).to_have_count(0)
    look(console, "map-pending")
    console.get_by_label("楼栋").select_option("2栋")
    expect(console.get_by_role("heading", name="2栋 房态图")).to_be_visible()
    expect(console.locator("td.pending")).to_have_count(0)
    console.get_by_role("link", name="‹ 1栋").click()
    console.locator("td.pending a").first.click()
    expect(console.get_by_role("heading", name="认证申请")).to_be_visible()
    look(console, "room")


def test_arrow_keys_go_from_room_to_room(console, live_server, building):
    opened(console, live_server, building)
    console.get_by_role("link", name=re.compile("^2501")).first.focus()
    there = console.locator(":focus")

    for key, room in (
        ("ArrowRight", "2502"),
        ("ArrowDown", "2402"),
        ("End", "2402"),
        ("ArrowLeft", "2401"),
        ("ArrowLeft", "2401"),
        ("ArrowUp", "2501"),
    ):
        console.keyboard.press(key)
        expect(there).to_have_text(re.compile(room))
    for _ in range(4):
        console.keyboard.press("ArrowRight")
    assert there.evaluate("room => room.closest('table').caption.innerText") == "2单元"

    console.keyboard.press("Shift+Tab")
    console.keyboard.press("Tab")
    expect(there).to_have_text(re.compile("2501"))  # the map is one stop
    room = there.get_attribute("href")
    console.keyboard.press("Enter")
    console.wait_for_url(f"**{room}")


def test_a_building_prints_on_one_sheet(console, live_server, community):
    for name, (floors, sections) in enumerate(((25, 4), (33, 1), (18, 2), (6, 8), (40, 3))):
        building = block(community, str(name), floors=floors, sections=sections)
        fill(community, BuildingNode.objects.inside(building).rooms())
        opened(console, live_server, building)

        printed = console.pdf(prefer_css_page_size=True)

        assert len(SHEET.findall(printed)) == 1, (floors, sections)


@pytest.fixture
def phone(browser, sandbox, account, live_server, settings):
    """A phone in the hand of a follower: its page, in WeChat's browser."""

    @contextmanager
    def held():
        settings.HAINA_BASE_URL = live_server.url
        make.wechat(account, app_id=sandbox.appid, secret=sandbox.secret)
        person = next(each for each in sandbox.people() if each["subscribed"])
        make.follower(account, person["openid"])
        context = browser.new_context(locale="zh-CN", viewport=PHONE, user_agent=USER_AGENT)
        cookie = {"name": "sandbox-person", "value": person["unionid"], "url": sandbox.url}
        context.add_cookies([cookie])
        try:
            yield context.new_page()
        finally:
            context.close()

    return held


def test_the_code_at_the_door_opens_verification_with_the_room_chosen(
    console, live_server, community, sandbox, phone
):
    room = make.resident(community, "B 2 1203").room
    with phone() as held:
        opened(console, live_server, room, "rooms/{}/")
        console.get_by_role("link", name="认证海报").click()
        look(console, "poster")
        assert len(SHEET.findall(console.pdf(prefer_css_page_size=True))) == 1
        seen = console.get_by_role("article").screenshot()

        held.goto(f"{sandbox.url}/scanner")
        photo = {"name": "poster.png", "mimeType": "image/png", "buffer": seen}
        held.locator("input[type=file]").set_input_files(photo)
        held.get_by_role("button", name="扫描图片").click()

        expect(held.get_by_role("heading", name="住户认证")).to_be_visible()
        expect(held.get_by_text("腾讯小区 B 2 1203")).to_be_visible()
