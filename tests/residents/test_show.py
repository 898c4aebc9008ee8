"""A resident's own page: what is known, the other rooms, and the history of the row."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from lxml import html

from communities import tree
from haina.accounts import audit
from haina.accounts.audit import Actor
from haina.accounts.permissions import Level
from haina.accounts.scope import Scope
from haina.lib.history import PAGE
from haina.trail.labels import LABELS
from residents import history, services
from residents.models import Resident
from residents.moving import move
from residents.removal import remove, restore
from tests import make
from tests.residents.test_list import queries_of

ID_NUMBER = "110101199003078515"


def page_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def history_in(page):
    """Each entry as a person reads it: what was done, by whom, and the changes."""
    return [
        (
            item.xpath("string(.//strong)"),
            item.xpath("string(.//p/span)").split()[-1],
            [
                " ".join(dt.text_content().split() + dt.getnext().text_content().split())
                for dt in item.xpath(".//dt")
            ],
        )
        for item in page.xpath("//ol[@class='history']/li")
    ]


@pytest.fixture
def by(community):
    return Actor.command(community.account)


@pytest.fixture
def zhang(community):
    return make.resident(
        community, "A 1 101", name="张三", phone="18913112121", id_number=ID_NUMBER
    )


def test_it_shows_what_is_known_with_numbers_masked(sign_in, creator, zhang, url):
    text = page_of(sign_in(creator), url("show", zhang.pk)).text_content()

    for part in ("张三", "男", "业主", "189*****21", "110*************15", "身份证", "A 1 101"):
        assert part in text
    assert "18913112121" not in text
    assert ID_NUMBER not in text


def test_the_list_leads_to_it_and_it_leads_back(sign_in, creator, zhang, url):
    client = sign_in(creator)
    listed = page_of(client, url("list", q="张", sort="name"))

    page = page_of(client, listed.xpath("//td[contains(@class, 'col-name')]/a/@href")[0])

    edit = page.xpath("//a[normalize-space()='修改']/@href")[0]
    assert "sort%3Dname" in edit
    back = page.xpath("//a[normalize-space()='返回列表']/@href")[0]
    assert "sort=name" in back
    assert page_of(client, back).xpath("//td[contains(@class, 'col-name')]/a/text()") == ["张三"]


def test_the_other_rooms_of_the_same_phone(sign_in, operator, account, zhang, url):
    second = make.resident(zhang.community, "B 1 101", name="张三", phone="18913112121")
    outside = make.resident(make.community(account, "滨海小区"), phone="18913112121", name="张三")
    make.resident(zhang.community, "B 1 102", phone="13913112121")

    page = page_of(sign_in(operator), url("show", zhang.pk))

    rooms = page.xpath("//ul[@class='rooms-of-person']//a/@href")
    assert rooms == [url("show", second.pk)]
    assert url("show", outside.pk) not in rooms


def test_history_says_who_did_what_and_why(sign_in, creator, operator, zhang, by, url):
    now = timezone.now()
    him = Actor.of(operator)
    services.correct(zhang, name="张三丰", phone="18913112222", by=him, now=now)
    room = make.node(zhang.community, "C 1 301")
    move(zhang.community, [zhang.pk], room=room, by=him, now=now)
    remove(zhang.community, [zhang.pk], by=him, now=now)
    restore(zhang.community, [zhang.pk], by=by, now=now)

    entries = history_in(page_of(sign_in(creator), url("show", zhang.pk)))

    assert [entry[:2] for entry in entries] == [
        ("恢复住户", "bin/manage"),
        ("删除住户", "小何"),
        ("移动住户", "小何"),
        ("修改住户", "小何"),
        ("添加住户", "bin/manage"),
    ]
    assert entries[0][2] == entries[1][2] == []
    assert entries[2][2] == ["住址 A 1 101 →改为 C 1 301"]
    assert entries[3][2] == ["姓名 张三 →改为 张三丰", "手机号 189*****21 →改为 189*****22"]
    assert "住址 A 1 101" in entries[4][2]


def test_history_goes_on_in_the_bin(sign_in, creator, zhang, by, url):
    remove(zhang.community, [zhang.pk], by=by, now=timezone.now())

    page = page_of(sign_in(creator), url("show", zhang.pk))

    assert [entry[0] for entry in history_in(page)] == ["删除住户", "添加住户"]
    assert "已删除" in page.text_content()
    assert page.xpath("//button[normalize-space()='恢复']")
    assert not page.xpath("//a[normalize-space()='修改']")


def test_a_room_that_is_gone_is_said_to_be(sign_in, creator, zhang, by, url):
    old = zhang.room_id
    room = make.node(zhang.community, "C 1 301")
    move(zhang.community, [zhang.pk], room=room, by=by, now=timezone.now())
    tree.fell(zhang.community, old, by=by, now=timezone.now())

    first = history_in(page_of(sign_in(creator), url("show", zhang.pk)))[0]

    assert first[2] == ["住址 已删除的房间 →改为 C 1 301"]


def test_the_history_names_acts_as_the_trail_does():
    assert {action: LABELS[action] for action in history.ACTIONS} == history.ACTIONS


def test_an_import_is_led_to(sign_in, creator, zhang, by, url, db):
    with transaction.atomic():
        audit.explain("resident.imported", by=by, **{"import": 77})
        Resident.objects.filter(pk=zhang.pk).update(name="张五")

    page = page_of(sign_in(creator), url("show", zhang.pk))

    assert page.xpath("//ol[@class='history']//a/@href") == [url("import_show", 77)]
    assert history_in(page)[0][0] == "批量导入住户"


def test_long_histories_have_pages(sign_in, creator, zhang, by, url):
    for number in range(PAGE + 5):
        services.correct(zhang, name=f"张{number}", by=by, now=timezone.now())
    client = sign_in(creator)

    first = history_in(page_of(client, url("show", zhang.pk, page=2)))  # of the list
    rest = history_in(page_of(client, url("show", zhang.pk, changes=2)))

    assert (len(first), len(rest)) == (PAGE, 6)
    assert first[-1][2] == ["姓名 张4 →改为 张5"]
    assert rest[0][2] == ["姓名 张3 →改为 张4"]


def test_the_same_queries_for_1_and_30_changes_and_rooms(sign_in, creator, zhang, by, url):
    client = sign_in(creator)
    few = queries_of(client, url("show", zhang.pk))
    for number in range(30):
        services.correct(zhang, name=f"张{number}", by=by, now=timezone.now())
        make.resident(zhang.community, f"D 1 {number}", phone="18913112121")

    assert queries_of(client, url("show", zhang.pk)) <= few + 1  # there is an older event now


def test_history_stays_behind_the_fence(sign_in, operator, account, url):
    outside = make.resident(make.community(account, "滨海小区"))

    assert sign_in(operator).get(url("show", outside.pk)).status_code == 404
    for reached, told in (({outside.community_id}, True), ({12345}, False)):
        events = history.events_of(outside.pk, Scope(account.pk, frozenset(reached)))
        assert events.exists() == told


LEAKS = {
    "name": ["金丝雀", "银丝雀"],
    "gender": [">女<", ">男<", "性别"],
    "identity": ["限期租客", "长期租客", "2031-03-03", "租约"],
    "phone": ["137*****88", "13700007788", "138*****99", "手机号", "此人的其他房间"],
    "id_number": ["E77665544", "E77*", "证件号", "护照"],
    "address": ["笼 9 909", "笼 9 910", "此人的其他房间"],
}


@pytest.mark.parametrize("field", LEAKS)
@pytest.mark.parametrize("removed", [False, True], ids=["listed", "removed"])
def test_it_shows_nothing_hidden(sign_in, account, community, by, url, field, removed):
    canary = make.resident(
        community,
        "笼 9 909",
        name="金丝雀",
        gender="female",
        identity="term_tenant",
        lease_ends_on="2031-03-03",
        phone="13700007788",
        id_number="E77665544",
    )
    changes = {"name": "银丝雀", "gender": "male", "identity": "tenant", "lease_ends_on": None}
    changes |= {"phone": "13800007799", "room": make.node(community, "笼 9 910"), "id_number": ""}
    now = timezone.now() + timedelta(seconds=1)
    services.correct(canary, **changes, by=by, now=now)
    make.resident(community, "笼 9 911", name="同号", phone="13800007799")
    if removed:
        remove(community, [canary.pk], by=by, now=now)
    fields = {field: Level.NONE}
    clerk = make.operator(account, "小藏", sections={"residents": Level.MANAGE}, fields=fields)

    text = sign_in(clerk).get(url("show", canary.pk)).content.decode()

    shown = re.sub(r'value="[^"]*"', "", text)
    assert [leak for leak in LEAKS[field] if leak in shown] == []
