"""Whatever stands behind a change gives way by a statement, not by reading the tree anew: any
sequence of changes leaves what the same sequence leaves in a dictionary."""

import random
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from communities import tree, whole_tree
from communities.management.commands.check_trees import problems_of
from communities.models import BuildingNode
from communities.numbering import Node, number, shifts_closing, shifts_moving
from haina.lib.natural import natural_key
from tests import make
from tests.communities.conftest import addresses
from tests.drawing import percent

NOW = timezone.now()
NAMES = ["1", "2", "02", "10", "A", "a", "B", "东", "西", "1栋"]
names = st.sampled_from(NAMES)
steps = st.lists(
    st.tuples(
        st.sampled_from(["grow", "sow", "branch", "rename", "move", "fell"]),
        st.integers(0, 10**6),
    ),
    max_size=12,
)


class Copy:
    """The same community as plain paths."""

    def __init__(self) -> None:
        self.paths: set[tuple[str, ...]] = set()

    def add(self, *paths) -> None:
        self.paths |= {path[:depth] for path in paths for depth in range(1, len(path) + 1)}

    def move(self, old, new) -> None:
        moved = {path for path in self.paths if path[: len(old)] == old}
        self.paths = self.paths - moved | {new + path[len(old) :] for path in moved}

    def fell(self, old) -> None:
        self.paths = {path for path in self.paths if path[: len(old)] != old}

    def addresses(self) -> list[str]:
        in_order = sorted(self.paths, key=lambda path: [(natural_key(n), n) for n in path])
        return [" ".join(path) for path in in_order]


def change(community, copy: Copy, what: str, seed: int, by) -> None:
    """One random change, of the tree and of the copy; what the tree refuses happens in neither."""
    dice = random.Random(seed)
    told = {"by": by, "now": NOW}
    old = dice.choice([(), *sorted(copy.paths)])
    pk = pk_of(community, old)
    new = tuple(dice.choices(NAMES, k=dice.randint(1, 3)))
    if what == "grow":
        many = [tuple(dice.choices(NAMES, k=dice.randint(1, 3))) for _ in range(dice.randint(0, 6))]
        tree.grow(community, many, **told)
        copy.add(*many)
    elif what == "sow":
        below = [old + new, old + new[:1] + ("99",)]
        tree.sow(community, pk, [path[len(old) :] for path in below], **told)
        copy.add(*below)
    elif what == "branch":
        tree.branch(community, pk, new[0], **told)
        copy.add((*old, new[0]))
    elif what == "rename" and old:
        tree.rename(community, pk, new[0], **told)
        copy.move(old, (*old[:-1], new[0]))
    elif what == "move" and old:
        to = dice.choice([p for p in [(), *sorted(copy.paths)] if len(p) == len(old) - 1])
        tree.move(community, pk, to=pk_of(community, to), **told)
        copy.move(old, (*to, old[-1]))
    elif what == "fell":
        tree.fell(community, pk, **told)
        copy.fell(old)


def pk_of(community, path) -> int:
    return BuildingNode.objects.get(community=community, address=" ".join(path)).pk


@given(steps=steps)
@example(steps=[("grow", seed) for seed in range(4)] + [("move", seed) for seed in range(8)])
@settings(
    max_examples=percent(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_changes_leave_what_they_leave_in_a_dictionary(account, by, steps):
    community, copy = make.community(account, f"小区{next(make.numbers)}"), Copy()
    for what, seed in steps:
        try:
            change(community, copy, what, seed, by)
        except tree.TreeRefused:
            continue

    assert problems_of(community) == []
    assert addresses(community) == copy.addresses()
    assert whole_tree.rebuild(community, by=by, now=NOW) == 0


@contextmanager
def rows_of_each_statement():
    """How many rows every statement reads or writes; of a stream nobody can tell: -1."""
    counts = []

    def watch(execute, statement, parameters, many, context):
        answer = execute(statement, parameters, many, context)
        if "SAVEPOINT" not in str(statement):
            counts.append(context["cursor"].rowcount)
        return answer

    with connection.execute_wrapper(watch):
        yield counts


@pytest.mark.parametrize("what", ["branch", "rename", "fell"])
def test_a_change_at_the_end_of_a_large_tree_touches_few_rows(community, by, what):
    tree.grow(community, [(str(b), str(r)) for b in range(20) for r in range(20)], by=by, now=NOW)
    last = make.node(community, "19 19")

    with rows_of_each_statement() as counts:
        if what == "branch":
            tree.branch(community, last.pk, "101", by=by, now=NOW)
        elif what == "rename":
            tree.rename(community, last.pk, "19栋", by=by, now=NOW)
        else:
            tree.fell(community, last.pk, by=by, now=NOW)

    assert min(counts) >= 0
    assert max(counts) <= 20  # the siblings
    assert problems_of(community) == []


def shifted(value: int, shifts) -> int:
    return value + next((by for at, by in reversed(shifts) if at <= value), 0)


@given(st.integers(1, 30), st.integers(0, 10), st.integers(1, 60))
def test_what_moves_changes_places_with_what_is_in_between(lft, width, to):
    rght = lft + width
    to = to if not lft <= to <= rght else rght + 1
    shifts = shifts_moving(lft, rght, to)

    everything = sorted(range(1, 80), key=lambda value: shifted(value, shifts))

    block = list(range(lft, rght + 1))
    rest = [value for value in range(1, 80) if value not in block]
    at = rest.index(to)
    assert everything == rest[:at] + block + rest[at:]
    assert sorted(shifted(value, shifts) for value in range(1, 80)) == list(range(1, 80))


@given(st.integers(1, 30), st.integers(0, 10))
def test_what_goes_leaves_no_hole(lft, width):
    shifts = shifts_closing(lft, lft + width)

    left = [value for value in range(1, 60) if not lft <= value <= lft + width]

    assert [shifted(value, shifts) for value in left] == list(range(1, 59 - width))


def test_numbering_tells_the_next_free_number():
    root = Node(0, "小区", "", None)
    root.reach(("A", "1"), [])

    assert number(root, 5) == 11
    assert (root.lft, root.rght) == (5, 10)
