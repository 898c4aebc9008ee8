from communities.models import BuildingNode
from residents.headcounts import heads_of
from tests import make


def heads_by_address(community):
    nodes = list(BuildingNode.objects.filter(community=community))
    heads = heads_of(nodes)
    return {node.address: heads[node.pk] for node in nodes}


def test_every_node_counts_whoever_lives_below_it(community, four):
    make.resident(community, "A 1 101")
    make.node(community, "C")

    assert heads_by_address(community) == {
        "": 5,
        "A": 3,
        "A 1": 3,
        "A 1 101": 2,
        "A 1 102": 1,
        "B": 2,
        "B 1": 2,
        "B 1 101": 1,
        "B 1 102": 1,
        "C": 0,
    }


def test_heads_of_some_nodes_only(community, four):
    node = BuildingNode.objects.get(address="B 1 102")

    assert heads_of([node]) == {node.pk: 1}


def test_heads_of_nobody_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert heads_of([]) == {}


def test_heads_take_one_query(community, four, django_assert_num_queries):
    nodes = list(BuildingNode.objects.filter(community=community))

    with django_assert_num_queries(1):
        heads_of(nodes)


def test_neighbours_of_another_community_are_not_counted(account, community, four):
    make.resident(make.community(account, "滨海小区"), "A 1 101")

    assert heads_by_address(community)[""] == 4
