"""The only writer of an account's departments. Each change reads them all under the account's lock,
arranges them in memory and writes what became different: there are hundreds, not thousands."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from communities.numbering import Node, number
from haina.accounts import audit
from haina.accounts.models import ServiceAccount
from haina.lib.locks import Lock, hold
from haina.lib.natural import natural_key
from haina.lib.rows import reserve_ids
from staff.bells import ring
from staff.models import MOST_LEVELS, NAME_LENGTH, Department, Employee
from staff.refusals import DepartmentGone, DepartmentRefused, NameTaken, TooDeep
from staff.removals import bury_department

MODEL = Department._meta.label_lower
TABLE = Department._meta.db_table
FORBIDDEN = '\\:*?"<>|｜'  # in names, as WeCom has it

PLACE = sql.SQL("""
    UPDATE {table} SET parent_id = new.parent_id, name = new.name, sort_key = new.sort_key,
        lft = new.lft, rght = new.rght, level = new.level, to_push = {table}.to_push OR new.to_push,
        push_fault = CASE WHEN new.to_push THEN NULL ELSE push_fault END,
        push_detail = CASE WHEN new.to_push THEN '' ELSE push_detail END
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::int[], %s::int[],
        %s::int[], %s::bool[]) AS new (id, parent_id, name, sort_key, lft, rght, level, to_push)
    WHERE {table}.id = new.id
""").format(table=sql.Identifier(TABLE))


class Tree:
    """An account's departments, held under its lock until the transaction ends. Nodes are changed
    in memory, and write() makes the database the same. There is always a root."""

    def __init__(self, account: ServiceAccount) -> None:
        hold(Lock.STAFF, account.pk)
        self.account = account
        self.new: list[Node] = []
        self.gone: list[int] = []
        rows = Department.objects.filter(account=account).order_by("level")
        fields = ("pk", "name", "sort_key", "parent_id", "lft", "rght", "level")
        self.nodes: dict[int, Node] = {}
        for pk, name, key, parent, *place in rows.values_list(*fields):
            node = self.nodes[pk] = Node(pk, name, key, self.nodes.get(parent), *place)
            if node.parent:
                node.parent.children[name] = node
        self.before = {pk: row_of(node) for pk, node in self.nodes.items()}
        self.root = next(iter(self.nodes.values()), None) or self.plant()

    def plant(self) -> Node:
        name = self.account.name[:NAME_LENGTH]
        root = Node(0, name, natural_key(name), None)
        self.new.append(root)
        return root

    def at(self, pk: int) -> Node:
        """Raises DepartmentGone."""
        if pk not in self.nodes:
            raise DepartmentGone
        return self.nodes[pk]

    def add(self, parent: Node, name: str) -> Node:
        """Its pk is known once it is written. Raises NameTaken."""
        if name in parent.children:
            raise NameTaken(name)
        return parent.reach((name,), self.new)

    def arrange(self, places: Sequence[tuple[Node, Node | None, str]]) -> None:
        """Let nodes stand below a parent under a name, all at once, so that they may exchange
        both. Raises NameTaken or DepartmentRefused, and is then not to be written."""
        for node, _parent, _name in places:
            if node.parent:
                del node.parent.children[node.name]
        for node, parent, name in places:
            node.parent, node.name, node.sort_key = parent, name, natural_key(name)
            if parent is None:
                continue
            if name in parent.children:
                raise NameTaken(name)
            parent.children[name] = node
        if any(not hangs(node, self.root) for node, _parent, _name in places):
            raise DepartmentRefused(_("不能移动到该部门自己的下级。"))

    def cut(self, node: Node) -> None:
        """Take out a department that has none below it. Whoever is in it is the caller's."""
        if node.parent is None or node.children:
            raise DepartmentRefused(_("请先删除或移走下级部门。"))
        del node.parent.children[node.name], self.nodes[node.pk]
        self.gone.append(node.pk)

    def write(self, *, push: bool = True) -> None:
        """Number everything anew and write what differs. With `push` what is renamed or moved is
        to be brought to WeCom. Raises TooDeep."""
        number(self.root)
        if max(node.level for node in [*self.nodes.values(), *self.new]) >= MOST_LEVELS:
            raise TooDeep
        Department.objects.filter(pk__in=self.gone).delete()
        for node, pk in zip(self.new, reserve_ids(TABLE, len(self.new)), strict=True):
            node.pk = pk
        self.place([n for pk, n in self.nodes.items() if row_of(n) != self.before[pk]], push)
        Department.objects.bulk_create(self.row(node) for node in self.new)
        self.nodes |= {node.pk: node for node in self.new}
        self.before = {pk: row_of(node) for pk, node in self.nodes.items()}
        self.new, self.gone = [], []

    def place(self, nodes: Sequence[Node], push: bool) -> None:
        if not nodes:
            return
        rows = [(node.pk, *row_of(node)) for node in nodes]
        pushes = [push and row_of(n)[:2] != self.before[n.pk][:2] for n in nodes]
        with connection.cursor() as cursor:
            cursor.execute(PLACE, [*map(list, zip(*rows, strict=True)), pushes])

    def row(self, node: Node) -> Department:
        parent, name, key, lft, rght, level = row_of(node)
        return Department(
            pk=node.pk,
            account=self.account,
            parent_id=parent,
            name=name,
            sort_key=key,
            lft=lft,
            rght=rght,
            level=level,
            tree_id=self.account.pk,
        )


