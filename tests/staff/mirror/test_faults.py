"""Whatever WeCom refuses, loses or delays: the rows tell the truth, and a sentence says it."""

import pytest
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.accounts.scope import Scope
from haina.wechat.corp.account import CorpAccount
from haina.wechat.models import Corp
from staff import departments, services
from staff.mirror import asking, passes
from staff.mirror.faults import UNSENT_DEPARTMENT, sentence
from staff.mirror.push import PeoplePush
from staff.mirror.push_departments import DepartmentPush
from staff.models import Department, Employee, Removal, Sync
from tests import make
from tests.conftest import forget_tokens

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(account, synchronise):
    """Taken over from WeCom, and three of our own: 甲, 乙, 丙."""
    synchronise()
    return [make.employee(account, name=name) for name in "甲乙丙"]


def state(employee: Employee) -> tuple:
    employee.refresh_from_db()
    return employee.to_push, employee.push_fault


def bury(employee: Employee) -> None:
    Removal.objects.create(
        account=employee.account, corp_id=employee.corp_id, userid=employee.userid
    )
    Employee.objects.filter(pk=employee.pk).delete()


def test_a_member_with_the_same_phone_is_them(staff, pass_once, wecom, same, account):
    """Both have come to be: here by hand, there without that we can read the phone."""
    known = Employee.objects.get(userid="staff00005")
    mobile = wecom.members["staff00005"]["mobile"]
    below = Department.objects.get(account=account, name="行政部")
    twin = make.employee(
        account, name="尤和平", phone=f"+86{mobile}", department_ids=[below.pk], position="主管"
    )

    sync = pass_once()

    assert sync.phase == Sync.Phase.OVER
    twin.refresh_from_db()
    assert (twin.userid, twin.to_push, twin.push_fault) == ("staff00005", False, None)
    assert not Employee.objects.filter(pk=known.pk).exists()
    assert set(twin.department_ids) == {below.pk, *known.department_ids}
    here, there = same()
    assert here == there
    assert wecom.members["staff00005"]["position"] == "主管"


def test_a_phone_of_somebody_else_is_told(staff, pass_once, wecom, account):
    Employee.objects.filter(userid="staff00005").update(rank="三级")
    mobile = wecom.members["staff00005"]["mobile"]
    twin = make.employee(account, name="丁", phone=f"+86{mobile}")

    assert pass_once().phase == Sync.Phase.OVER

    assert state(twin) == (False, 60104)
    assert "手机号已被企业微信里的另一名成员使用" in sentence(60104)
    assert [state(each) for each in staff] == [(False, None)] * 3


def test_a_phone_that_nobody_shows_us_is_told(staff, pass_once, wecom):
    wecom.fault("user/create", errcode=60104, times=1)

    assert pass_once().phase == Sync.Phase.OVER

    assert [state(each) for each in staff] == [(False, 60104), (False, None), (False, None)]


@pytest.mark.parametrize("code", [60103, 60110, 60112, 40058, 99999])
def test_one_person_failing_does_not_stop_the_others(staff, pass_once, wecom, code):
    wecom.fault("user/create", errcode=code, times=1)

    assert pass_once().phase == Sync.Phase.OVER

    assert [state(each) for each in staff] == [(False, code), (False, None), (False, None)]
    assert len(wecom.members) == 12 + 2
    assert sentence(code)


def test_who_was_refused_is_tried_again_when_somebody_asks(staff, pass_once, synchronise, wecom):
    wecom.fault("user/create", errcode=60103, times=1)
    pass_once()
    pass_once()
    assert state(staff[0]) == (False, 60103)

    synchronise()

    assert state(staff[0]) == (False, None)
    assert len(wecom.members) == 15


def test_a_full_corp_is_asked_once_and_told_beside_everybody(staff, pass_once, wecom):
    wecom.sandbox.do("wecom/corp", cap=13)

    assert pass_once().phase == Sync.Phase.OVER

    assert [state(each) for each in staff] == [(False, None), (False, 45024), (False, 45024)]
    assert len(wecom.calls("user/create")) == 2
    assert "人数已达上限" in sentence(45024)


def test_a_department_that_is_gone_there_is_told(staff, pass_once, wecom):
    wecom.fault("user/create", errcode=60123, times=1)

    pass_once()

    assert state(staff[0]) == (False, 60123)
    assert "所属部门" in sentence(60123)


