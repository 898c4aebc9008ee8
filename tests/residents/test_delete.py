"""删除, 批量删除, and what stays behind."""

import pytest
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level
from residents.models import Resident
from residents.removal import remove
from residents.services import ResidentGone, correct
from tests import make
from tests.residents.agreeing import agree_to

BY = Actor(label="小何")


def test_delete_asks_first(sign_in, operator, four, url):
    resident = four["李四"]

    text = sign_in(operator).get(url("delete", resident.pk)).content.decode()

    assert "李四" in text
    assert "136*****30" in text
    assert "13625895630" not in text
    assert Resident.objects.count() == 4


def test_delete_removes_and_leaves_a_trail(sign_in, operator, four, url):
    resident = four["李四"]

    response = sign_in(operator).post(url("delete", resident.pk, q="李"))

    assert response.url == url("list", q="李")
    assert not Resident.objects.filter(pk=resident.pk).exists()
    assert Resident.objects.count() == 3
    entry = AuditEntry.objects.get(action="resident.removed")
    assert (entry.ids, entry.account_id) == ([resident.pk], operator.account_id)


def test_delete_many_asks_with_the_number_and_the_first(sign_in, operator, four, url):
    ticked = [four["李四"].pk, four["刘六"].pk]

    response = sign_in(operator).post(url("delete_many"), {"pk": ticked})

    text = response.content.decode()
    assert "2" in text
    assert "李四" in text
    assert "刘六" in text
    assert "王五" not in text
    assert Resident.objects.count() == 4


def test_delete_many_removes_what_was_ticked(sign_in, operator, four, url):
    ticked = [four["李四"].pk, four["刘六"].pk]

    agree_to(sign_in(operator), url("delete_many"), {"pk": ticked})

    assert set(Resident.objects.values_list("name", flat=True)) == {"张三", "王五"}
    assert AuditEntry.objects.get(action="resident.removed").count == 2


def test_delete_many_of_nobody_changes_nothing(sign_in, operator, four, url):
    response = sign_in(operator).post(url("delete_many"), {"agreed": "1"}, follow=True)

    assert "请先勾选住户" in response.content.decode()
    assert Resident.objects.count() == 4


def test_delete_many_does_not_reach_over_the_fence(sign_in, operator, account, four, url):
    outside = make.resident(make.community(account, "滨海小区"), name="外人")
    ticked = [four["李四"].pk, outside.pk]

    response = sign_in(operator).post(url("delete_many"), {"pk": ticked})
    agree_to(sign_in(operator), url("delete_many"), {"pk": ticked})

    assert "外人" not in response.content.decode()
    assert Resident.objects.filter(pk=outside.pk).exists()
    assert not Resident.objects.filter(pk=four["李四"].pk).exists()


@pytest.mark.parametrize("pk", ["x", "-1", "1" * 40, ""])
def test_delete_many_of_nonsense_is_404(sign_in, operator, four, url, pk):
    assert sign_in(operator).post(url("delete_many"), {"pk": pk}).status_code == 404


def test_a_viewer_may_not_delete(sign_in, account, community, four, url):
    viewer = make.operator(account, "小看", sections={"residents": Level.VIEW})
    client = sign_in(viewer)
    pk = four["李四"].pk

    assert client.post(url("delete", pk)).status_code == 403
    assert client.post(url("delete_many"), {"pk": pk, "agreed": 1}).status_code == 403
    assert Resident.objects.count() == 4


@pytest.mark.parametrize("name", ["delete", "edit"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_deleted_already_is_said_to_be(sign_in, operator, four, url, name, method):
    client = sign_in(operator)
    pk = four["李四"].pk
    client.post(url("delete", pk))

    response = getattr(client, method)(url(name, pk), headers={"HX-Request": "true"})

    text = response.content.decode()
    assert "该住户已被删除" in text
    assert url("show", pk) in text
    assert "residents-changed" in response.headers["HX-Trigger"]


def test_who_never_was_is_404(sign_in, operator, community, url):
    assert sign_in(operator).get(url("delete", 999_999)).status_code == 404


def test_correcting_somebody_who_went_meanwhile_is_refused(four):
    resident = four["李四"]
    gone = remove(resident.community, [resident.pk], by=BY, now=timezone.now())

    with pytest.raises(ResidentGone):
        correct(resident, name="李四四", by=BY, now=timezone.now())
    assert gone.count == 1


@pytest.mark.parametrize("field", ["name", "identity", "phone", "address"])
def test_the_question_shows_nothing_hidden(sign_in, account, community, url, field):
    canary = make.resident(community, "金 丝 雀", name="金丝雀", phone="13700007788")
    clerk = make.operator(
        account, "小藏", sections={"residents": Level.MANAGE}, fields={field: Level.NONE}
    )

    text = sign_in(clerk).get(url("delete", canary.pk)).content.decode()

    leaks = {"name": "金丝雀", "identity": "业主", "phone": "137*", "address": "金 丝 雀"}
    assert leaks[field] not in text
