"""认证海报: a code that opens verification with the room chosen."""

from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from residents.rooms.poster import poster_of
from tests import make
from tests.residents.rooms.building import grown

BASE = "https://haina.example"


@pytest.fixture
def room(community):
    make.wechat(community.account)
    return make.resident(community, name="张三").room


@pytest.fixture
def opened(sign_in, creator, url):
    def get(room, name="room_poster", **query) -> str:
        return sign_in(creator).get(url(name, room.pk, **query)).content.decode()

    return get


@pytest.fixture(autouse=True)
def base(settings):
    settings.HAINA_BASE_URL = BASE


def test_the_code_leads_to_the_form_of_the_room(opened, room):
    link = poster_of(room, room.community.account).link

    assert link == f"{BASE}/m/fengniao/apply/{room.tree_id}/{room.pk}/"
    [code] = html.fromstring(opened(room)).xpath("//article//img/@src")
    assert unquote(code) == unquote(poster_of(room, room.community.account).code)


def test_a_poster_tells_the_address_and_nobody_who_lives_there(opened, room):
    [poster] = html.fromstring(opened(room)).xpath("//article")
    assert poster.xpath("string(h2)") == "A 1 101"
    assert "腾讯小区" in poster.text_content()
    assert "张三" not in opened(room)


def test_without_an_address_of_our_own_there_is_no_code(opened, room, settings):
    settings.HAINA_BASE_URL = ""

    page = opened(room)

    assert "请联系系统运维人员设置 HAINA_BASE_URL" in page
    assert "<article" not in page


def test_without_a_service_account_there_is_no_code(opened, community):
    page = opened(make.node(community, "A 1 101"))

    assert "请先在“公众号设置”中连接" in page
    assert "<article" not in page


def test_posters_of_a_building_one_for_each_room(opened, room):
    building = make.node(room.community, "A")
    make.node(room.community, "A 2 202")
    make.node(room.community, "B 1 101")

    headings = html.fromstring(opened(building, "posters")).xpath("//article/h2/text()")

    assert headings == ["A 1 101", "A 2 202"]


def test_as_many_as_a_printer_takes_at_once(opened, room):
    grown(room.community, [("A", "1", str(number)) for number in range(200, 305)])
    building = make.node(room.community, "A")

    pages = [html.fromstring(opened(building, "posters", page=page)) for page in (1, 2)]

    assert [len(page.xpath("//article")) for page in pages] == [100, 6]
    assert pages[1].xpath("//article/h2/text()")[-1] == "A 1 304"


def test_many_posters_take_as_many_queries_as_one(opened, room):
    grown(room.community, [("B", "1", str(number)) for number in range(200, 240)])
    opened(room)
    with CaptureQueriesContext(connection) as few:
        opened(make.node(room.community, "A 1"), "posters")

    with CaptureQueriesContext(connection) as many:
        opened(make.node(room.community, "B 1"), "posters")

    assert len(many) == len(few)