def test_a_department_that_is_refused_keeps_its_people(staff, pass_once, wecom, account):
    made = make.department(account, "绿化组")
    inside = make.employee(account, name="戊", department_ids=[made.pk])
    wecom.fault("department/create", errcode=60009, times=1)

    assert pass_once().phase == Sync.Phase.OVER

    assert state(inside) == (False, UNSENT_DEPARTMENT)
    made.refresh_from_db()
    assert (made.push_fault, made.wecom_id) == (60009, None)
    assert state(staff[0]) == (False, None)
    assert sentence(UNSENT_DEPARTMENT)


@pytest.mark.parametrize(
    "how",
    [{"errcode": 45009}, {"errcode": 45033}, {"errcode": -1}, {"drop": True}, {"status": 502}],
)
@pytest.mark.parametrize("endpoint", ["user/list_id", "user/create", "department/simplelist"])
def test_what_would_befall_everybody_waits(staff, pass_once, patience, wecom, how, endpoint):
    """And goes on by itself, from where it was."""
    wecom.fault(endpoint, **how)
    sync = pass_once()
    assert sync.is_running
    assert sync.fault is not None
    assert sentence(sync.fault)
    assert sync.leased_until > timezone.now()
    assert Employee.objects.filter(push_fault=None).count() == 15
    assert pass_once().counts["tries"] == 1

    wecom.sandbox.clear_faults()
    patience()

    assert pass_once().phase == Sync.Phase.OVER
    assert [state(each) for each in staff] == [(False, None)] * 3
    assert len(wecom.members) == 15


@pytest.mark.parametrize("code", [60020, 48002, 48004])
def test_what_is_not_set_up_stops_the_pass(staff, pass_once, synchronise, wecom, code, account):
    wecom.fault("user/create", errcode=code, errmsg="not allowed, from ip: 203.0.113.7")

    sync = pass_once()

    assert (sync.phase, sync.fault) == (Sync.Phase.STOPPED, code)
    assert sentence(code, sync.fault_detail)
    if code == 60020:
        assert "203.0.113.7" in sentence(code, sync.fault_detail)
    assert [state(each) for each in staff] == [(True, None)] * 3
    assert len(wecom.calls("user/create")) == 1
    assert passes.due(now=timezone.now()) == []
    assert passes.due(now=timezone.now() + passes.LATER) == [account.pk]

    wecom.sandbox.clear_faults()
    forget_tokens()
    assert synchronise().phase == Sync.Phase.OVER
    assert len(wecom.members) == 15


def test_an_answer_that_is_lost_creates_nobody_twice(staff, pass_once, patience, wecom, same):
    wecom.fault("user/create", lost=True, times=1)
    assert pass_once().is_running
    patience()

    sync = pass_once()

    assert sync.phase == Sync.Phase.OVER
    assert [len(wecom.named(name)) for name in "甲乙丙"] == [1, 1, 1]
    assert [state(each) for each in staff] == [(False, None)] * 3
    here, there = same()
    assert here == there


def test_a_lost_answer_to_a_new_department_makes_no_second(staff, pass_once, patience, wecom):
    made = make.department(staff[0].account, "绿化组")
    wecom.fault("department/create", lost=True, times=1)
    assert pass_once().is_running
    patience()

    assert pass_once().phase == Sync.Phase.OVER

    made.refresh_from_db()
    assert made.wecom_id == wecom.departments["绿化组"]["id"]


@pytest.mark.parametrize("late", [1, passes.MOST_ROUNDS, passes.MOST_ROUNDS + 1])
def test_a_new_department_that_is_listed_late_stays(
    staff, pass_once, synchronise, wecom, account, monkeypatch, late
):
    """WeCom gives its number at once, and its list some seconds later; also after the pass."""
    made, listed = make.department(account, "绿化组"), CorpAccount.departments
    staff[0].department_ids = [made.pk]
    staff[0].save()
    seen = []

    def without_it(self):
        found = listed(self)
        number = wecom.departments.get("绿化组", {}).get("id")
        seen.extend([number] if number else [])
        return [each for each in found if each.id != number or len(seen) > late]

    monkeypatch.setattr(CorpAccount, "departments", without_it)
    assert pass_once().phase == Sync.Phase.OVER
    assert Department.objects.get(pk=made.pk).wecom_id == wecom.departments["绿化组"]["id"]
    asking.hint(account.pk, now=timezone.now())
    pass_once()
    synchronise()

    made.refresh_from_db()
    assert (made.name, made.to_push, made.push_fault) == ("绿化组", False, None)
    assert made.wecom_id == wecom.departments["绿化组"]["id"]
    assert state(staff[0]) == (False, None)
    assert staff[0].department_ids == [made.pk]


