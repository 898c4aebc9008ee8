"""What adding, correcting and removing employees keeps, refuses and leaves behind."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from communities import services as communities
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.scope import Scope
from haina.lib.meanwhile import ChangedMeanwhile, marks
from staff import bells, refusals, services
from staff.models import Employee, Removal
from tests import make


@pytest.fixture
def call(account):
    return {"by": Actor.command(account), "now": timezone.now()}


@pytest.fixture
def whole(account):
    return Scope.whole(account)


def synced(employee):
    Employee.objects.filter(pk=employee.pk).update(to_push=False)
    return Employee.objects.get(pk=employee.pk)


def test_one_who_is_added_is_to_be_pushed_and_found_by_the_last_four(account, community):
    made = make.employee(account, community, name="陈三三", phone="+8613500001126")

    made.refresh_from_db()
    assert (made.to_push, made.phone_last4, made.name_key) == (True, "1126", "~chen2~san1~san1")
    entry = AuditEntry.objects.get(action="employee.added")
    assert (entry.model, entry.ids) == ("staff.employee", [made.pk])


def test_a_phone_is_one_persons(account, call):
    make.employee(account, phone="+8613500001126")
    other = make.employee(account)

    with pytest.raises(refusals.PhoneTaken):
        make.employee(account, phone="+8613500001126")
    with pytest.raises(refusals.PhoneTaken):
        services.correct(other, within=Scope.whole(account), phone="+8613500001126", **call)

    assert Employee.objects.count() == 2


def test_two_without_a_phone_are_two(account):
    for _number in range(2):
        make.employee(account, phone="")

    assert Employee.objects.count() == 2


@pytest.mark.parametrize(
    ("written", "pushes"),
    [({"name": "陈四"}, True), ({"rank": "高级"}, False), ({"wechat": "chen33"}, False)],
)
def test_only_what_wecom_is_told_is_pushed(account, whole, call, written, pushes):
    employee = synced(make.employee(account))

    assert services.correct(employee, within=whole, **written, **call) == list(written)

    employee.refresh_from_db()
    assert employee.to_push is pushes


def test_a_correction_takes_the_fault_away(account, whole, call):
    employee = make.employee(account)
    Employee.objects.update(to_push=False, push_fault=60104, push_detail="x")

    services.correct(employee, within=whole, phone="+8613700000000", **call)

    employee.refresh_from_db()
    assert (employee.to_push, employee.push_fault, employee.push_detail) == (True, None, "")


def test_what_changes_nothing_leaves_no_trace(account, whole, call):
    employee = synced(make.employee(account))

    assert services.correct(employee, within=whole, name=employee.name, **call) == []

    assert not AuditEntry.objects.filter(action="employee.corrected").exists()


def test_nobody_overwrites_unseen(account, whole, call):
    employee = make.employee(account)
    seen = marks(employee, services.WRITTEN)
    services.correct(employee, within=whole, position="主管", **call)

    services.correct(employee, within=whole, seen=seen, name="陈四", position="", **call)
    with pytest.raises(ChangedMeanwhile):
        services.correct(employee, within=whole, seen=seen, position="经理", **call)

    employee.refresh_from_db()
    assert (employee.name, employee.position) == ("陈四", "主管")


def test_whoever_is_limited_gives_and_takes_only_their_communities(account, community, call):
    second, third = make.community(account, "深圳小区"), make.community(account, "广州小区")
    employee = make.employee(account, community, second)
    mine = Scope(account.pk, frozenset({community.pk, third.pk}))

    shown = services.shown_within(employee, mine)
    changed = services.correct(
        employee,
        within=mine,
        seen=marks(shown, services.WRITTEN),
        community_ids=[third.pk],
        **call,
    )

    employee.refresh_from_db()
    assert shown.community_ids == [community.pk]
    assert (changed, employee.community_ids) == (["community_ids"], [second.pk, third.pk])


def test_whoever_is_limited_removes_nobody_who_serves_others(account, community, call):
    second = make.community(account, "深圳小区")
    both, here = make.employee(account, community, second), make.employee(account, community)
    mine = Scope(account.pk, frozenset({community.pk}))

    with pytest.raises(refusals.ServesOthers):
        services.remove(account, [both.pk, here.pk], within=mine, **call)

    assert Employee.objects.count() == 2
    assert services.remove(account, [here.pk], within=mine, **call) == 1


def test_who_was_in_this_corp_is_to_be_deleted_there(account, whole, call):
    make.corp(account)
    there, elsewhere, nowhere = (make.employee(account) for _number in range(3))
    Employee.objects.filter(pk=there.pk).update(userid="hn1", corp_id="ww0000000000000001")
    Employee.objects.filter(pk=elsewhere.pk).update(userid="hn2", corp_id="ww0000000000000002")

    gone = services.remove(
        account, [there.pk, elsewhere.pk, nowhere.pk, 12345], within=whole, **call
    )

    assert (gone, Employee.objects.count()) == (3, 0)
    assert [(row.corp_id, row.userid) for row in Removal.objects.all()] == [
        ("ww0000000000000001", "hn1")
    ]
    assert AuditEntry.objects.get(action="employee.removed").ids == [
        there.pk,
        elsewhere.pk,
        nowhere.pk,
    ]


def test_the_cap_says_how_many_fit(account, settings):
    settings.WECOM_USER_LIMIT = 2
    make.employee(account)
    make.employee(account)

    with pytest.raises(refusals.CapReached, match="当前 2 人.*还能添加 0 人"):
        make.employee(account)

    make.corp(account, user_limit=3)
    make.employee(account)
    assert Employee.objects.count() == 3


def test_departments_and_communities_must_be_the_accounts_own(account, community):
    other = make.account("other")
    foreign = make.department(other, "A"), make.community(other, "别家小区")

    with pytest.raises(refusals.ChosenDepartmentGone):
        make.employee(account, community, department_ids=[foreign[0].pk])
    with pytest.raises(refusals.ChosenCommunityGone):
        make.employee(account, foreign[1])

    assert not Employee.objects.exists()


def test_a_community_that_is_deleted_is_served_by_nobody(account, community, call):
    second = make.community(account, "深圳小区")
    both, other = make.employee(account, community, second), make.employee(account, second)

    communities.close(community, **call)

    assert dict(Employee.objects.values_list("pk", "community_ids")) == {
        both.pk: [second.pk],
        other.pk: [second.pk],
    }
    event = Employee.pgh_event_model.objects.filter(pgh_obj_id=both.pk).latest("pgh_id")
    assert event.pgh_context["action"] == "community.closed"


def test_history_says_who_and_why(account, whole, call):
    employee = make.employee(account)
    services.correct(employee, within=whole, name="陈四", **call)
    services.remove(account, [employee.pk], within=whole, **call)

    events = Employee.pgh_event_model.objects.filter(pgh_obj_id=employee.pk).order_by("pgh_id")
    assert [event.pgh_context["action"] for event in events] == [
        "employee.added",
        "employee.corrected",
        "employee.removed",
    ]


@pytest.mark.django_db(transaction=True)
def test_every_act_rings_once_it_is_committed(monkeypatch):
    account = make.account("fengniao")
    heard = []
    monkeypatch.setattr(bells, "listeners", [heard.append])
    call = {"by": Actor.command(account), "now": timezone.now()}

    employee = make.employee(account, department_ids=[])
    services.correct(employee, within=Scope.whole(account), name="陈四", **call)
    services.retry(employee)
    services.remove(account, [employee.pk], within=Scope.whole(account), **call)

    assert heard == [account.pk] * 4


@pytest.mark.django_db(transaction=True)
def test_two_cannot_both_be_the_last(settings):
    """Without the lock both count before either has written."""
    settings.WECOM_USER_LIMIT = 1
    account = make.account("fengniao")
    refused, start = [], threading.Barrier(2)

    def add():
        try:
            start.wait()
            make.employee(account, department_ids=[])
        except refusals.CapReached as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (Employee.objects.count(), len(refused)) == (1, 1)
