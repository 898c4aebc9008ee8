"""The departments as pages show them: their tree with the way to one of them open, how many people
each holds, and their names with the way to them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Count
from django.utils.translation import gettext as _

from communities.branches import SMALL_TREE, Branch
from haina.accounts.scope import Scope
from staff.models import Department, Employee


class Departments:
    """An account's departments in the order of the tree: one query."""

    def __init__(self, scope: Scope) -> None:
        self.rows = list(Department.objects.within(scope).order_by("lft"))
        self.by_pk = {row.pk: row for row in self.rows}
        self.below = defaultdict(list)
        for row in self.rows:
            self.below[row.parent_id].append(row)

    @property
    def root(self) -> Department | None:
        return self.rows[0] if self.rows else None

    def inside(self, top: Department) -> list[int]:
        """The pks of a department and of all below it."""
        return [row.pk for row in self.rows if top.lft <= row.lft and row.rght <= top.rght]

    def way_to(self, pk: int) -> list[Department]:
        """From the root to a department; nothing for one that is gone."""
        way, row = [], self.by_pk.get(pk)
        while row:
            way.append(row)
            row = self.by_pk.get(row.parent_id)
        return way[::-1]

    def path(self, pk: int) -> str:
        """工程部 / 维修组, the company only if it is that itself; "" for one that is gone."""
        way = self.way_to(pk)
        return " / ".join(row.name for row in way[1:] or way)

    def paths(self, pks: Iterable[int]) -> str:
        return _("、").join(filter(None, map(self.path, pks)))

    def tree(self, current: Department, heads: Mapping[int, int]) -> Branch:
        """From the root, opened down to a department and its children; a small tree all of it."""
        is_small = len(self.rows) < SMALL_TREE
        opened = {row.pk for row in (self.rows if is_small else self.way_to(current.pk))}

        def grow(row: Department) -> Branch:
            branch = Branch(row, heads.get(row.pk, 0), is_current=row == current)
            branch.is_open = row.has_children and row.pk in opened
            if branch.is_open:
                branch.children = [grow(child) for child in self.below[row.pk]]
            return branch

        return grow(self.root)

    def children(self, parent: Department, heads: Mapping[int, int]) -> list[Branch]:
        """The departments right below one, closed."""
        return [Branch(row, heads.get(row.pk, 0)) for row in self.below[parent.pk]]

    def heads(self, scope: Scope) -> dict[int, int]:
        """How many people each department holds with all below it, by pk; nobody counts twice
        there. One query: people who are in the same departments are counted together."""
        people = Employee.objects.within(scope).order_by()
        heads: Counter[int] = Counter()
        for pks, number in people.values_list("department_ids").annotate(Count("pk")):
            for pk in self.above_any(pks):
                heads[pk] += number
        return heads

    def above_any(self, pks: Collection[int]) -> set[int]:
        return {row.pk for pk in pks for row in self.way_to(pk)}
