"""回收站: 撤销, 恢复, what stops somebody's return, and what empties it at night."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from communities import services as communities
from communities import tree
from haina.accounts import privacy
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level
from haina.jobs import queue
from haina.jobs.models import Job
from residents import bulk
from residents.models import RemovedResident, Resident
from residents.removal import NotAllCanReturn, remove, restore
from residents.tasks import empty_bins
from tests import make
from tests.residents.agreeing import HTMX, agree_to
from tests.together import together

KEPT = [field.attname for field in Resident._meta.concrete_fields]


def removed(resident, now=None):
    by = Actor.command(resident.community.account)
    return remove(resident.community, [resident.pk], by=by, now=now or timezone.now())


@pytest.fixture
def few_at_once(monkeypatch):
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 3)
    monkeypatch.setattr("residents.views.bin.MOST_AT_ONCE", 3)


def undo_of(response) -> str:
    """Where the message's 撤销 posts to."""
    forms = html.fromstring(response.content.decode()).xpath("//*[@id='messages']//form")
    return forms[0].action


def names(model=Resident):
    return set(model.objects.values_list("name", flat=True))


def test_deleted_residents_wait_in_the_bin_as_they_were(sign_in, operator, four, url):
    before = Resident.objects.filter(pk=four["刘六"].pk).values(*KEPT).get()

    sign_in(operator).post(url("delete", four["刘六"].pk))

    kept = RemovedResident.objects.get(pk=four["刘六"].pk)
    assert {name: getattr(kept, name) for name in KEPT} == before
    assert (kept.address, kept.removed_by) == ("B 1 102", "小何")


def test_one_click_undoes_the_whole_act(sign_in, operator, four, url):
    client = sign_in(operator)
    before = list(Resident.objects.order_by("pk").values(*KEPT))
    ticked = [four["李四"].pk, four["刘六"].pk]

    response = agree_to(client, url("delete_many", q="李"), {"pk": ticked})
    listed = client.get(response.url)
    back = client.post(undo_of(listed), follow=True)

    assert list(Resident.objects.order_by("pk").values(*KEPT)) == before
    assert "已恢复 2 位住户" in back.content.decode()
    assert back.redirect_chain[-1][0] == url("list", q="李")
    assert AuditEntry.objects.get(action="resident.restored").ids == sorted(ticked)


def test_undoing_twice_says_that_there_is_nothing_left(sign_in, operator, four, url):
    client = sign_in(operator)
    act = removed(four["李四"]).act
    client.post(url("restore", act=act))

    again = client.post(url("restore", act=act), follow=True)

    assert "没有可恢复的住户" in again.content.decode()
    assert Resident.objects.count() == 4


def test_the_bin_lists_who_was_deleted_when_and_by_whom(sign_in, operator, four, url):
    removed(four["李四"])

    text = sign_in(operator).get(url("bin")).content.decode()

    assert "李四" in text
    assert "136*****30" in text
    assert "13625895630" not in text
    assert "bin/manage" in text
    assert "王五" not in text


@pytest.mark.parametrize(("query", "found"), [("李", True), ("5630", True), ("刘", False)])
def test_the_bin_is_searched_like_the_list(sign_in, operator, four, url, query, found):
    removed(four["李四"])

    text = sign_in(operator).get(url("bin", q=query)).content.decode()

    assert ("136*****30" in text) is found


def test_an_empty_bin_says_so(sign_in, operator, community, url):
    assert "回收站是空的" in sign_in(operator).get(url("bin")).content.decode()


def test_ticked_residents_come_back(sign_in, operator, four, url):
    for name in ("张三", "李四", "王五"):
        removed(four[name])

    client = sign_in(operator)
    response = client.post(url("restore"), {"pk": [four["张三"].pk, four["王五"].pk]})

    assert response.status_code == 302
    assert names() == {"张三", "王五", "刘六"}
    assert names(RemovedResident) == {"李四"}


@pytest.fixture
def stuck(four):
    """李四's room is gone, 张三's has somebody with his phone; 王五 could come back."""
    by, now = Actor.command(four["李四"].community.account), timezone.now()
    pks = [four[name].pk for name in ("张三", "李四", "王五")]
    act = remove(four["李四"].community, pks, by=by, now=now).act
    tree.fell(four["李四"].community, four["李四"].room_id, by=by, now=now)
    make.resident(four["张三"].community, "A 1 101", name="新住户", phone=four["张三"].phone)
    return act


def test_who_cannot_come_back_is_named_and_nobody_does(sign_in, operator, stuck, url):
    response = sign_in(operator).post(url("restore", act=stuck))

    text = response.content.decode()
    assert response.status_code == 422
    assert "原房间已被删除" in text
    assert "原房间已有使用相同手机号的住户" in text
    assert "恢复其余 1 位" in text
    assert names() == {"刘六", "新住户"}


def test_the_others_come_back_if_that_is_wanted(sign_in, operator, stuck, url):
    sign_in(operator).post(url("restore", act=stuck), {"rest": "1"})

    assert names() == {"刘六", "新住户", "王五"}
    assert names(RemovedResident) == {"张三", "李四"}


