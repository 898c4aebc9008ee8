"""A corp that has let our suite in: no list of userids, and no names, but the same mirror."""

import pytest
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.sandbox.wecom import seeds
from haina.wechat.corp import services, suite
from haina.wechat.models import SuiteTicket
from staff import departments
from staff.mirror import asking, passes
from staff.models import Department, Employee, Sync
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def installed(account, sandbox, settings):
    """As after the page where the corp's administrator has approved."""
    settings.WECOM_SUITE_ID, settings.WECOM_SUITE_SECRET = seeds.SUITE_ID, seeds.SUITE_SECRET
    ticket, now = sandbox.do("wecom/suite/ticket")["suite_ticket"], timezone.now()
    SuiteTicket.objects.create(suite_id=seeds.SUITE_ID, ticket=ticket, at=now)
    granted = suite.authorised(sandbox.do("wecom/suite/install")["auth_code"])
    by = Actor("小林", account_id=account.pk)
    return services.connect_suite(account, granted, by=by, now=now)


def work(account) -> Sync:
    passes.work(account.pk)
    return Sync.objects.get(account=account)


def test_everybody_is_taken_over_without_a_name(installed, account, wecom):
    assert work(account).phase == Sync.Phase.OVER

    userids = set(wecom.members)
    assert set(Employee.objects.values_list("userid", "name")) == {(each, each) for each in userids}
    assert Department.objects.count() == len(wecom.departments)
    assert not wecom.calls("user/list_id")


def test_a_name_that_stands_in_is_not_sent_back(installed, account, wecom):
    work(account)
    employee = Employee.objects.get(userid="staff00003")
    name = wecom.members["staff00003"]["name"]
    Employee.objects.filter(pk=employee.pk).update(position="组长", to_push=True)

    assert work(account).phase == Sync.Phase.OVER

    member = wecom.members["staff00003"]
    assert (member["name"], member["position"]) == (name, "组长")
    employee.refresh_from_db()
    assert (employee.to_push, employee.push_fault) == (False, None)


def test_a_department_whose_name_stands_in_is_moved_and_not_renamed(installed, account, wecom):
    work(account)
    lifts, office = wecom.departments["电梯组"], wecom.departments["行政部"]
    moved = Department.objects.get(wecom_id=lifts["id"])
    above = Department.objects.get(wecom_id=office["id"])
    told = {"by": Actor("小林", account.pk), "now": timezone.now()}
    departments.change(account, moved.pk, name=moved.name, below=above.pk, **told)

    assert work(account).phase == Sync.Phase.OVER
    assert wecom.departments["电梯组"]["parent"] == office["id"]

    departments.change(account, moved.pk, name="夜班组", below=above.pk, **told)
    assert work(account).phase == Sync.Phase.OVER
    assert wecom.departments["夜班组"]["id"] == lifts["id"]


def test_changes_go_both_ways(installed, account, wecom):
    for number in range(20):
        make.employee(account, name=f"员工{number}")
    sync = work(account)
    asking.confirm(account.pk, bytes(sync.digest).hex(), by=passes.author(sync), now=timezone.now())
    assert work(account).phase == Sync.Phase.OVER
    made = make.department(account, "绿化组")
    make.employee(account, name="甲", department_ids=[made.pk])
    wecom.do("user/delete", userid="staff00003")
    asking.hint(account.pk, now=timezone.now())

    assert work(account).phase == Sync.Phase.OVER

    [member] = wecom.named("甲")
    assert member["departments"] == [wecom.departments["绿化组"]["id"]]
    assert not Employee.objects.filter(userid="staff00003").exists()
    assert not Employee.objects.filter(to_push=True).exists()