def row_of(node: Node) -> tuple:
    parent = node.parent.pk if node.parent else None
    return parent, node.name, node.sort_key, node.lft, node.rght, node.level


def hangs(node: Node, root: Node) -> bool:
    """Does its way up end at the root, without going in a circle?"""
    for _step in range(MOST_LEVELS * 2):
        if node.parent is None:
            return node is root
        node = node.parent
    return False


def fault_of(name: str) -> str:
    """What WeCom would not take of a tidied name; "" if nothing."""
    if any(sign in FORBIDDEN for sign in name):
        return _("部门名称不能包含 %s 这些符号。") % " ".join(FORBIDDEN)
    return ""


def root_of(account: ServiceAccount) -> Department:
    """The company itself; made when it is first asked for."""
    roots = Department.objects.filter(account=account, parent=None)
    return roots.first() or planted(account)


@transaction.atomic
def planted(account: ServiceAccount) -> Department:
    tree = Tree(account)
    tree.write()
    return Department.objects.get(pk=tree.root.pk)


@transaction.atomic
def add(
    account: ServiceAccount, name: str, *, below: int, by: audit.Actor, now: datetime
) -> Department:
    """A new department. Raises NameTaken, DepartmentGone or TooDeep."""
    tree = Tree(account)
    node = tree.add(tree.at(below), name)
    tree.write()
    record("department.added", [node.pk], account, by=by, now=now)
    return Department.objects.get(pk=node.pk)


@transaction.atomic
def change(
    account: ServiceAccount,
    pk: int,
    *,
    name: str,
    below: int | None,
    by: audit.Actor,
    now: datetime,
) -> list[str]:
    """Rename a department, and put it below another one with all that it holds; `below` is None for
    the root. What really changed. Raises as add() does, and DepartmentRefused."""
    tree = Tree(account)
    node = tree.at(pk)
    parent = tree.at(below) if below else None
    if (node.parent is None) != (parent is None):
        raise DepartmentRefused(_("最上级的部门不能移动。"))
    changed = ["name"] if node.name != name else []
    changed += ["parent"] if node.parent is not parent else []
    if changed:
        tree.arrange([(node, parent, name)])
        tree.write()
        record("department.changed", [pk], account, by=by, now=now, fields=changed)
    return changed


@transaction.atomic
def delete(account: ServiceAccount, pk: int, *, by: audit.Actor, now: datetime) -> None:
    """Delete an empty department, in WeCom too if it is there. Raises DepartmentRefused."""
    tree = Tree(account)
    node = tree.at(pk)
    people = Employee.objects.filter(account=account).in_any([pk]).count()
    if fault := fault_of_deleting(node.parent is None, bool(node.children), people):
        raise DepartmentRefused(fault)
    tree.cut(node)
    bury_department(account, Department.objects.get(pk=pk).wecom_id)
    tree.write()
    record("department.deleted", [pk], account, by=by, now=now)


def fault_of_deleting(is_root: bool, has_children: bool, people: int) -> str:
    """Why a department cannot be deleted; "" if it can."""
    if is_root:
        return _("最上级的部门是企业本身，不能删除。")
    if has_children:
        return _("请先删除或移走下级部门。")
    return _("部门内还有 %d 位员工，请先为他们选择其他部门。") % people if people else ""


def record(
    action: str,
    ids: list[int],
    account: ServiceAccount,
    *,
    by: audit.Actor,
    now: datetime,
    fields: Iterable[str] = (),
) -> None:
    audit.record_ids(action, MODEL, ids, by=by, at=now, fields=list(fields), account_id=account.pk)
    ring(account.pk)
