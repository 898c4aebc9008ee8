"""Makes our side of the mirror what a plan says, as sets. Called inside a transaction that holds
Lock.STAFF of the account."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from communities.numbering import Node
from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.lib.history import BY_ITSELF
from haina.lib.natural import natural_key
from haina.lib.rows import array_text, copy_rows
from haina.wechat.models import Corp
from staff.departments import Tree
from staff.mirror.meeting import Arrival, Change, PeoplePlan
from staff.mirror.merging import Key, TreePlan
from staff.mirror.plan import Plan
from staff.models import Department, Employee

PULLED, LEFT, ARRANGED = "employee.pulled", "employee.left", "department.pulled"
MERGED = "employee.merged"
EMPLOYEE = Employee._meta.label_lower
TABLE = Employee._meta.db_table
BLANK = ("gender", "position", "rank", "phone", "phone_last4", "wechat", "address")
COLUMNS = (
    *("account_id", "corp_id", "userid", "name", "name_key", "department_ids"),
    *("departments_there", "there", "to_push", "push_detail", "community_ids", "invite"),
    *("created_at", "updated_at", *BLANK),
)
CHANGE = """
UPDATE staff_employee AS known SET name = new.name, name_key = new.name_key,
    department_ids = new.department_ids::bigint[], updated_at = %s,
    departments_there = new.departments_there::bigint[], there = new.there, to_push = new.to_push
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::bool[])
    AS new (id, name, name_key, department_ids, departments_there, there, to_push)
WHERE known.id = new.id
"""
SEEN = """
UPDATE staff_department AS known SET wecom_id = new.wecom_id, there = new.there,
    to_push = new.to_push
FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bool[])
    AS new (id, wecom_id, there, to_push)
WHERE known.id = new.id AND (known.wecom_id, known.there, known.to_push)
    IS DISTINCT FROM (new.wecom_id, new.there, new.to_push)
