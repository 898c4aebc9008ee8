"""What would delete many, or create anybody in a new corp, is put before somebody first."""

import pytest
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.accounts.scope import Scope
from haina.wechat.corp import services
from haina.wechat.models import Corp
from staff import services as staff
from staff.mirror import asking, passes
from staff.models import Department, Employee, Removal, Sync
from tests import make
from tests.staff.mirror.conftest import agree_to

pytestmark = pytest.mark.django_db(transaction=True)

OTHER = {
    "corp_id": "ww0000000000000002",
    "contacts_secret": "sandbox-contacts-secret-000000000000000002",
    "app_secret": "sandbox-app-secret-000000000000000000000002",
}


@pytest.fixture
def many(synchronise, wecom):
    """As many people as are asked for, on both sides."""

    def of(number: int) -> None:
        wecom.sandbox.do("wecom/seed", members=number - 12)
        synchronise()
        assert Employee.objects.count() == number

    return of


def fire(wecom, number: int) -> None:
    for userid in [userid for userid in wecom.members if userid != "staff00001"][:number]:
        wecom.do("user/delete", userid=userid)


def bury(account, number: int) -> None:
    for gone in list(Employee.objects.exclude(userid="staff00001").order_by("pk")[:number]):
        Removal.objects.create(account=account, corp_id=gone.corp_id, userid=gone.userid)
        gone.delete()


@pytest.mark.parametrize(
    ("people", "gone", "asks"),
    [(300, 10, False), (300, 11, True), (50, 2, False), (50, 3, True), (12, 1, True)],
)
def test_more_than_ten_or_a_twentieth_are_asked_for(many, synchronise, wecom, people, gone, asks):
    many(people)
    fire(wecom, gone)

    sync = synchronise(agree=False)

    assert (sync.phase == Sync.Phase.PLANNED) == asks
    assert Employee.objects.count() == people - (0 if asks else gone)
    if asks:
        assert len(sync.plan["delete_here"]) == gone


def test_a_few_who_were_deleted_here_go_there_unasked(many, pass_once, wecom, account):
    many(12)
    bury(account, 2)

    assert pass_once().phase == Sync.Phase.OVER
    assert len(wecom.members) == 10


def test_many_there_are_asked_for(many, synchronise, pass_once, wecom, account):
    many(100)
    bury(account, 11)

    sync = pass_once()

    assert sync.phase == Sync.Phase.PLANNED
    assert len(sync.plan["delete_there"]) == 11
    assert len(wecom.members) == 100

    agree_to(sync)
    assert pass_once().phase == Sync.Phase.OVER
    assert len(wecom.members) == Employee.objects.count() == 89


def test_a_plan_that_is_agreed_to_is_carried_out(many, synchronise, pass_once, wecom):
    many(50)
    fire(wecom, 3)
    sync = synchronise(agree=False)

    assert agree_to(sync)

    assert pass_once().phase == Sync.Phase.OVER
    assert Employee.objects.count() == 47


def test_a_plan_that_has_changed_is_to_be_agreed_to_anew(many, synchronise, pass_once, wecom):
    many(50)
    fire(wecom, 3)
    sync = synchronise(agree=False)
    fire(wecom, 1)

    assert agree_to(sync)
    again = pass_once()

    assert again.phase == Sync.Phase.PLANNED
    assert Employee.objects.count() == 50
    assert len(again.plan["delete_here"]) == 4
    assert not agree_to(sync)
    assert agree_to(again)
    assert pass_once().phase == Sync.Phase.OVER
    assert Employee.objects.count() == 46


def test_a_plan_waits_and_can_be_left(many, synchronise, pass_once, wecom, account):
    many(50)
    fire(wecom, 3)
    sync = synchronise(agree=False)
    make.employee(account, name="甲")
    assert passes.due(now=timezone.now()) == []

    assert asking.drop(account.pk, by=passes.author(sync), now=timezone.now())

    assert pass_once().phase == Sync.Phase.STOPPED
    assert passes.due(now=timezone.now() + passes.LATER) == []
    assert Employee.objects.count() == 51
    assert not agree_to(sync)


def test_the_night_makes_a_waiting_plan_anew(many, synchronise, pass_once, wecom, account):
    many(50)
    fire(wecom, 3)
    synchronise(agree=False)
    fire(wecom, 1)

    asking.ask(account.pk, now=timezone.now())

    assert len(pass_once().plan["delete_here"]) == 4


def test_nobody_is_deleted_there_whom_the_plan_does_not_have(
    many, pass_once, synchronise, wecom, account, monkeypatch
):
    """Eleven more are deleted here while the pass is writing."""
    many(100)
    bury(account, 2)
    begin = passes.write

    def slow(sync, corp, there):
        bury(account, 11)
        monkeypatch.setattr(passes, "STEPS", {**passes.STEPS, Sync.Phase.WRITING: begin})
        begin(sync, corp, there)

    monkeypatch.setattr(passes, "STEPS", {**passes.STEPS, Sync.Phase.WRITING: slow})

    sync = pass_once()

    assert sync.phase == Sync.Phase.PLANNED
    assert len(wecom.members) == 98


