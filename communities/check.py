"""What must hold in every tree, and where it does not. Pure: rows in, sentences out."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from haina.lib.natural import natural_key


class Row(NamedTuple):
    """The columns of a node that the rules speak of."""

    pk: int
    parent_id: int | None
    tree_id: int
    name: str
    sort_key: str
    lft: int
    rght: int
    level: int
    address: str

    def __str__(self):
        return f'node #{self.pk} "{self.address or self.name}"'


def violations(rows: Sequence[Row], *, tree_id: int, depth: int) -> Iterator[str]:
    """One sentence for every rule that a row of the community breaks."""
    rows = sorted(rows, key=lambda row: (row.lft, row.pk))
    known = {row.pk: row for row in rows}
    yield from faults_of_shape(rows, known)
    yield from faults_of_numbers(rows, tree_id)
    yield from faults_of_nesting(rows)
    yield from faults_of_siblings(rows)
    for row in rows:
        yield from faults_of_place(row, known.get(row.parent_id), depth)


def faults_of_shape(rows: Sequence[Row], known: Mapping[int, Row]) -> Iterator[str]:
    roots = [row for row in rows if row.parent_id is None]
    if len(roots) != 1:
        yield f"there must be one root, there are {len(roots)}"
    for row in rows:
        if row.parent_id is not None and row.parent_id not in known:
            yield f"{row}: its parent #{row.parent_id} is not in this community"


def faults_of_numbers(rows: Sequence[Row], tree_id: int) -> Iterator[str]:
    for row in rows:
        if row.tree_id != tree_id:
            yield f"{row}: tree_id is {row.tree_id}, must be {tree_id}"
        if row.lft >= row.rght:
            yield f"{row}: lft {row.lft} is not below rght {row.rght}"
        elif (row.rght - row.lft) % 2 == 0:
            yield f"{row}: between lft {row.lft} and rght {row.rght} is an odd number of places"
    used = Counter(number for row in rows for number in (row.lft, row.rght))
    for number in sorted(used.keys() | range(1, 2 * len(rows) + 1)):
        if number > 2 * len(rows) or number < 1:
            yield f"number {number} is outside of 1 to {2 * len(rows)}"
        elif used[number] != 1:
            yield f"number {number} must be used once, is used {used[number]} times"


def faults_of_nesting(rows: Sequence[Row]) -> Iterator[str]:
    """The nearest node around each one must be its parent; no two may overlap in part."""
    around: list[Row] = []
    for row in rows:
        while around and around[-1].rght < row.lft:
            around.pop()
        nearest = around[-1] if around else None
        if nearest and row.rght > nearest.rght:
            yield f"{row}: overlaps {nearest}"
        if row.parent_id != (nearest and nearest.pk):
            yield f"{row}: lies in {nearest or 'nothing'}, its parent is #{row.parent_id}"
        around.append(row)


def faults_of_siblings(rows: Sequence[Row]) -> Iterator[str]:
    """Names once, and in natural order. Rows come in the order of lft."""
    siblings: dict[int | None, list[Row]] = {}
    for row in rows:
        siblings.setdefault(row.parent_id, []).append(row)
    for group in siblings.values():
        for name, times in Counter(row.name for row in group).items():
            if times > 1:
                yield f'{times} siblings below #{group[0].parent_id} are named "{name}"'
        for left, right in pairwise(group):
            if (left.sort_key, left.name) > (right.sort_key, right.name):
                yield f"{right}: stands after {left}, must stand before it"


def faults_of_place(row: Row, parent: Row | None, depth: int) -> Iterator[str]:
    level = parent.level + 1 if parent else 0
    address = f"{parent.address} {row.name}".lstrip() if parent else ""
    if row.level != level:
        yield f"{row}: level is {row.level}, must be {level}"
    if row.level > depth:
        yield f"{row}: level {row.level} is below the last level {depth}"
    if row.address != address:
        yield f'{row}: address is "{row.address}", must be "{address}"'
    if row.sort_key != natural_key(row.name):
        yield f"{row}: sort_key is not that of its name"
