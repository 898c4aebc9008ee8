"""What communities/tree.py writes, one change at a time."""

import pytest
from django.utils import timezone

from communities import tree, whole_tree
from communities.management.commands.check_trees import problems_of
from communities.models import BuildingNode
from haina.accounts.models import AuditEntry
from tests import make
from tests.communities.conftest import addresses

NOW = timezone.now()


@pytest.fixture(autouse=True)
def sound(community):
    """Whatever a test did, the tree is sound afterwards."""
    yield
    assert problems_of(community) == []


def test_siblings_stand_in_natural_order(community, by):
    paths = [("10栋",), ("2栋",), ("B",), ("西",), ("A",), ("东",), ("1栋",)]

    tree.grow(community, paths, by=by, now=NOW)

    assert addresses(community) == ["1栋", "2栋", "10栋", "A", "B", "东", "西"]


def test_growing_makes_what_is_missing_on_the_way(community, by):
    first = tree.grow(community, [("A", "1", "101")], by=by, now=NOW)
    again = tree.grow(community, [("A", "1", "101"), ("A", "1", "102")], by=by, now=NOW)

    assert addresses(community) == ["A", "A 1", "A 1 101", "A 1 102"]
    assert again[("A", "1", "101")] == first[("A", "1", "101")]
    grown = AuditEntry.objects.filter(action="tree.grown").order_by("pk")
    assert list(grown.values_list("count", flat=True)) == [3, 1]


def test_sowing_tells_how_many_were_missing(community, by):
    block = make.node(community, "A")
    make.node(community, "A 1 101")

    made = tree.sow(community, block.pk, [("1", "101"), ("1", "102"), ("2",)], by=by, now=NOW)

    assert made == 2
    assert addresses(community) == ["A", "A 1", "A 1 101", "A 1 102", "A 2"]


def test_nothing_grows_below_rooms(community, by):
    make.node(community, "A 1 101")

    with pytest.raises(tree.TreeRefused, match="只有 3 级结构"):
        tree.grow(community, [("A", "1", "101", "左")], by=by, now=NOW)

    assert addresses(community) == ["A", "A 1", "A 1 101"]


def test_a_community_has_no_more_nodes_than_one_may_have(community, by, settings):
    settings.MOST_NODES = 4
    root = make.node(community, "A 1 101").parent.parent.parent
    grown = whole_tree.Tree(community)
    for room in ("102", "103"):
        grown.reach(("A", "1", room))

    for too_many in (
        lambda: tree.sow(community, root.pk, [("A", "2", "201")], by=by, now=NOW),
        lambda: whole_tree.save_grown(grown, by=by, now=NOW),
    ):
        with pytest.raises(tree.TooMany, match="最多 4 个楼栋节点，已有 3 个，不能再添加 2 个"):
            too_many()

    assert tree.sow(community, root.pk, [("A", "1", "102")], by=by, now=NOW) == 1


def test_a_branch_with_a_taken_name_is_refused(community, root, by):
    make.node(community, "A")

    with pytest.raises(tree.NameTaken, match="同一级下已有“A”"):
        tree.branch(community, root.pk, "A", by=by, now=NOW)


def test_renaming_moves_the_node_and_all_addresses_below(community, by):
    make.node(community, "A 1 101")
    make.node(community, "B 1 101")

    tree.rename(community, make.node(community, "A").pk, "C", by=by, now=NOW)

    assert addresses(community) == ["B", "B 1", "B 1 101", "C", "C 1", "C 1 101"]


def test_renaming_to_a_taken_name_is_refused(community, by):
    node = make.node(community, "A")
    make.node(community, "B")

    with pytest.raises(tree.NameTaken):
        tree.rename(community, node.pk, "B", by=by, now=NOW)

    assert addresses(community) == ["A", "B"]


def test_moving_takes_along_what_is_below(community, by):
    unit, block = make.node(community, "A 1"), make.node(community, "B")
    make.node(community, "A 1 101")

    tree.move(community, unit.pk, to=block.pk, by=by, now=NOW)

    assert addresses(community) == ["A", "B", "B 1", "B 1 101"]


def test_felling_takes_along_what_is_below(community, by):
    block = make.node(community, "A")
    make.node(community, "A 1 101")
    make.node(community, "B")

    assert tree.fell(community, block.pk, by=by, now=NOW) == 3

    assert addresses(community) == ["B"]
    assert AuditEntry.objects.get(action="tree.node_deleted").count == 3


def test_nothing_is_felled_while_somebody_lives_there(community, by):
    make.resident(community, "A 1 101")
    make.resident(community, "A 1 102")

    with pytest.raises(tree.StillInhabited, match="还有 2 位住户") as refusal:
        tree.fell(community, make.node(community, "A").pk, by=by, now=NOW)

    assert refusal.value.residents == 2
    assert addresses(community) == ["A", "A 1", "A 1 101", "A 1 102"]


def test_a_node_that_is_gone_is_told(community, by):
    with pytest.raises(tree.TreeRefused, match="已被删除"):
        tree.rename(community, 999_999, "A", by=by, now=NOW)


def test_rebuilding_repairs_what_the_parents_do_not_tell(community, by):
    wanted = [make.node(community, "A 1 101").pk, make.node(community, "B 1").pk]
    nodes = BuildingNode.objects.filter(pk__in=wanted)
    nodes.update(lft=50, rght=53, level=1, address="?", sort_key="?")
    assert problems_of(community)

    assert whole_tree.rebuild(community, by=by, now=NOW) >= 2

    assert addresses(community) == ["A", "A 1", "A 1 101", "B", "B 1"]