def test_with_a_new_corp_a_plan_comes_before_anybody_is_created(account, pass_once, wecom):
    below = make.department(account, "绿化组")
    for name in "甲乙":
        make.employee(account, name=name, department_ids=[below.pk])

    sync = pass_once()

    assert sync.phase == Sync.Phase.PLANNED
    assert len(sync.plan["create_there"]) == 2
    assert len(sync.plan["create_here"]) == 12
    assert sync.plan["departments_there"] == [below.pk]
    assert len(wecom.members) == 12
    assert Employee.objects.count() == 2

    agree_to(sync)
    assert pass_once().phase == Sync.Phase.OVER
    assert len(wecom.members) == Employee.objects.count() == 14


def test_cancelling_keeps_the_staff_and_another_corp_is_asked_for_first(
    synchronise, reconnected, account, pass_once, wecom
):
    synchronise()
    make.employee(account, name="甲", phone="+8613500009999")
    synchronise()
    bury(account, 1)
    Employee.objects.filter(phone="").delete()

    corp = reconnected(**OTHER)

    assert not Removal.objects.exists()

    employee = Employee.objects.get(name="甲")
    assert (employee.userid, employee.there, employee.to_push) == ("", None, True)
    assert not Department.objects.filter(wecom_id__isnull=False).exists()
    sync = pass_once()
    assert sync.phase == Sync.Phase.PLANNED
    assert sync.plan["create_there"] == [employee.pk]

    agree_to(sync)
    assert pass_once().phase == Sync.Phase.OVER
    employee.refresh_from_db()
    members = wecom.sandbox.see("wecom/members", corpid=corp.corp_id)["members"]
    assert employee.userid in {each["userid"] for each in members}
    assert Employee.objects.count() == len(members) == 13


def test_the_same_corp_again_knows_everybody(synchronise, reconnected, pass_once, same):
    synchronise()
    before = set(Employee.objects.values_list("pk", "userid"))

    reconnected()
    assert Employee.objects.filter(to_push=True).count() == 12
    sync = pass_once()

    assert sync.phase == Sync.Phase.OVER
    assert set(Employee.objects.values_list("pk", "userid")) == before
    here, there = same()
    assert here == there


def test_who_was_deleted_here_without_a_corp_is_deleted_there_once_somebody_agrees(
    synchronise, cut_off, reconnected, pass_once, same, wecom, account
):
    synchronise()
    gone = Employee.objects.get(userid="staff00005")
    cut_off()
    told = {"within": Scope.whole(account), "by": Actor("小林", account.pk)}
    staff.remove(account, [gone.pk], **told, now=timezone.now())

    reconnected()
    sync = pass_once()
    assert (sync.phase, sync.plan["delete_there"]) == (Sync.Phase.PLANNED, ["staff00005"])
    assert "staff00005" in wecom.members

    agree_to(sync)
    assert pass_once().phase == Sync.Phase.OVER
    assert "staff00005" not in wecom.members
    here, there = same()
    assert here == there


def test_who_was_deleted_in_the_meantime_is_created_anew(
    synchronise, reconnected, pass_once, same, wecom
):
    """As the plan says: without a corp nobody saw that they were deleted there."""
    synchronise()
    gone = Employee.objects.get(userid="staff00005")
    Employee.objects.filter(pk=gone.pk).update(phone="+8613500009999", phone_last4="9999")

    reconnected()
    wecom.do("user/delete", userid="staff00005")
    sync = pass_once()
    assert sync.plan["create_there"] == [gone.pk]
    agree_to(sync)

    assert pass_once().phase == Sync.Phase.OVER
    gone.refresh_from_db()
    assert (gone.to_push, gone.push_fault) == (False, None)
    assert wecom.members[gone.userid]["mobile"] == "13500009999"
    here, there = same()
    assert here == there


def test_cutting_the_corp_off_ends_the_pass_that_runs(synchronise, account, wecom, monkeypatch):
    """Its lease is gone with its row."""
    synchronise()
    make.employee(account, name="甲")
    write = passes.write

    def cut_off(sync, corp, there):
        Sync.objects.all().delete()
        Corp.objects.all().delete()
        write(sync, corp, there)

    monkeypatch.setattr(passes, "STEPS", {**passes.STEPS, Sync.Phase.WRITING: cut_off})
    passes.work(account.pk)

    assert not wecom.named("甲")
    assert Employee.objects.get(name="甲").userid == ""


def test_a_corp_that_was_cut_off_is_left_alone(synchronise, account, corp, wecom, monkeypatch):
    """By a worker that was in the middle of it: there is something to push, and nowhere to."""
    synchronise()
    Employee.objects.filter(userid="staff00005").update(position="组长", to_push=True)
    write = passes.write

    def cut_off(sync, corp, there):
        if Corp.objects.exists():
            services.disconnect(corp, by=Actor("小林", account.pk), now=timezone.now())
        write(sync, corp, there)

    monkeypatch.setattr(passes, "STEPS", {**passes.STEPS, Sync.Phase.WRITING: cut_off})
    passes.work(account.pk)

    assert not Sync.objects.exists()
    assert not Department.objects.filter(wecom_id__isnull=False).exists()
    assert len(wecom.calls("user/update")) <= 1  # the one that was under way
    assert Employee.objects.filter(to_push=True, there=None).count() == 12
