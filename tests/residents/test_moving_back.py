"""撤销 of a move: who goes back, who stays and why, at once and as a job."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from communities import tree
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from haina.jobs import queue
from haina.jobs.models import Job
from residents import bulk, services
from residents.models import Move, Resident
from residents.moving import move
from residents.moving_back import AlreadyBack, move_back
from residents.removal import remove
from residents.tasks import empty_bins
from tests import make
from tests.residents.agreeing import agree_to
from tests.together import together, until_somebody_waits


@pytest.fixture
def room(community):
    return make.node(community, "C 1 301")


@pytest.fixture
def by(community):
    return Actor.command(community.account)


@pytest.fixture
def moved(community, four, room, by):
    pks = [resident.pk for resident in four.values()]
    return move(community, pks, room=room, by=by, now=timezone.now()).move


def rooms() -> dict:
    return dict(Resident.objects.values_list("name", "room__address"))


def to(room) -> dict:
    names = {f"at_{n}": name for n, name in enumerate(room.address.split())}
    return {"community": room.tree_id} | names


def messages_of(response):
    return html.fromstring(response.content.decode()).get_element_by_id("messages")


def test_one_click_moves_everybody_back(sign_in, operator, four, room, url):
    client, before = sign_in(operator), rooms()
    response = agree_to(client, url("move", q="张"), {"all": "1"} | to(room))
    undo = messages_of(client.get(response.url)).forms[0].action

    back = client.post(undo, follow=True)

    assert rooms() == before
    assert "已将 1 位住户移回原房间" in back.content.decode()
    assert back.redirect_chain[-1][0] == url("list", q="张")
    assert AuditEntry.objects.get(action="move.undone").ids == [four["张三"].pk]


def test_who_was_in_the_room_already_is_counted(sign_in, operator, community, four, room, url):
    there = make.resident(community, room.address, name="已在")
    client = sign_in(operator)

    response = agree_to(client, url("move"), {"pk": [there.pk, four["张三"].pk]} | to(room))

    said = messages_of(client.get(response.url)).text_content()
    assert "已移动 1 位住户。另有 1 位原来就在该房间。" in said


def test_nobody_to_move_offers_no_way_back(sign_in, operator, community, room, url):
    there = make.resident(community, room.address)
    client = sign_in(operator)

    response = agree_to(client, url("move"), {"pk": [there.pk]} | to(room))

    said = messages_of(client.get(response.url))
    assert "原来就在该房间，没有改动" in said.text_content()
    assert (said.forms, Move.objects.count()) == ([], 0)


@pytest.fixture
def stuck(community, four, moved, by):
    """张三 was corrected since, 李四 deleted, 王五's room deleted, 刘六's taken."""
    now = timezone.now()
    zhang = Resident.objects.get(pk=four["张三"].pk)
    services.correct(zhang, name="张三丰", by=by, now=now)
    remove(community, [four["李四"].pk], by=by, now=now)
    tree.fell(community, four["王五"].room_id, by=by, now=now)
    make.resident(community, "B 1 102", name="新住户", phone=four["刘六"].phone)
    return moved


def test_who_cannot_go_back_stays_and_is_told_with_why(sign_in, operator, four, stuck, url):
    response = sign_in(operator).post(url("move_undo", stuck.pk), follow=True)

    page = html.fromstring(response.content.decode())
    lines = [line.text_content() for line in page.xpath("//ul[@class='delete-list']/li")]
    assert [line.split()[0] + "：" + line.split("：")[1] for line in lines] == [
        "张三丰：移动之后有人修改过，保持原样",
        "李四：移动之后已被删除",
        "王五：原房间已被删除",
        "刘六：原房间已有使用相同手机号的住户",
    ]
    assert {rooms()[name] for name in ("张三丰", "王五", "刘六")} == {"C 1 301"}


def test_the_others_go_back(community, four, moved, by):
    zhang = Resident.objects.get(pk=four["张三"].pk)
    services.correct(zhang, name="张三丰", by=by, now=timezone.now())

    done = move_back(moved, by=by, now=timezone.now())

    assert (done.returned, len(done.not_undone)) == (3, 1)
    assert rooms() == {
        "张三丰": "C 1 301",
        "李四": "A 1 102",
        "王五": "B 1 101",
        "刘六": "B 1 102",
    }


def test_a_second_move_is_a_change(community, four, moved, by):
    elsewhere = make.node(community, "C 1 302")
    move(community, [four["张三"].pk], room=elsewhere, by=by, now=timezone.now())

    move_back(moved, by=by, now=timezone.now())

    assert rooms()["张三"] == "C 1 302"


def test_going_back_twice_says_so(sign_in, operator, four, moved, url):
    client = sign_in(operator)
    client.post(url("move_undo", moved.pk))

    again = client.post(url("move_undo", moved.pk), follow=True)

    assert "这次移动已撤销" in again.content.decode()
    assert "撤销</button>" not in client.get(url("move_show", moved.pk)).content.decode()


def test_after_30_days_nothing_goes_back(four, moved, by):
    Move.objects.update(created_at=timezone.now() - timedelta(days=31))

    with pytest.raises(AlreadyBack):
        move_back(moved, by=by, now=timezone.now())
    empty_bins()

    assert not Move.objects.exists()


def test_many_move_and_go_back_as_jobs(sign_in, operator, four, room, url, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 3)
    monkeypatch.setattr("residents.views.moves.MOST_AT_ONCE", 3)
    client, before = sign_in(operator), rooms()
    response = agree_to(client, url("move", q=""), {"all": "1"} | to(room))
    queue.run(Job.objects.latest("pk").pk)
    page = html.fromstring(client.get(response.url).content.decode())
    (form,) = [form for form in page.forms if "/moves/" in form.action]
    response = client.post(form.action)
    queue.run(Job.objects.latest("pk").pk)

    told = client.get(response.url).content.decode()

    assert rooms() == before
    assert "已将 4 位住户移回原房间" in told
    assert "撤销</button>" not in told


@pytest.mark.parametrize(("most", "heavy"), [(3, True), (4, False)])
def test_large_jobs_are_heavy(sign_in, operator, four, moved, url, monkeypatch, most, heavy):
    monkeypatch.setattr("residents.views.moves.MOST_AT_ONCE", 1)
    monkeypatch.setattr("residents.views.moves.HEAVY", most)

    sign_in(operator).post(url("move_undo", moved.pk))

    assert Job.objects.get().heavy is heavy


@pytest.mark.parametrize("level", [Level.NONE, Level.VIEW])
def test_going_back_needs_the_right_to_addresses(sign_in, operator, moved, url, level):
    operator.grants.filter(field="address").update(level=level)
    client = sign_in(operator)

    assert client.post(url("move_undo", moved.pk)).status_code == 403
    page = client.get(url("move_show", moved.pk)).content.decode()
    assert ("C 1 301" in page) is (level == Level.VIEW)


def test_moves_are_behind_the_fence(sign_in, account, stranger, moved, url):
    elsewhere = make.operator(
        account,
        sections={Section.RESIDENTS: Level.MANAGE},
        communities=(make.community(account, "滨海小区"),),
    )

    for who in (stranger, elsewhere):
        client = sign_in(who)
        assert client.post(url("move_undo", moved.pk)).status_code == 404
        assert client.get(url("move_show", moved.pk)).status_code == 404
    assert {rooms()[name] for name in ("张三", "李四", "王五", "刘六")} == {"C 1 301"}


def test_it_takes_the_same_queries_for_1_and_30(community, room, by):
    everybody = [make.resident(community, f"A 1 {number}").pk for number in range(101, 132)]

    def cycle(pks):
        with CaptureQueriesContext(connection) as queries:
            done = move(community, pks, room=room, by=by, now=timezone.now())
            move_back(done.move, by=by, now=timezone.now())
        return len(queries)

    assert cycle(everybody[:1]) == cycle(everybody[1:])


@pytest.mark.django_db(transaction=True)
def test_two_people_take_a_move_back_at_once(four, moved, by):
    def act(_):
        try:
            return move_back(moved, by=by, now=timezone.now()).returned
        except AlreadyBack:
            return 0

    assert sorted(together(act, range(4))) == [0, 0, 0, 4]
    assert Move.objects.get().not_undone == []


@pytest.mark.django_db(transaction=True)
def test_nobody_goes_back_into_a_room_that_is_being_deleted(community, room, by):
    resident, now = make.resident(community, "A 1 101"), timezone.now()
    former = resident.room_id
    moved = move(community, [resident.pk], room=room, by=by, now=now).move

    def back():
        try:
            return move_back(moved, by=by, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            tree.fell(community, former, by=by, now=now)
            taken = pool.submit(back)
            until_somebody_waits()
        not_undone = taken.result(timeout=60).not_undone

    assert not_undone == [{"resident": resident.pk, "why": "room_gone"}]
