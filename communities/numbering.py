"""A tree in memory, and the numbers that follow from its shape. Pure: it reads no row."""

from collections.abc import Iterator
from dataclasses import dataclass, field

Path = tuple[str, ...]  # the names below the root: ("B", "1", "102")


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


def number(root: Node) -> None:
    """Give lft, rght, level and address to a whole tree, children in natural order."""
    counter = 1
    stack: list[tuple[Node, Iterator[Node]]] = []

    def enter(node: Node) -> None:
        nonlocal counter
        node.lft, counter = counter, counter + 1
        node.level = node.parent.level + 1 if node.parent else 0
        node.address = f"{node.parent.address} {node.name}".lstrip() if node.parent else ""
        ordered = sorted(node.children.values(), key=lambda child: (child.sort_key, child.name))
        stack.append((node, iter(ordered)))

    enter(root)
    while stack:
        node, children = stack[-1]
        child = next(children, None)
        if child is not None:
            enter(child)
            continue
        node.rght, counter = counter, counter + 1
        stack.pop()
