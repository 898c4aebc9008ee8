"""The page of a room: who is there, who applied, who came and left."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from haina.accounts.audit import Actor
from haina.accounts.permissions import Level, Section
from residents import removal, services
from residents.models import Resident
from tests import make
from tests.residents.canaries import ADDRESS, CANARY

MASKED = {"phone": ["137*****88", "13700007788"]}


@pytest.fixture
def opened(sign_in, creator, url):
    """The page of a room as somebody sees it."""

    def get(room, who=creator):
        return sign_in(who).get(url("room", room.pk))

    return get


@pytest.fixture
def viewer(account, community):
    """Sees residents and changes nothing."""
    return make.operator(
        account, "小林", sections={Section.RESIDENTS: Level.VIEW}, communities=(community,)
    )


def section(response, title: str):
    page = html.fromstring(response.content.decode())
    return page.xpath("//section[@aria-labelledby=$title]", title=f"{title}-title")[0]


def lines(response, title: str) -> list[str]:
    rows = section(response, title).xpath(".//tbody/tr | .//li")
    return [" ".join(row.text_content().split()) for row in rows]


def by(community) -> dict:
    return {"by": Actor.command(community.account), "now": timezone.now()}


def test_everybody_in_the_room_is_there_and_nobody_else(opened, four):
    tenant = make.resident(four["张三"].community, "A 1 101", name="赵七", identity="tenant")

    shown = lines(opened(tenant.room), "people")

    assert [line.split()[:4] for line in shown] == [
        ["未认证", "张三", "男", "业主"],
        ["未认证", "赵七", "男", "长期租客"],
    ]
    assert "189*****21" in shown[0]


def test_the_end_of_a_lease_stands_beside_the_identity(opened, operator, four):
    room = four["刘六"].room

    assert "限期租客 至 2018-12-31" in lines(opened(room), "people")[0]
    operator.grants.filter(field="identity").update(level=Level.NONE)
    assert "2018" not in opened(room, operator).content.decode()


def test_the_state_of_the_room_stands_in_the_heading(opened, four):
    heading = html.fromstring(opened(four["张三"].room).content.decode()).xpath("//h1")[0]

    assert " ".join(heading.text_content().split()) == "腾讯小区 A 1 101 未认证"


def test_a_resident_can_be_added_there_and_leads_back(sign_in, creator, opened, url, community):
    room = make.node(community, "A 1 101")
    page = html.fromstring(opened(room).content.decode())
    add = page.xpath("//a[contains(., '添加住户')]/@href")[0]
    client = sign_in(creator)

    assert client.get(add).context["form"].chosen_address.names == ["A", "1", "101"]
    told = {"name": "张三", "gender": "male", "identity": "owner", "phone": "18913112121"}
    told |= {"community": community.pk, "at_0": "A", "at_1": "1", "at_2": "101"}
    response = client.post(add, told)

    assert response.headers["Location"] == url("room", room.pk)
    assert Resident.objects.get().room == room


def test_whoever_is_deleted_there_leads_back_too(sign_in, creator, opened, url, four):
    room = four["张三"].room
    delete = section(opened(room), "people").xpath(".//a[text()='删除']/@href")[0]

    response = sign_in(creator).post(delete)

    assert response.headers["Location"] == url("room", room.pk)
    assert not Resident.objects.filter(room=room).exists()


def test_an_empty_room_says_what_to_do(opened, viewer, community):
    room = make.node(community, "A 1 101")

    assert "可以添加住户" in opened(room).content.decode()
    assert "添加住户" not in opened(room, viewer).content.decode()


def test_applications_for_the_room_pending_ones_first(opened, community):
    for state in ("rejected", "pending"):
        application = make.application(community, make.follower(community.account), name=state)
        type(application).objects.filter(pk=application.pk).update(state=state)
    make.application(community, make.follower(community.account), "A 1 102", name="elsewhere")
    make.draft(community, make.follower(community.account), name="draft")

    shown = lines(opened(make.node(community, "A 1 101")), "applications")

    assert [line.split()[0] for line in shown] == ["pending", "rejected"]


def test_who_came_and_who_left(opened, community):
    here, there = make.node(community, "A 1 101"), make.node(community, "A 1 102")
    resident = make.resident(community, name="张三")
    services.correct(resident, room=there, **by(community))
    services.correct(resident, name="张三三", **by(community))
    removal.remove(community, [resident.pk], **by(community))
    removal.restore(community, [resident.pk], **by(community))

    told = {
        room: [line.split()[:3] for line in lines(opened(room), "history")]
        for room in (here, there)
    }

    assert told[here] == [["搬离", "张三", "业主"], ["入住", "张三", "业主"]]
    assert told[there] == [
        ["入住", "张三三", "业主"],
        ["搬离", "张三三", "业主"],
        ["入住", "张三", "业主"],
    ]


def test_who_was_deleted_is_told_to_those_who_may_look_into_the_bin(opened, viewer, community):
    resident = make.resident(community, name="张三")
    removal.remove(community, [resident.pk], **by(community))

    assert len(lines(opened(resident.room), "history")) == 2
    assert lines(opened(resident.room, viewer), "history") == []
    assert "张三" not in opened(resident.room, viewer).content.decode()


@pytest.mark.parametrize("field", ["name", "gender", "identity", "phone", "id_number"])
def test_a_hidden_field_is_nowhere_on_the_page(opened, operator, canary, community, field):
    told = {name: getattr(canary, name) for name in ("name", "identity", "lease_ends_on", "phone")}
    make.application(community, make.follower(community.account), ADDRESS, **told)
    leaks = MASKED.get(field) or [text.strip("><") for text in CANARY[field]]
    before = opened(canary.room, operator).content.decode()

    operator.grants.filter(field=field).update(level=Level.NONE)
    after = opened(canary.room, operator).content.decode()

    assert any(leak in before for leak in leaks) or field == "id_number"
    assert [leak for leak in leaks if leak in after] == []


def test_to_whom_addresses_are_hidden_there_are_no_rooms(sign_in, operator, four, url):
    operator.grants.filter(field="address").update(level=Level.NONE)
    client, room = sign_in(operator), four["张三"].room

    for name in ("room", "room_poster"):
        assert client.get(url(name, room.pk)).status_code == 403
    for page in (url("list"), url("show", four["张三"].pk)):
        html_of_page = client.get(page).content.decode()
        assert "/residents/rooms/" not in html_of_page
        assert "/residents/map/" not in html_of_page


def test_a_node_above_rooms_is_no_room(sign_in, creator, four, url):
    above = four["张三"].room.parent

    assert sign_in(creator).get(url("room", above.pk)).status_code == 404


def test_many_take_as_many_queries_as_one(opened, community):
    room = make.resident(community).room
    opened(room)
    with CaptureQueriesContext(connection) as few:
        opened(room)
    for number in range(5):
        make.resident(community, name=f"住户{number}")
        make.application(community, make.follower(community.account))

    with CaptureQueriesContext(connection) as many:
        opened(room)

    assert len(many) == len(few)
