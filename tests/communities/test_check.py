"""Each rule of check_trees finds what breaks it; a sound tree breaks none."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from communities.check import Row, violations
from communities.numbering import Node, number
from haina.lib.natural import natural_key

DEPTH = 3


def rows_of(*addresses: str) -> list[Row]:
    """A sound tree with these addresses, and what lies on the way to them."""
    root = Node(1, "腾讯小区", natural_key("腾讯小区"), None)
    nodes = [root]
    for address in addresses:
        node = root
        for name in address.split():
            if name not in node.children:
                nodes.append(Node(len(nodes) + 1, name, natural_key(name), node))
                node.children[name] = nodes[-1]
            node = node.children[name]
    number(root)
    return [
        Row(
            n.pk, n.parent and n.parent.pk, 1, n.name, n.sort_key, n.lft, n.rght, n.level, n.address
        )
        for n in nodes
    ]


SOUND = rows_of("A 1 101", "A 1 102", "B 1 101", "B 2")


def faults(rows: list[Row]) -> list[str]:
    return list(violations(rows, tree_id=1, depth=DEPTH))


def changed(at: str, values: dict) -> list[Row]:
    return [row._replace(**values) if row.address == at else row for row in SOUND]


def pk_of(address: str) -> int:
    return next(row.pk for row in SOUND if row.address == address)


def test_a_sound_tree_breaks_no_rule():
    assert faults(SOUND) == []


@pytest.mark.parametrize(
    ("address", "values", "told"),
    [
        ("A 1 101", {"lft": 9, "rght": 4}, "is not below rght"),
        ("A 1 101", {"rght": 6}, "an odd number of places"),
        ("A 1 101", {"lft": 40, "rght": 41}, "outside of 1 to"),
        ("B 1", {"lft": 3}, "must be used once, is used 2 times"),
        ("A 1", {"rght": 12}, "overlaps"),
        ("A 1 101", {"parent_id": pk_of("B 1")}, "lies in node"),
        ("A 1 101", {"parent_id": 99}, "its parent #99 is not in this community"),
        ("B", {"parent_id": None}, "there must be one root, there are 2"),
        ("A 1 101", {"level": 2}, "level is 2, must be 3"),
        ("A 1 101", {"address": "A 101"}, 'address is "A 101", must be "A 1 101"'),
        ("A 1 101", {"sort_key": "x"}, "sort_key is not that of its name"),
        ("A 1 101", {"tree_id": 2}, "tree_id is 2, must be 1"),
        ("A 1 102", {"name": "101"}, "2 siblings below"),
        ("A 1 101", {"name": "103", "sort_key": natural_key("103")}, "must stand before it"),
    ],
)
def test_a_broken_rule_is_told(address, values, told):
    assert any(told in fault for fault in faults(changed(address, values)))


def test_a_node_below_the_last_level_is_told():
    rows = rows_of("A 1 101 左")

    assert any("level 4 is below the last level 3" in fault for fault in faults(rows))


@given(
    victim=st.sampled_from(SOUND),
    field=st.sampled_from(["lft", "rght", "level", "parent_id", "tree_id"]),
    value=st.integers(1, 20),
)
def test_no_wrong_number_goes_unnoticed(victim, field, value):
    assume(getattr(victim, field) != value)

    rows = [row._replace(**{field: value}) if row is victim else row for row in SOUND]

    assert faults(rows)


addresses = st.lists(
    st.lists(st.sampled_from(["1", "2", "10", "A", "东"]), min_size=1, max_size=3).map(" ".join),
    max_size=12,
)


@given(addresses)
def test_numbering_any_tree_makes_it_sound(addresses):
    assert faults(rows_of(*addresses)) == []
