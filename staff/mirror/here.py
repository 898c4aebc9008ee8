"""Our rows as a plan is made of them, and whether WeCom was told of them as they are."""

from collections.abc import Collection, Iterator, Mapping

from haina.wechat.models import Corp
from staff.mirror.faults import UNSETTLED
from staff.mirror.meeting import meet
from staff.mirror.merging import merge
from staff.mirror.plan import Plan
from staff.mirror.state import (
    DepartmentHere,
    PersonHere,
    There,
    marks_of_department,
    marks_of_person,
)
from staff.models import Department, Employee, Removal


def make_plan(corp: Corp, there: There) -> Plan:
    """Of WeCom's answers and our rows as they are now. Whoever is here again is not to be deleted
    there any more."""
    account = corp.account_id
    people = list(people_of(corp))
    held = {each.userid for each in people if each.userid}
    removals = removals_of(corp, without=held)
    users = {removal.userid for removal in removals if removal.userid}
    departments = {removal.wecom_id for removal in removals if not removal.userid}
    tree = merge(departments_of(account), there.departments, departments)
    return Plan(
        tree,
        meet(people, there, tree, users),
        {removal.pk: removal.userid for removal in removals if removal.push_fault is None},
        people_here=len(people),
    )


def departments_of(account_id: int) -> Iterator[DepartmentHere]:
    numbers = numbers_of(account_id) | {None: 0}
    rows = Department.objects.filter(account=account_id).order_by("lft")
    fields = ("pk", "parent", "name", "wecom_id", "there", "to_push", "push_fault")
    for pk, parent, name, number, marks, to_push, fault in rows.values_list(*fields):
        there, is_open = opened(marks), to_push or fault == UNSETTLED
        is_told = is_open and there == marks_of_department(name, numbers.get(parent))
        yield DepartmentHere(pk, parent, name, number, there, is_told, fault is not None)


def people_of(corp: Corp) -> Iterator[PersonHere]:
    """Userids in another corp tell nothing."""
    rows = Employee.objects.filter(account=corp.account_id).order_by("pk")
    told_pks = {each.pk for each in told(corp)}
    fields = ("pk", "userid", "corp_id", "name", "department_ids", "departments_there", "there")
    for row in rows.values_list(*fields, "to_push", "push_fault").iterator():
        pk, userid, corp_id, name, departments, departments_there, there, to_push, fault = row
        is_known = corp_id == corp.corp_id
        yield PersonHere(
            pk,
            userid if is_known else "",
            name,
            frozenset(departments),
            frozenset(departments_there if is_known else ()),
            opened(there) if is_known else None,
            to_push,
            pk in told_pks,
            fault is not None,
        )


def told(corp: Corp) -> Iterator[Employee]:
    """Whose row is as WeCom was last told, though it has not been read back yet."""
    rows = Employee.objects.filter(account=corp.account_id, to_push=True, there__isnull=False)
    numbers = numbers_of(corp.account_id)
    return (each for each in rows.order_by("pk").iterator() if is_told(each, numbers))


def is_told(employee: Employee, numbers: Mapping[int, int]) -> bool:
    wanted = {numbers.get(pk) for pk in employee.department_ids}
    return (
        employee.there is not None
        and opened(employee.there) == marks_of(employee)
        and wanted == set(employee.departments_there)
    )


def marks_of(employee: Employee) -> bytes:
    own = (employee.gender, employee.position, employee.address)
    return marks_of_person(employee.name, str(employee.phone or ""), *own)


def numbers_of(account_id: int) -> dict[int, int]:
    """WeCom's numbers of our departments, as far as they are there."""
    rows = Department.objects.filter(account=account_id, wecom_id__isnull=False)
    return dict(rows.values_list("pk", "wecom_id"))


def opened(there) -> bytes | None:
    return None if there is None else bytes(there)


def removals_of(corp: Corp, *, without: Collection[str]) -> list[Removal]:
    rows = Removal.objects.filter(account=corp.account_id, corp_id=corp.corp_id)
    rows.filter(userid__in=without).exclude(userid="").delete()
    return list(rows.order_by("pk"))
