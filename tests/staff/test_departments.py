"""The tree of departments: what may be changed, and that its numbers stay right."""

import pytest
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from staff import departments
from staff.departments import Tree
from staff.models import Department, Removal
from staff.refusals import DepartmentGone, DepartmentRefused, NameTaken, TooDeep
from tests import make


@pytest.fixture
def call(account):
    return {"by": Actor.command(account), "now": timezone.now()}


def outline(account) -> list[str]:
    """The tree as lines, after its numbers were found to be right."""
    rows = list(Department.objects.filter(account=account).order_by("lft"))
    taken = sorted(number for row in rows for number in (row.lft, row.rght))
    assert taken == list(range(1, 2 * len(rows) + 1))
    for row in rows:
        around = [each for each in rows if each.lft < row.lft and each.rght > row.rght]
        assert row.level == len(around)
        assert row.parent_id == (around[-1].pk if around else None)
        assert row.tree_id == account.pk
    return ["  " * row.level + row.name for row in rows]


def test_the_root_is_made_once(account):
    first, second = departments.root_of(account), departments.root_of(account)

    assert first == second
    assert outline(account) == ["蜂鸟小区A"]


def test_siblings_stand_in_natural_order(account):
    for name in ("10 组", "保安部", "2 组"):
        make.department(account, name)

    assert outline(account) == ["蜂鸟小区A", "  2 组", "  10 组", "  保安部"]


def test_a_department_takes_along_what_is_below(account, call):
    a, b = make.department(account, "A"), make.department(account, "B")
    make.department(account, "A1", parent=a)

    changed = departments.change(account, a.pk, name="C", below=b.pk, **call)

    assert changed == ["name", "parent"]
    assert outline(account) == ["蜂鸟小区A", "  B", "    C", "      A1"]


def test_what_is_renamed_is_to_be_pushed_and_nothing_else(account, call):
    a, b = make.department(account, "A"), make.department(account, "B")
    Department.objects.update(to_push=False)

    departments.change(account, a.pk, name="Z", below=a.parent_id, **call)

    assert list(Department.objects.filter(to_push=True)) == [a]
    assert outline(account) == ["蜂鸟小区A", "  B", "  Z"]
    assert b.pk


def test_names_are_exchanged_in_one_write(account):
    a, b = make.department(account, "A"), make.department(account, "B")

    with departments.transaction.atomic():
        tree = Tree(account)
        tree.arrange([(tree.at(a.pk), tree.root, "B"), (tree.at(b.pk), tree.root, "A")])
        tree.write(push=False)

    a.refresh_from_db()
    assert (a.name, a.to_push) == ("B", True)
    assert outline(account) == ["蜂鸟小区A", "  A", "  B"]


def test_a_name_is_free_for_what_is_new_in_the_same_write(account):
    a = make.department(account, "A")

    with departments.transaction.atomic():
        tree = Tree(account)
        tree.arrange([(tree.at(a.pk), tree.root, "B")])
        tree.add(tree.root, "A")
        tree.write()

    assert outline(account) == ["蜂鸟小区A", "  A", "  B"]


def test_a_name_is_taken_once_below_the_same(account, call):
    a, b = make.department(account, "A"), make.department(account, "B")
    before = outline(account)

    with pytest.raises(NameTaken):
        departments.add(account, "A", below=a.parent_id, **call)
    with pytest.raises(NameTaken):
        departments.change(account, b.pk, name="A", below=b.parent_id, **call)

    assert outline(account) == before


def test_nothing_goes_below_itself(account, call):
    a = make.department(account, "A")
    below = make.department(account, "A1", parent=a)

    for to in (a.pk, below.pk):
        with pytest.raises(DepartmentRefused, match="自己的下级"):
            departments.change(account, a.pk, name="A", below=to, **call)

    assert outline(account) == ["蜂鸟小区A", "  A", "    A1"]


def test_the_root_is_renamed_and_stays(account, call):
    root, a = departments.root_of(account), make.department(account, "A")

    departments.change(account, root.pk, name="海纳物业", below=None, **call)
    with pytest.raises(DepartmentRefused):
        departments.change(account, root.pk, name="海纳物业", below=a.pk, **call)
    with pytest.raises(DepartmentRefused):
        departments.delete(account, root.pk, **call)

    assert outline(account) == ["海纳物业", "  A"]


def test_fifteen_levels_are_all(account, call):
    deepest = departments.root_of(account)
    for number in range(14):
        deepest = make.department(account, f"{number}", parent=deepest)

    with pytest.raises(TooDeep):
        departments.add(account, "x", below=deepest.pk, **call)

    assert len(outline(account)) == 15


def test_only_an_empty_department_is_deleted(account, call):
    a = make.department(account, "A")
    below = make.department(account, "A1", parent=a)
    employee = make.employee(account, department_ids=[below.pk])

    with pytest.raises(DepartmentRefused, match="下级部门"):
        departments.delete(account, a.pk, **call)
    with pytest.raises(DepartmentRefused, match="1 位员工"):
        departments.delete(account, below.pk, **call)
    employee.delete()
    departments.delete(account, below.pk, **call)
    departments.delete(account, a.pk, **call)

    assert outline(account) == ["蜂鸟小区A"]
    with pytest.raises(DepartmentGone):
        departments.delete(account, a.pk, **call)


def test_what_was_in_wecom_is_to_be_deleted_there(account, call):
    make.corp(account)
    there, here = make.department(account, "A"), make.department(account, "B")
    Department.objects.filter(pk=there.pk).update(wecom_id=7)

    for department in (there, here):
        departments.delete(account, department.pk, **call)

    assert [(row.corp_id, row.wecom_id) for row in Removal.objects.all()] == [
        ("ww0000000000000001", 7)
    ]


def test_other_accounts_have_trees_of_their_own(account, call):
    other = make.department(make.account("other", name="别家物业"), "A")

    with pytest.raises(DepartmentGone):
        departments.add(account, "x", below=other.pk, **call)
    with pytest.raises(DepartmentGone):
        departments.delete(account, other.pk, **call)

    assert outline(other.account) == ["别家物业", "  A"]


def test_each_change_is_in_the_trail(account, call):
    a = make.department(account, "A")

    departments.change(account, a.pk, name="B", below=a.parent_id, **call)
    departments.change(account, a.pk, name="B", below=a.parent_id, **call)
    departments.delete(account, a.pk, **call)

    entries = AuditEntry.objects.filter(model="staff.department").order_by("pk")
    assert [(e.action, e.ids, e.fields) for e in entries] == [
        ("department.added", [a.pk], []),
        ("department.changed", [a.pk], ["name"]),
        ("department.deleted", [a.pk], []),
    ]
