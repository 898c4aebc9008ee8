"""The tree beside the list, the switch below it, and what may be done with a node."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from communities import tree
from communities.models import BuildingNode
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level
from tests import make

HTMX = {"HX-Request": "true"}


@pytest.fixture
def street(account):
    """A community of one level with 1,000 rooms, 1 to 1000."""
    community = make.community(account, "商业街", levels=["号"])
    paths = [(str(number),) for number in range(1, 1001)]
    tree.grow(community, paths, by=Actor.command(account), now=timezone.now())
    return community


def root_of(community):
    return BuildingNode.objects.get(community=community, parent=None)


def printed(response):
    """The tree as a person reads it, one node a line."""
    items = html.fromstring(response.content.decode()).xpath("//*[contains(@class, 'tree-row')]")
    return [
        " ".join(item.xpath("string(.//*[contains(@class, 'tree-label')])").split())
        for item in items
    ]


def test_a_small_tree_is_all_open(sign_in, creator, four, url):
    response = sign_in(creator).get(url("list"))

    assert printed(response) == [
        "腾讯小区 (4人)",
        "A (2人)",
        "1 (2人)",
        "101 (1人)",
        "102 (1人)",
        "B (2人)",
        "1 (2人)",
        "101 (1人)",
        "102 (1人)",
    ]


def test_the_node_of_the_list_is_marked(sign_in, creator, four, url):
    room = four["刘六"].room

    response = sign_in(creator).get(url("list", node=room.pk))

    marked = html.fromstring(response.content).xpath("//*[@id='tree']//*[@aria-current='true']")
    assert [" ".join(node.text_content().split()) for node in marked] == ["102 (1人)"]


def test_a_node_opens_with_its_children(sign_in, creator, four, url):
    node = BuildingNode.objects.get(address="B 1")

    response = sign_in(creator).get(url("tree_children", node.tree_id, node.pk), headers=HTMX)

    assert printed(response) == ["101 (1人)", "102 (1人)"]
    assert b"<html" not in response.content


def test_long_rows_come_in_portions(sign_in, creator, street, url):
    client = sign_in(creator)
    root = root_of(street)

    first = client.get(url("tree_children", root.tree_id, root.pk), headers=HTMX)
    more = html.fromstring(first.content.decode()).xpath("//a[normalize-space()='加载更多']")
    second = client.get(more[0].get("hx-get"), headers=HTMX)

    assert printed(first)[-1] == "300 (0人)"
    assert printed(second)[:1] + printed(second)[-1:] == ["301 (0人)", "600 (0人)"]


def test_a_node_as_a_page_for_browsers_without_scripts(sign_in, creator, four, url):
    node = BuildingNode.objects.get(address="B 1")

    response = sign_in(creator).get(url("tree_children", node.tree_id, node.pk))

    assert b"<html" in response.content
    assert printed(response) == ["101 (1人)", "102 (1人)"]


def test_opening_a_node_takes_the_same_queries_however_wide(
    sign_in, creator, community, street, url, django_assert_num_queries
):
    make.node(community, "A 1 101")
    client = sign_in(creator)
    urls = [url("tree_children", c.pk, root_of(c).pk) for c in (community, street)]

    counts = [queries_of(client, url) for url in urls]

    assert counts[0] == counts[1]


def queries_of(client, address) -> int:
    client.get(address, headers=HTMX)
    with CaptureQueriesContext(connection) as queries:
        client.get(address, headers=HTMX)
    return len(queries)


@pytest.mark.parametrize("query", ["start=x", "end=-1", "start=" + "9" * 30])
def test_nonsense_about_a_gap_is_404(sign_in, creator, four, url, query):
    address = url("tree_children", four["刘六"].community_id, four["刘六"].room.parent_id)

    assert sign_in(creator).get(f"{address}?{query}").status_code == 404


def test_nodes_may_be_changed_by_who_manages_communities(sign_in, creator, operator, four, url):
    for client, may in ((sign_in(creator), True), (sign_in(operator), False)):
        assert ("/menu/?next=" in client.get(url("list")).content.decode()) is may


@pytest.mark.parametrize(("value", "on"), [("1", True), ("", False), ("0", False)])
def test_the_switch_of_the_owners(sign_in, operator, community, url, value, on):
    community.owners_review = not on
    community.save()

    response = sign_in(operator).post(url("owners_review", community.pk), {"on": value})

    community.refresh_from_db()
    assert community.owners_review is on
    assert response.url == url("list", community=community.pk)
    entry = AuditEntry.objects.get(action="community.corrected")
    assert (entry.ids, entry.fields) == ([community.pk], ["owners_review"])


def test_the_switch_answers_htmx_with_itself(sign_in, operator, community, url):
    address = url("owners_review", community.pk)

    response = sign_in(operator).post(address, {"on": "1"}, headers=HTMX)

    assert b"checked" in response.content
    assert b"<html" not in response.content


def test_the_switch_is_not_for_viewers_and_strangers(sign_in, account, stranger, community, url):
    viewer = make.operator(account, "小看", sections={"residents": Level.VIEW})
    address = url("owners_review", community.pk)

    assert sign_in(viewer).post(address, {"on": "1"}).status_code == 403
    assert sign_in(stranger).post(address, {"on": "1"}).status_code == 404
    community.refresh_from_db()
    assert community.owners_review is False