def test_of_two_with_one_phone_and_room_the_later_may_return(community):
    by, now = Actor.command(community.account), timezone.now()
    first = make.resident(community, "A 1 101", name="先", phone="13700000001")
    removed(first, now - timedelta(days=1))
    second = make.resident(community, "A 1 101", name="后", phone="13700000001")
    removed(second, now)
    both = [first.pk, second.pk]

    with pytest.raises(NotAllCanReturn) as refusal:
        restore(community, both, by=by, now=now)
    restore(community, both, by=by, now=now, past_obstacles=True)

    assert [each.resident.name for each in refusal.value.obstacles] == ["先"]
    assert names() == {"后"}


def test_after_30_days_the_bin_is_emptied(four):
    now = timezone.now()
    removed(four["张三"], now - timedelta(days=31))
    removed(four["李四"], now - timedelta(days=29))

    empty_bins()

    assert names(RemovedResident) == {"李四"}
    entry = AuditEntry.objects.get(action="bin.emptied")
    assert (entry.ids, entry.count) == ([four["张三"].pk], 1)
    assert entry.account_id == four["张三"].community.account_id


def test_who_left_the_bin_left_the_history_too(four):
    gone, kept = four["张三"].pk, four["李四"].pk
    removed(four["张三"], timezone.now() - timedelta(days=31))
    removed(four["李四"])

    empty_bins()

    events = Resident.pgh_event_model.objects
    told = events.filter(pgh_obj_id=gone).values_list("name", "phone", "id_number_hash", "room_id")
    assert list(told) == [("", "", None, 0)] * 2
    assert set(events.filter(pgh_obj_id=kept).values_list("name", flat=True)) == {"李四"}


def test_a_community_takes_its_bin_along(four, community):
    by, now = Actor.command(community.account), timezone.now()
    remove(community, [resident.pk for resident in four.values()], by=by, now=now)

    communities.close(community, by=by, now=now)

    assert RemovedResident.objects.count() == 0
    told = Resident.pgh_event_model.objects.values_list("name", "phone", "id_number_hash")
    assert set(told) == {("", "", None)}


def test_the_bin_is_behind_the_fence(sign_in, operator, account, four, url):
    outside = make.resident(make.community(account, "滨海小区"), name="外人")
    act = removed(outside).act
    client = sign_in(operator)

    client.post(url("restore", act=act))
    client.post(url("restore"), {"pk": outside.pk})

    assert names(RemovedResident) == {"外人"}
    assert client.get(url("bin", community=outside.community_id)).status_code == 404
    assert client.get(url("show", outside.pk)).status_code == 404


def test_viewers_look_into_no_bin(sign_in, account, four, url):
    viewer = make.operator(account, "小看", sections={"residents": Level.VIEW})
    removed(four["李四"])
    client = sign_in(viewer)

    assert client.get(url("bin")).status_code == 403
    assert client.post(url("restore"), {"pk": four["李四"].pk}).status_code == 403
    assert client.get(url("show", four["李四"].pk)).status_code == 404
    assert "回收站" not in client.get(url("list")).content.decode()


def test_the_bin_takes_the_same_queries_at_1_and_30_rows(sign_in, operator, community, url):
    client = sign_in(operator)
    removed(make.resident(community))
    few = queries_of(client, url("bin", size=100))
    for number in range(29):
        removed(make.resident(community, f"A 1 {200 + number}"))

    assert queries_of(client, url("bin", size=100)) == few


