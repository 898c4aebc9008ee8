"""Taking an import of staff back, as far as nobody changed what it wrote."""

import pytest

from communities import services as community_services
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.scope import Scope
from staff import departments, services
from staff.models import Employee, Removal
from tests import make
from tests.staff.imports.workbooks import CHEN, decide, on_file, row, undo


@pytest.fixture
def changed(importing):
    """陈三三 on file, and an import that overwrote what it could."""
    importing(CHEN)
    return decide(importing(row(B="陈四", C="女", E="班长", F="-", H="-", I="科技园")))


def written_by_the_mirror():
    for employee in Employee.objects.all():
        employee.userid, employee.corp_id = f"hn{employee.pk}", "ww0000000000000001"
        employee.departments_there, employee.to_push = [1], False
        employee.save()


def test_whom_it_created_goes_and_whom_it_changed_is_as_before(importing, account):
    importing(CHEN)
    before = on_file(account)
    told = decide(importing(row(B="陈四", D=account.name), row(B="李四", G="13500000001")))

    undone = undo(told)

    assert (undone.state, undone.not_undone) == ("undone", [])
    assert on_file(account) == before
    actions = AuditEntry.objects.filter(action__startswith="import.").values_list(
        "action", flat=True
    )
    assert {"import.employees_removed", "import.employees_reverted"} < {*actions}


def test_what_the_mirror_writes_is_no_change(importing, account):
    make.corp(account)
    told = importing(CHEN)
    written_by_the_mirror()

    undone = undo(told)

    assert (undone.not_undone, Employee.objects.count()) == ([], 0)
    assert Removal.objects.get().userid.startswith("hn")


def test_what_wecom_refuses_of_somebody_is_still_told(importing):
    """The rank is nothing that WeCom is told, so nothing of its refusal is over."""
    importing(CHEN)
    told = decide(importing(row(F="三级")))
    Employee.objects.update(to_push=False, push_fault=60104, push_detail="x")

    undo(told)

    employee = Employee.objects.get()
    assert (employee.rank, employee.push_fault, employee.push_detail) == ("二级", 60104, "x")


def test_who_is_given_back_has_to_be_brought_to_wecom(changed):
    written_by_the_mirror()

    undo(changed)

    employee = Employee.objects.get()
    assert (employee.name, employee.rank, employee.to_push) == ("陈三三", "二级", True)
    assert employee.userid


def test_what_somebody_changed_since_stays_and_is_told(changed, account):
    employee = Employee.objects.get()
    by, now = Actor.of(make.creator_of(account)), changed.created_at
    services.correct(employee, within=Scope.whole(account), by=by, now=now, position="主管")

    undone = undo(changed)

    assert undone.not_undone == [{"employee": employee.pk, "why": "changed"}]
    employee.refresh_from_db()
    assert (employee.name, employee.position) == ("陈四", "主管")


def test_nobody_is_given_back_a_department_that_is_gone(importing, account, engineering):
    importing(CHEN)
    told = decide(importing(row(D=account.name)))
    by, now = Actor.of(make.creator_of(account)), told.created_at
    departments.delete(account, engineering.pk, by=by, now=now)

    undone = undo(told)

    assert [each["why"] for each in undone.not_undone] == ["gone"]
    assert Employee.objects.get().department_ids != [engineering.pk]


def test_nobody_is_given_back_a_community_that_is_gone(importing, account, community):
    make.community(account, "海纳小区")
    importing(CHEN)
    told = decide(importing(row(A="海纳小区")))
    by, now = Actor.of(make.creator_of(account)), told.created_at
    community_services.close(community, by=by, now=now)

    assert [each["why"] for each in undo(told).not_undone] == ["gone"]


def test_imports_are_taken_back_one_after_the_other(importing, account):
    importing(CHEN)
    before = on_file(account)
    second = decide(importing(row(E="班长")))
    third = decide(importing(row(E="主管")))

    assert [each["why"] for each in undo(second).not_undone] == ["changed"]
    assert undo(third).not_undone == []
    assert [each[4] for each in on_file(account)] == ["班长"]
    assert before[0][4] == "维修师父"


def test_an_import_is_taken_back_once(importing):
    told = importing(CHEN)
    undo(told)

    assert told.imported.not_undone == []
    assert Employee.objects.count() == 0
