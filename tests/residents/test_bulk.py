"""批量删除 and 批量移动 of all whom the list finds: agreed to, checked again, many as a job."""

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from communities import tree
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level
from haina.jobs import queue
from haina.jobs.models import Job
from residents import bulk
from residents.listing import Chosen, token_of
from residents.models import RemovedResident, Resident
from residents.moving import Meeting, PhonesMeet, move
from residents.removal import remove
from tests import make
from tests.residents.agreeing import HTMX, agree_to, question
from tests.together import together


@pytest.fixture
def room(community):
    return make.node(community, "C 1 301")


def to(room) -> dict:
    names = {f"at_{n}": name for n, name in enumerate(room.address.split())}
    return {"community": room.tree_id} | names


def rooms() -> dict:
    return dict(Resident.objects.values_list("name", "room__address"))


def run_the_job() -> Job:
    job = Job.objects.latest("pk")
    queue.run(job.pk)
    job.refresh_from_db()
    return job


@pytest.fixture
def few_at_once(monkeypatch):
    """What is a job from 2,001 on is one from 4 on."""
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 3)
    monkeypatch.setattr("residents.views.bin.MOST_AT_ONCE", 3)


def test_all_matching_go_and_nobody_else(sign_in, operator, four, url):
    agree_to(sign_in(operator), url("delete_many", gender="male"), {"all": "1"})

    assert set(Resident.objects.values_list("name", flat=True)) == {"李四"}
    assert AuditEntry.objects.get(action="resident.removed").count == 3


def test_all_of_a_node_go(sign_in, operator, four, url):
    node = four["刘六"].room.parent_id

    agree_to(sign_in(operator), url("delete_many", node=node), {"all": "1"})

    assert set(Resident.objects.values_list("name", flat=True)) == {"张三", "李四"}


def test_who_came_meanwhile_is_shown_before_anybody_goes(sign_in, operator, community, four, url):
    client = sign_in(operator)
    address = url("delete_many")
    agreed = {"all": "1"} | question(client, address, {"all": "1"})
    make.resident(community, name="新住户")

    response = client.post(address, agreed, headers=HTMX)

    text = response.content.decode()
    assert response.status_code == 422
    assert "符合条件的住户有变化，现在共 5 位" in text
    assert "新住户" in text
    assert Resident.objects.count() == 5


def test_one_gone_and_one_come_is_a_change_too(sign_in, operator, community, four, url):
    client = sign_in(operator)
    agreed = {"all": "1"} | question(client, url("delete_many"), {"all": "1"})
    by = Actor.command(community.account)
    remove(community, [four["张三"].pk], by=by, now=timezone.now())
    make.resident(community, name="新住户")

    assert client.post(url("delete_many"), agreed).status_code == 422
    assert Resident.objects.count() == 4


def test_the_choice_is_counted_again_under_the_lock(community, four):
    chosen = Chosen(community, Resident.objects.filter(community=community).for_list())
    agreed = chosen.token
    make.resident(community, name="新住户")

    with pytest.raises(bulk.ChoiceChanged):
        bulk.remove_chosen(
            chosen, agreed=agreed, by=Actor.command(community.account), now=timezone.now()
        )
    assert Resident.objects.count() == 5


def test_many_go_as_a_job_that_can_be_undone(sign_in, operator, four, url, few_at_once):
    client = sign_in(operator)

    response = agree_to(client, url("delete_many", q="", gender=""), {"all": "1"})
    assert Resident.objects.count() == 4
    job = run_the_job()
    page = client.get(response.url)

    assert response.url == url("bulk_job", job.pk)
    assert (job.state, job.result["removed"]) == (Job.State.DONE, 4)
    assert "已删除 4 位住户" in page.content.decode()
    undo = html.fromstring(page.content.decode()).xpath("//form[contains(@action, 'restore')]")
    client.post(undo[0].action)
    assert run_the_job().result == {"restored": 4}
    assert Resident.objects.count() == 4


def test_a_job_for_others_than_agreed_changes_nothing(
    sign_in, operator, community, four, url, few_at_once
):
    agree_to(sign_in(operator), url("delete_many"), {"all": "1"})
    make.resident(community, name="新住户")

    job = run_the_job()

    assert job.state == Job.State.FAILED
    assert "现在共 5 位" in job.message
    assert Resident.objects.count() == 5