def queries_of(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_deleting_and_restoring_take_the_same_queries_for_1_and_30(community):
    by, now = Actor.command(community.account), timezone.now()
    everybody = [make.resident(community, f"A 1 {number}").pk for number in range(101, 132)]

    def cycle(pks):
        with CaptureQueriesContext(connection) as queries:
            remove(community, pks, by=by, now=now)
            restore(community, pks, by=by, now=now)
        return len(queries)

    assert cycle(everybody[:1]) == cycle(everybody[1:])


@pytest.mark.django_db(transaction=True)
def test_two_people_delete_the_same_residents_at_once(four, community):
    pks, by = [resident.pk for resident in four.values()], Actor.command(community.account)

    counts = together(lambda _: remove(community, pks, by=by, now=timezone.now()).count, range(4))

    assert sorted(counts) == [0, 0, 0, 4]
    assert (Resident.objects.count(), RemovedResident.objects.count()) == (0, 4)


@pytest.mark.django_db(transaction=True)
def test_two_people_restore_the_same_residents_at_once(four, community):
    pks, by = [resident.pk for resident in four.values()], Actor.command(community.account)
    remove(community, pks, by=by, now=timezone.now())

    counts = together(lambda _: restore(community, pks, by=by, now=timezone.now()), range(4))

    assert sorted(counts) == [0, 0, 0, 4]
    assert (Resident.objects.count(), RemovedResident.objects.count()) == (4, 0)


@pytest.mark.django_db(transaction=True)
def test_restoring_against_deleting_the_room_leaves_nobody_homeless(community):
    by, now = Actor.command(community.account), timezone.now()
    for number in range(8):
        resident = make.resident(community, f"A 1 {number}")
        removed(resident)

        def act(name, resident=resident):
            try:
                if name == "fell":
                    return tree.fell(community, resident.room_id, by=by, now=now)
                return restore(community, [resident.pk], by=by, now=now)
            except (tree.StillInhabited, NotAllCanReturn):
                return "refused"

        assert "refused" in together(act, ["fell", "restore"])
        there = Resident.objects.filter(pk=resident.pk).select_related("room").first()
        assert there is None or there.room.pk == resident.room_id


@pytest.mark.parametrize("field", ["name", "gender", "identity", "phone", "address"])
def test_the_bin_shows_nothing_hidden(sign_in, account, community, url, field):
    canary = make.resident(
        community,
        "笼 9 909",
        name="金丝雀",
        gender="female",
        identity="term_tenant",
        lease_ends_on="2031-03-03",
        phone="13700007788",
    )
    blocker = removed(canary)
    make.resident(community, "笼 9 909", phone="13700007788", name="别人")
    fields = {field: Level.NONE}
    clerk = make.operator(account, sections={"residents": Level.MANAGE}, fields=fields)
    client = sign_in(clerk)

    answers = [
        client.get(url("bin")),
        client.get(url("bin", q="7788" if field == "phone" else "金丝雀")),
        client.post(url("restore", act=blocker.act)),
    ]

    leaks = {
        "name": ["金丝雀</a>", ">金丝雀"],
        "gender": [">女<"],
        "identity": ["限期租客", "2031-03-03"],
        "phone": ["137*****88", "13700007788"],
        "address": ["笼 9 909"],
    }
    for answer in answers:
        assert not [leak for leak in leaks[field] if leak in answer.content.decode()]


def test_the_bin_counts_searches_by_phone_like_the_list(sign_in, operator, four, url, monkeypatch):
    monkeypatch.setattr(privacy, "PHONE_SEARCHES", replace(privacy.PHONE_SEARCHES, tries=1))
    operator.grants.filter(field="phone").update(level=Level.VIEW)
    removed(four["李四"])
    client = sign_in(operator)

    first, second = (client.get(url("bin", q="5630")).content.decode() for _ in range(2))

    assert "李四" in first
    assert "李四" not in second
    assert "按手机号搜索的次数过多" in second
    assert AuditEntry.objects.get(action="resident.searched_by_phone").count == 1


def test_a_conflict_is_shown_in_the_dialog_with_who_is_in_the_way(sign_in, operator, stuck, url):
    client = sign_in(operator)

    response = client.post(url("restore", act=stuck), headers=HTMX)

    dialog = html.fromstring(response.content.decode())
    other = Resident.objects.get(name="新住户")
    links = {link.get("href"): link.text for link in dialog.xpath("//li/a")}
    assert (response.status_code, b"<html" in response.content) == (422, False)
    assert list(links) == [url("show", other.pk)]
    assert links[url("show", other.pk)].startswith("新住户 业主 189*****")
    assert "恢复其余 1 位" in dialog.text_content()
    assert [button.text for button in dialog.xpath("//*[@data-close]")] == ["都不恢复"]


def test_the_rest_comes_back_from_the_dialog(sign_in, operator, stuck, url):
    client = sign_in(operator)
    address = url("restore", act=stuck, next=url("list", q="王"))

    response = client.post(address, {"rest": "1", "next": url("list", q="王")}, headers=HTMX)

    assert response.headers["HX-Redirect"] == url("list", q="王")
    assert "王五" in names()


def test_of_two_who_want_to_return_no_resident_is_in_the_way(sign_in, operator, community, url):
    both = []
    for name in ("先", "后"):
        resident = make.resident(community, "A 1 101", name=name, phone="13700000001")
        both.append(resident.pk)
        removed(resident)

    text = sign_in(operator).post(url("restore"), {"pk": both}).content.decode()

    assert "先 业主 137*****01 A 1 101：同一房间还有一位使用相同手机号的住户也要恢复" in text


def test_the_address_of_a_conflict_leads_back_to_the_bin(sign_in, operator, stuck, url):
    response = sign_in(operator).get(url("restore", act=stuck))

    assert (response.status_code, response.url) == (302, url("bin"))


def test_a_bulk_job_offers_its_way_back_only_once(sign_in, operator, four, url, few_at_once):
    client = sign_in(operator)
    page = agree_to(client, url("delete_many", q=""), {"all": "1"}).url
    queue.run(Job.objects.latest("pk").pk)
    offered = "撤销</button>" in client.get(page).content.decode()

    client.post(url("restore", act=Job.objects.latest("pk").result["act"]))
    queue.run(Job.objects.latest("pk").pk)

    assert (offered, Resident.objects.count()) == (True, 4)
    assert "撤销</button>" not in client.get(page).content.decode()
