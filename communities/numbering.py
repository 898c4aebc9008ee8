"""A tree in memory, and the numbers that follow from its shape. Pure: it reads no row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from haina.lib.natural import natural_key

Path = tuple[str, ...]  # the names below the root: ("B", "1", "102")
Shift = tuple[int, int]  # from this number on, up to the next shift, all numbers move by so much


@dataclass(slots=True)
class Node:
    """One node in memory. `lft` of 0 means that it is not in the database yet."""

    pk: int
    name: str
    sort_key: str
    parent: "Node | None"
    lft: int = 0
    rght: int = 0
    level: int = 0
    address: str = ""
    children: dict[str, "Node"] = field(default_factory=dict)

    @property
    def placed(self) -> tuple[int, int, int, str]:
        return self.lft, self.rght, self.level, self.address

    @property
    def ordered(self) -> list["Node"]:
        """The children in natural order."""
        return sorted(self.children.values(), key=lambda child: (child.sort_key, child.name))

    def reach(self, path: Path, made: list["Node"]) -> "Node":
        """The node at the path below this one; what is missing is made, and added to `made`."""
        node = self
        for name in path:
            child = node.children.get(name)
            if child is None:
                child = node.children[name] = Node(0, name, natural_key(name), node)
                made.append(child)
            node = child
        return node


def number(top: Node, first: int = 1) -> int:
    """Give lft, rght, level and address to a node and all below it, children in natural order;
    the next free number."""
    counter = first
    stack: list[tuple[Node, Iterator[Node]]] = []

    def enter(node: Node) -> None:
        nonlocal counter
        node.lft, counter = counter, counter + 1
        node.level = node.parent.level + 1 if node.parent else 0
        node.address = f"{node.parent.address} {node.name}".lstrip() if node.parent else ""
        stack.append((node, iter(node.ordered)))

    enter(top)
    while stack:
        node, children = stack[-1]
        child = next(children, None)
        if child is not None:
            enter(child)
            continue
        node.rght, counter = counter, counter + 1
        stack.pop()
    return counter


def number_new(made: Iterable[Node]) -> list[Shift]:
    """Number nodes that are new among known ones, and tell how these give way. Of the known ones
    the children of each parent of a new node must be there, with their numbers."""
    parents = {id(node.parent): node.parent for node in made if node.parent.lft}
    gaps = {at: nodes for parent in parents.values() for at, nodes in gaps_below(parent)}
    shifts, total = [], 0
    for at in sorted(gaps):
        following = at + total
        for node in gaps[at]:
            following = number(node, following)
        total = following - at
        shifts.append((at, total))
    return shifts


def gaps_below(parent: Node) -> Iterator[tuple[int, list[Node]]]:
    """New children next to each other, and the known number in front of which they go."""
    waiting: list[Node] = []
    for child in parent.ordered:
        if not child.lft:
            waiting.append(child)
        elif waiting:
            yield child.lft, waiting
            waiting = []
    if waiting:
        yield parent.rght, waiting


def shifts_closing(lft: int, rght: int) -> list[Shift]:
    """How numbers move when those from lft to rght are gone."""
    return [(rght + 1, lft - rght - 1)]


def shifts_moving(lft: int, rght: int, to: int) -> list[Shift]:
    """How numbers move when those from lft to rght go in front of the number `to`, which is not
    one of them."""
    width = rght - lft + 1
    if to == rght + 1:
        return []
    if to > rght:
        return [(lft, to - rght - 1), (rght + 1, -width), (to, 0)]
    return [(to, width), (lft, to - lft), (rght + 1, 0)]