def test_a_job_does_what_its_asker_may_do_now(
    sign_in, operator, community, four, room, url, few_at_once
):
    agree_to(sign_in(operator), url("move"), {"all": "1"} | to(room))
    operator.grants.filter(field="address").update(level=Level.VIEW)

    job = run_the_job()

    assert job.state == Job.State.FAILED
    assert rooms()["张三"] == "A 1 101"


def test_a_job_holds_nothing_that_was_searched(sign_in, operator, four, url, few_at_once):
    for number in range(5):
        make.resident(four["张三"].community, name=f"canary {number}")

    agree_to(sign_in(operator), url("delete_many", q="canary"), {"all": "1"})

    assert "canary" not in repr(Job.objects.values().latest("pk"))
    assert run_the_job().result["removed"] == 5


def test_pressing_twice_makes_one_job(sign_in, operator, four, url, few_at_once):
    client = sign_in(operator)
    agreed = {"all": "1"} | question(client, url("delete_many"), {"all": "1"})

    first, second = (client.post(url("delete_many"), agreed) for _ in range(2))

    assert first.url == second.url
    assert Job.objects.count() == 1


def test_ticked_residents_move(sign_in, operator, four, room, url):
    ticked = {"pk": [four["张三"].pk, four["刘六"].pk]}

    response = agree_to(sign_in(operator), url("move", sort="name"), ticked | to(room))

    assert response.url == url("list", sort="name")
    assert rooms() == {
        "张三": "C 1 301",
        "李四": "A 1 102",
        "王五": "B 1 101",
        "刘六": "C 1 301",
    }
    entry = AuditEntry.objects.get(action="resident.moved")
    assert (entry.count, entry.fields) == (2, ["address"])


def test_moving_asks_with_the_number_and_the_first(sign_in, operator, four, url):
    response = sign_in(operator).post(url("move"), {"pk": [four["张三"].pk]}, headers=HTMX)

    text = response.content.decode()
    assert "将以下 1 位住户移动到" in text
    assert "张三" in text
    assert rooms()["张三"] == "A 1 101"


def test_without_scripts_the_address_is_chosen_step_by_step(sign_in, operator, four, room, url):
    client = sign_in(operator)
    posted = {"pk": [four["张三"].pk], "community": room.tree_id, "at_0": "C", "choose": "1"}
    posted |= question(client, url("move"), posted)

    response = client.post(url("move"), posted)

    page = html.fromstring(response.content.decode())
    assert response.status_code == 200
    assert page.xpath("//select[@name='at_0']/option[@selected]/@value") == ["C"]
    assert page.xpath("//select[@name='at_1']/option/@value") == ["", "1"]
    assert page.xpath("//input[@name='pk']/@value") == [str(four["张三"].pk)]


def test_moving_needs_a_whole_address(sign_in, operator, four, room, url):
    posted = {"pk": [four["张三"].pk]} | to(room)
    del posted["at_2"]

    response = agree_to(sign_in(operator), url("move"), posted)

    assert response.status_code == 422
    assert "请选择完整的地址" in response.content.decode()


def test_who_would_meet_their_own_phone_is_named_and_nobody_moves(
    sign_in, operator, community, four, room, url
):
    make.resident(community, room.address, name="已在", phone=four["李四"].phone)
    ticked = {"pk": [four["张三"].pk, four["李四"].pk]}

    response = agree_to(sign_in(operator), url("move"), ticked | to(room))

    page = html.fromstring(response.content.decode())
    named = [line.text_content() for line in page.xpath("//ul[@class='delete-list'][1]/li")]
    assert response.status_code == 422
    assert "目标房间已有使用相同手机号的住户" in response.content.decode()
    assert named == [
        "李四 家属 136*****30 A 1 102 与目标房间的 已在 业主 136*****30 C 1 301 手机号相同"
    ]
    assert rooms()["张三"] == "A 1 101"