def test_a_new_department_that_was_deleted_there_at_once_goes_here(
    staff, pass_once, wecom, account, monkeypatch
):
    made, create = make.department(account, "绿化组"), DepartmentPush.create_department

    def and_deleted(self, name, parent):
        number = create(self, name, parent)
        wecom.do("department/delete", id=number)
        return number

    monkeypatch.setattr(DepartmentPush, "create_department", and_deleted)

    assert pass_once().phase == Sync.Phase.OVER

    assert not Department.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize("endpoint", ["user/update", "user/batchdelete"])
def test_a_lost_answer_to_a_change_is_asked_for_again(
    staff, pass_once, patience, wecom, endpoint, same
):
    for number in range(30):
        make.employee(staff[0].account, name=f"员工{number}")
    pass_once()
    Employee.objects.filter(pk=staff[0].pk).update(position="组长", to_push=True)
    staff[1].refresh_from_db()
    bury(staff[1])
    wecom.fault(endpoint, lost=True, times=1)
    assert pass_once().is_running
    patience()

    assert pass_once().phase == Sync.Phase.OVER
    assert wecom.members[Employee.objects.get(pk=staff[0].pk).userid]["position"] == "组长"
    assert not wecom.named("乙")
    assert not Removal.objects.exists()
    here, there = same()
    assert here == there


def test_where_one_cannot_be_deleted_the_others_are(account, synchronise, pass_once, wecom):
    """The corp's creator cannot, and one is gone already: so WeCom deletes none of them at once."""
    synchronise()
    for number in range(60):
        make.employee(account, name=f"员工{number}")
    pass_once()
    creator = "staff00001"
    for userid in (creator, "staff00002", "staff00003"):
        bury(Employee.objects.get(userid=userid))
    wecom.do("user/delete", userid="staff00002")

    sync = pass_once()

    assert sync.phase == Sync.Phase.OVER
    assert {"staff00002", "staff00003"}.isdisjoint(wecom.members)
    [left] = Removal.objects.all()
    assert (left.userid, left.push_fault) == (creator, 301005)
    assert not Employee.objects.filter(userid=creator).exists()
    assert "创建者" in sentence(301005)


@pytest.mark.parametrize("endpoint", ["user/list_id", "department/simplelist"])
def test_a_page_that_is_refused_deletes_nobody(account, synchronise, wecom, endpoint):
    synchronise()
    wecom.do("user/delete", userid="staff00003")
    wecom.fault(endpoint, errcode=48002)

    sync = synchronise()

    assert sync.phase == Sync.Phase.STOPPED
    assert Employee.objects.count() == 12


def test_a_scope_that_does_not_show_the_company_deletes_nobody(synchronise, wecom):
    """Of an app that sees one department only."""
    synchronise()
    number = wecom.departments["工程部"]["id"]
    wecom.sandbox.do("wecom/app", parties=[number])

    sync = synchronise()

    assert (sync.phase, sync.fault) == (Sync.Phase.STOPPED, -10)
    assert Employee.objects.count() == 12
    assert Department.objects.count() == 9


def test_who_is_deleted_there_while_being_changed_here_goes(staff, pass_once, wecom):
    for number in range(60):
        make.employee(staff[0].account, name=f"员工{number}")
    pass_once()
    Employee.objects.filter(pk=staff[0].pk).update(position="组长", to_push=True)
    staff[0].refresh_from_db()
    wecom.fault("user/update", errcode=60111, times=1)
    wecom.do("user/delete", userid=staff[0].userid)

    assert pass_once().phase == Sync.Phase.OVER

    assert not Employee.objects.filter(pk=staff[0].pk).exists()
    assert len(wecom.members) == 12 + 2 + 60


def test_what_wecom_shows_otherwise_than_it_was_told_is_told(staff, pass_once, wecom):
    """The same position as before, though WeCom has said that it was taken."""
    pass_once()
    staff[0].refresh_from_db()
    Employee.objects.filter(pk=staff[0].pk).update(position="组长", to_push=True)
    wecom.do("user/update", userid=staff[0].userid, position="专员")
    wecom.fault("user/update", errcode=0, times=1)

    pass_once()

    assert state(staff[0])[1] == -20


def test_who_shows_otherwise_is_told_anew_when_somebody_asks(staff, pass_once, wecom):
    test_what_wecom_shows_otherwise_than_it_was_told_is_told(staff, pass_once, wecom)

    services.retry(staff[0])
    pass_once()

    assert state(staff[0]) == (False, None)
    assert wecom.members[staff[0].userid]["position"] == "组长"


def test_who_was_renamed_there_meanwhile_keeps_that_name(staff, pass_once, synchronise, wecom):
    test_what_wecom_shows_otherwise_than_it_was_told_is_told(staff, pass_once, wecom)
    wecom.do("user/update", userid=staff[0].userid, name="甲一")

    synchronise()

    assert state(staff[0]) == (False, None)
    member = wecom.members[staff[0].userid]
    assert (staff[0].name, member["name"], member["position"]) == ("甲一", "甲一", "组长")