"""


def write(plan: Plan, corp: Corp, *, by: audit.Actor, now: datetime) -> dict[str, int]:
    """Make our side what the plan says; how many arrived, changed and left."""
    pks = write_tree(plan.tree, corp.account, by=by, now=now)
    people = plan.people
    audit.explain(PULLED, by=by)
    write_changes(people.changes, pks, now=now)
    write_arrivals(people.arrivals, pks, corp, now=now)
    mark(people, now=now)
    forget(people.left, corp, by=by, now=now)
    told = {"arrived": len(people.arrivals), "changed": len(people.changes)}
    if number := sum(told.values()):
        account_id = corp.account_id
        audit.record_ids(PULLED, EMPLOYEE, [], by=by, at=now, account_id=account_id, count=number)
    return told | {"left": len(people.left)}


def write_tree(
    plan: TreePlan, account: ServiceAccount, *, by: audit.Actor, now: datetime
) -> Mapping[Key, int]:
    """Arrange our departments; the pk of each key."""
    tree = Tree(account)
    nodes = dict(tree.nodes) | {plan.root: tree.root}
    for key in plan.new:
        if key not in nodes:
            nodes[key] = Node(0, "", "", None)
            tree.new.append(nodes[key])
    if moved := arrange(tree, plan, nodes):
        model, account_id = Department._meta.label_lower, account.pk
        audit.record_ids(
            ARRANGED, model, [], by=by, at=now, account_id=account_id, count=len(moved)
        )
    pks = {key: nodes[key].pk for key in plan.places}
    see(plan, pks)
    return pks


def arrange(tree: Tree, plan: TreePlan, nodes: Mapping[Key, Node]) -> list[Key]:
    """Put every department where it belongs; those that are other than before."""
    wanted = {
        key: (nodes[parent] if parent is not None else None, name)
        for key, (parent, name) in plan.places.items()
    }
    moved = [key for key, place in wanted.items() if place != (nodes[key].parent, nodes[key].name)]
    gone = [nodes[pk] for pk in plan.gone]
    places = [(nodes[key], *wanted[key]) for key in moved]
    places += [(node, tree.root, f"#{node.pk}") for node in gone]  # out of the way of namesakes
    if places or tree.new:
        tree.arrange(places)
        tree.write(push=False)
    for node in gone:
        tree.cut(node)
    if gone:
        tree.write(push=False)
    return [*moved, *plan.gone]


def see(plan: TreePlan, pks: Mapping[Key, int]) -> None:
    """Write down which department is which in WeCom, and what WeCom shows of it."""
    numbers = plan.told | plan.numbers
    rows = [
        (pk, numbers.get(key), plan.marks.get(key), key in plan.to_push) for key, pk in pks.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(SEEN, [*map(list, zip(*rows, strict=True))])


def write_changes(changes: Sequence[Change], pks: Mapping[Key, int], *, now: datetime) -> None:
    if not changes:
        return
    rows = [
        (
            *(each.pk, each.name, natural_key(each.name)),
            array_text(sorted(pks[key] for key in each.departments)),
            array_text(sorted(each.departments_there)),
            *(each.there, each.to_push),
        )
        for each in changes
    ]
    with connection.cursor() as cursor:
        cursor.execute(CHANGE, [now, *map(list, zip(*rows, strict=True))])


def write_arrivals(
    arrivals: Sequence[Arrival], pks: Mapping[Key, int], corp: Corp, *, now: datetime
) -> None:
    if arrivals:
        copy_rows(TABLE, COLUMNS, (arrived(each, pks, corp, now) for each in arrivals))


def arrived(each: Arrival, pks: Mapping[Key, int], corp: Corp, now: datetime) -> tuple:
    departments = sorted(pks[key] for key in each.departments)
    own = (corp.account_id, corp.corp_id, each.userid, each.name, natural_key(each.name))
    there = (sorted(each.departments_there), each.there, False, "")
    return (*own, departments, *there, [], False, now, now, *[""] * len(BLANK))


def mark(people: PeoplePlan, *, now: datetime) -> None:
    """What is read back is done; what differs is to be pushed."""
    rows = Employee.objects
    if people.same:
        rows.filter(pk__in=people.same).update(to_push=False)
    if people.differ:
        rows.filter(pk__in=people.differ).update(to_push=True)
    if people.unshown:
        rows.filter(pk__in=people.unshown).update(there=None, departments_there=[])
    if people.lost:
        rows.filter(pk__in=people.lost).update(userid="", corp_id="")


def forget(left: Sequence[int], corp: Corp, *, by: audit.Actor, now: datetime) -> None:
    """Whoever was deleted in WeCom goes here too; their history stays."""
    if left:
        audit.explain(LEFT, by=by)
        Employee.objects.filter(pk__in=left).delete()
        audit.record_ids(LEFT, EMPLOYEE, left, by=by, at=now, account_id=corp.account_id)


def refuse(pks: Sequence[int], code: int) -> None:
    """WeCom shows something else than it was told of these. Whoever was changed meanwhile is not
    meant."""
    if pks:
        Employee.objects.filter(pk__in=pks, to_push=False).update(push_fault=code)


def take_over(employee: Employee, userid: str, corp: Corp, *, now: datetime) -> bool:
    """The employee is that member of WeCom. False if somebody else here is; unless they came from
    WeCom and nobody has filled in anything of them: then both rows become one."""
    others = Employee.objects.filter(account=corp.account_id, userid__iexact=userid)
    other = others.exclude(pk=employee.pk).first()
    if other and not is_bare(other):
        return False
    by = audit.Actor(BY_ITSELF, account_id=corp.account_id)
    audit.explain(MERGED, by=by)
    taken = {"userid": userid, "corp_id": corp.corp_id, "there": None, "departments_there": []}
    if other:
        departments = sorted({*employee.department_ids, *other.department_ids})
        taken |= {"department_ids": departments, "departments_there": other.departments_there}
        other.delete()
    Employee.objects.filter(pk=employee.pk).update(**taken)
    audit.record_ids(MERGED, EMPLOYEE, [employee.pk], by=by, at=now, account_id=corp.account_id)
    return True


def is_bare(employee: Employee) -> bool:
    own = (*BLANK, "community_ids", "to_push")
    return not any(getattr(employee, name) for name in own)