def test_two_with_one_phone_do_not_move_into_one_room(community, room):
    phone = "13700000001"
    both = [make.resident(community, f"A 1 {n}", phone=phone).pk for n in (1, 2)]
    by, now = Actor.command(community.account), timezone.now()

    with pytest.raises(PhonesMeet) as refusal:
        move(community, both, room=room, by=by, now=now)

    assert refusal.value.meetings == [Meeting(both[1], both[0], lives_there=False)]
    assert "目标房间已有" not in str(refusal.value)


def test_a_room_that_is_gone_takes_nobody(sign_in, operator, community, four, room, url):
    posted = {"pk": [four["张三"].pk]} | to(room)
    client = sign_in(operator)
    agreed = posted | question(client, url("move"), posted)
    tree.fell(community, room.pk, by=Actor.command(community.account), now=timezone.now())

    assert client.post(url("move"), agreed).status_code == 422
    assert rooms()["张三"] == "A 1 101"


def test_nobody_moves_to_another_community(sign_in, creator, account, four, url):
    elsewhere = make.node(make.community(account, "滨海小区"), "A 1 101")
    posted = {"pk": [four["张三"].pk]} | to(elsewhere)

    response = agree_to(sign_in(creator), url("move", community=four["张三"].community_id), posted)

    assert response.status_code == 422
    assert rooms()["张三"] == "A 1 101"


@pytest.mark.parametrize("level", [Level.NONE, Level.VIEW])
def test_moving_needs_the_right_to_addresses(sign_in, operator, four, room, url, level):
    operator.grants.filter(field="address").update(level=level)
    client = sign_in(operator)

    assert client.post(url("move"), {"pk": four["张三"].pk}).status_code == 403
    assert "批量移动" not in client.get(url("list")).content.decode()


def test_a_bulk_job_is_its_askers_own(sign_in, operator, creator, four, url, few_at_once):
    agree_to(sign_in(operator), url("delete_many"), {"all": "1"})

    job = Job.objects.latest("pk")
    assert sign_in(creator).get(url("bulk_job", job.pk)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_people_move_the_same_residents_at_once(community, four):
    by, pks = Actor.command(community.account), [resident.pk for resident in four.values()]
    targets = [make.node(community, f"C 1 {number}") for number in range(2)]

    def act(target):
        return move(community, pks, room=target, by=by, now=timezone.now()).count

    assert together(act, targets) == [4, 4]
    assert len(set(rooms().values())) == 1


@pytest.mark.django_db(transaction=True)
def test_deleting_and_moving_at_once_loses_nobody(community, four, room):
    by, pks = Actor.command(community.account), [resident.pk for resident in four.values()]

    def act(name):
        if name == "move":
            return move(community, pks, room=room, by=by, now=timezone.now()).count
        return remove(community, pks, by=by, now=timezone.now()).count

    moved, removed = together(act, ["move", "remove"])

    assert (moved in (0, 4), removed) == (True, 4)
    assert RemovedResident.objects.count() == 4


def test_the_token_names_who_and_how_many():
    assert token_of([1, 2]) != token_of([1, 3])
    assert token_of([1, 2]).startswith("2-")


def test_the_menu_leads_to_the_bin(sign_in, operator, account, four, url):
    text = sign_in(operator).get(url("list")).content.decode()

    assert reverse("residents:bin", args=[account.slug]) in text
    assert "<noscript" in text


def test_a_form_that_is_not_ours_starts_a_job_all_the_same(
    sign_in, operator, community, four, room, url, few_at_once
):
    client = sign_in(operator)
    posted = {"all": "1"} | to(room)
    agreed = posted | question(client, url("move"), posted)

    answers = [client.post(url("move"), agreed | {"once": "\x00"}) for _ in range(2)]
    del agreed["once"]
    answers += [client.post(url("move"), agreed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302] * 4
    assert Job.objects.count() == 4


def test_a_job_whose_residents_would_meet_says_so_once(
    sign_in, operator, community, four, room, url, few_at_once
):
    client = sign_in(operator)
    agree_to(client, url("move", gender=""), {"all": "1"} | to(room))
    Resident.objects.filter(pk__in=[four["张三"].pk, four["李四"].pk]).update(
        phone="+8613700000001"
    )

    job = run_the_job()

    assert job.state == Job.State.FAILED
    assert job.message == "所选住户中有人使用相同的手机号，不能移到同一个房间，没有移动任何住户。"