def test_who_is_deleted_here_before_their_turn_is_not_created(staff, pass_once, wecom, monkeypatch):
    create, by = PeoplePush.create, Actor("小林", staff[0].account_id)
    told = {"within": Scope.whole(staff[0].account), "by": by, "now": timezone.now()}

    def slow(self, employee, wanted):
        if employee.pk == staff[0].pk:
            services.remove(staff[1].account, [staff[1].pk], **told)
        create(self, employee, wanted)

    monkeypatch.setattr(PeoplePush, "create", slow)
    assert pass_once().phase == Sync.Phase.OVER

    assert [len(wecom.named(name)) for name in "甲乙丙"] == [1, 0, 1]
    assert Employee.objects.count() == len(wecom.members) == 14


def test_who_is_deleted_here_while_their_phone_is_looked_up_becomes_nobody(
    staff, pass_once, wecom, account, monkeypatch
):
    known, mobile = Employee.objects.get(userid="staff00005"), wecom.members["staff00005"]["mobile"]
    twin = make.employee(account, name="尤和平", phone=f"+86{mobile}")
    told = {"within": Scope.whole(account), "by": Actor("小林", account.pk), "now": timezone.now()}
    link = PeoplePush.link

    def slow(self, employee, wanted, refusal):
        services.remove(account, [twin.pk], **told)
        link(self, employee, wanted, refusal)

    monkeypatch.setattr(PeoplePush, "link", slow)
    assert pass_once().phase == Sync.Phase.OVER

    assert Employee.objects.get(userid="staff00005") == known
    assert not Removal.objects.exists()


def test_a_department_deleted_here_while_it_is_created_goes_again(
    staff, pass_once, wecom, account, monkeypatch
):
    made = make.department(account, "绿化组")
    create, by = DepartmentPush.create_department, Actor("小林", account.pk)

    def slow(self, name, parent):
        number = create(self, name, parent)
        departments.delete(account, made.pk, by=by, now=timezone.now())
        return number

    monkeypatch.setattr(DepartmentPush, "create_department", slow)
    assert pass_once().phase == Sync.Phase.OVER

    assert "绿化组" not in wecom.departments
    assert not Department.objects.filter(name="绿化组").exists()


def test_a_department_that_is_put_right_is_tried_again(staff, pass_once, wecom, account):
    made = make.department(account, "绿化组")
    wecom.fault("department/create", errcode=60009, times=1)
    pass_once()

    told = {"by": Actor("小林", account.pk), "now": timezone.now()}
    departments.change(account, made.pk, name="花卉组", below=made.parent_id, **told)
    pass_once()

    made.refresh_from_db()
    assert (made.to_push, made.push_fault, made.push_detail) == (False, None, "")
    assert "花卉组" in wecom.departments


def test_a_refusal_is_not_told_of_a_department_that_was_renamed_since(
    staff, pass_once, wecom, account, monkeypatch
):
    made = make.department(account, "绿化组")
    told = {"by": Actor("小林", account.pk), "now": timezone.now()}
    create = DepartmentPush.create_department

    def slow(self, name, parent):
        departments.change(account, made.pk, name="花卉组", below=made.parent_id, **told)
        return create(self, name, parent)

    monkeypatch.setattr(DepartmentPush, "create_department", slow)
    wecom.fault("department/create", errcode=60009, times=1)
    pass_once()

    assert "花卉组" in wecom.departments
    made.refresh_from_db()
    assert (made.to_push, made.push_fault) == (False, None)


def test_a_department_that_was_added_since_has_not_failed(account, corp):
    added = make.department(account, "绿化组")
    passes.settle(account.pk, since=timezone.now())
    added.refresh_from_db()
    assert (added.to_push, added.push_fault) == (True, None)


def test_patience_has_an_end(staff, pass_once, wecom, account):
    """However long WeCom does not answer, the next try is told and waits for its time."""
    Sync.objects.filter(account=account).update(counts={"tries": 60}, phase=Sync.Phase.WRITING)
    wecom.fault("user/create", errcode=-1)

    sync = pass_once()

    assert (sync.fault, sync.counts["tries"]) == (-1, 61)
    assert sync.leased_until - timezone.now() <= passes.LATER


def test_without_a_connection_nothing_is_tried(staff, account, pass_once, wecom):
    Corp.objects.all().delete()
    passes.work(account.pk)
    assert not wecom.calls("user/create")
