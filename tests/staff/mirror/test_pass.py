"""A pass against the sandbox: both sides are the same afterwards."""

import pytest
from django.utils import timezone

from staff import departments
from staff.mirror import asking, passes
from staff.models import Department, Employee, Removal, Sync
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_pass_takes_over_all_members_and_departments(synchronise, same, wecom, account):
    sync = synchronise()

    assert (sync.phase, sync.fault) == (Sync.Phase.OVER, None)
    here, there = same()
    assert here == there
    assert len(here) == 12
    names = set(Department.objects.filter(account=account).values_list("name", flat=True))
    assert names == set(wecom.departments)
    assert not Employee.objects.filter(to_push=True).exists()
    assert sync.counts["arrived"] == 12


def test_a_second_pass_writes_no_row(synchronise):
    synchronise()
    before = list(Employee.objects.order_by("pk").values())
    departments = list(Department.objects.order_by("pk").values())

    sync = synchronise()

    assert sync.phase == Sync.Phase.OVER
    assert list(Employee.objects.order_by("pk").values()) == before
    assert list(Department.objects.order_by("pk").values()) == departments


def test_whoever_is_added_here_appears_there(synchronise, pass_once, same, wecom, account):
    synchronise()
    below = Department.objects.get(account=account, name="水电组")
    made = make.employee(account, name="程小明", department_ids=[below.pk], position="电工")

    sync = pass_once()

    assert sync.phase == Sync.Phase.OVER
    [member] = wecom.named("程小明")
    assert member["mobile"] == str(made.phone).removeprefix("+86")
    assert (member["position"], member["gender"]) == ("电工", "1")
    made.refresh_from_db()
    assert (made.userid, made.to_push, made.push_fault) == (member["userid"], False, None)
    here, there = same()
    assert here == there
    assert not wecom.sandbox.see("wecom/invited")["invited"]


def test_changes_here_appear_there(synchronise, pass_once, same, wecom, account):
    synchronise()
    employee = Employee.objects.get(userid="staff00003")
    lift = Department.objects.get(account=account, name="电梯组")
    employee.name, employee.position, employee.department_ids = "新名字", "组长", [lift.pk]
    employee.phone, employee.to_push = "+8613612345678", True
    employee.derive()
    employee.save()

    pass_once()

    member = wecom.members["staff00003"]
    assert (member["name"], member["position"]) == ("新名字", "组长")
    here, there = same()
    assert here == there


def test_what_is_cleared_here_is_cleared_there(synchronise, pass_once, wecom, account):
    synchronise()
    made = make.employee(account, name="程小明", position="电工", address="蛇口")
    pass_once()
    userid = Employee.objects.get(pk=made.pk).userid
    assert wecom.members[userid]["position"] == "电工"

    Employee.objects.filter(pk=made.pk).update(position="", address="", to_push=True)
    pass_once()

    assert (wecom.members[userid]["position"], wecom.members[userid]["address"]) == ("", "")


def test_changes_there_appear_here(synchronise, same, wecom, account):
    synchronise()
    number = wecom.departments["行政部"]["id"]
    wecom.do("user/update", userid="staff00003", name="改了名", department=[number])
    wecom.do(
        "user/create", userid="newone", name="新来的", mobile="13800001111", department=[number]
    )

    synchronise()

    here, there = same()
    assert here == there
    office = Department.objects.get(account=account, name="行政部")
    changed = Employee.objects.get(userid="staff00003")
    assert (changed.name, changed.department_ids) == ("改了名", [office.pk])
    assert Employee.objects.get(userid="newone").phone == ""


def test_whoever_is_deleted_there_goes_here_and_the_history_stays(synchronise, wecom, account):
    synchronise()
    for number in range(10):
        make.employee(account, name=f"员工{number}")
    synchronise()
    gone = Employee.objects.get(userid="staff00003").pk
    wecom.do("user/delete", userid="staff00003")

    sync = synchronise()

    assert sync.phase == Sync.Phase.OVER
    assert not Employee.objects.filter(pk=gone).exists()
    events = Employee.pgh_event_model.objects.filter(pgh_obj_id=gone)
    assert events.latest("pgh_id").pgh_context["action"] == "employee.left"


def test_whoever_is_deleted_here_goes_there(synchronise, pass_once, wecom, account):
    synchronise()
    for number in range(10):
        make.employee(account, name=f"员工{number}")
    synchronise()
    removed = Employee.objects.get(userid="staff00003")
    Removal.objects.create(account=account, corp_id=removed.corp_id, userid=removed.userid)
    removed.delete()

    pass_once()

    assert "staff00003" not in wecom.members
    assert not Removal.objects.exists()
    assert not Employee.objects.filter(userid="staff00003").exists()


def test_departments_move_both_ways(synchronise, pass_once, wecom, account):
    synchronise()
    of = {each.name: each for each in Department.objects.filter(account=account)}
    by, now = passes.author(Sync.objects.get(account=account)), timezone.now()
    departments.change(
        account, of["电梯组"].pk, name="电梯一组", below=of["客服部"].pk, by=by, now=now
    )
    departments.add(account, "绿化组", below=of["行政部"].pk, by=by, now=now)
    there = wecom.departments
    wecom.do("department/update", id=there["水电组"]["id"], parentid=there["行政部"]["id"])
    wecom.do("department/update", id=there["秩序部"]["id"], name="安保部")
    wecom.do("department/create", name="财务组", parentid=there["行政部"]["id"])

    synchronise()

    there = wecom.departments
    assert there["电梯一组"]["parent"] == there["客服部"]["id"]
    assert there["绿化组"]["parent"] == there["行政部"]["id"]
    here = {each.name: each for each in Department.objects.filter(account=account)}
    assert set(here) == set(there)
    assert here["水电组"].parent.name == here["财务组"].parent.name == "行政部"
    assert not Department.objects.filter(to_push=True).exists()


def test_the_company_is_renamed_and_never_moved(synchronise, pass_once, wecom, account):
    synchronise()
    root = departments.root_of(account)
    by, now = passes.author(Sync.objects.get(account=account)), timezone.now()
    departments.change(account, root.pk, name="新公司", below=None, by=by, now=now)

    assert pass_once().phase == Sync.Phase.OVER

    assert wecom.departments["新公司"]["parent"] == 0
    [update] = wecom.calls("department/update")
    assert "parentid" not in update["body"]


def test_a_department_deleted_there_goes_here(synchronise, wecom, account):
    synchronise()
    number = wecom.departments["二期前台"]["id"]
    for userid, member in wecom.members.items():
        if number in member["departments"]:
            wecom.do("user/update", userid=userid, department=[1])
    wecom.do("department/delete", id=number)

    synchronise()

    assert not Department.objects.filter(account=account, name="二期前台").exists()


def test_storms_of_hints_are_one_pass(synchronise, pass_once, wecom, account):
    synchronise()
    before = len(wecom.calls("user/list_id"))
    for _ in range(50):
        asking.hint(account.pk, now=timezone.now())

    pass_once()
    pass_once()

    assert len(wecom.calls("user/list_id")) - before == 1
    assert Sync.objects.get(account=account).asked_again_at is None
