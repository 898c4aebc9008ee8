"""住户通讯录权限 on the list: a canary is searched for in the bytes of every answer."""

import re
from itertools import product
from urllib.parse import parse_qsl

import pytest

from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level
from tests import make

HTMX = {"HX-Request": "true"}
LEAKS = {
    "name": ["金丝雀"],
    "gender": [">女<", "female"],
    "identity": ["限期租客<", "2031-03-03"],
    "phone": ["13700007788", "137*****88", "/reveal/"],
    "id_number": ["E77665544"],
    "address": ["笼 9 909"],
}
QUERIES = [
    "",
    "?q=金丝雀",
    "?q=7788",
    "?q=13700007788",
    "?sort=name",
    "?sort=-gender",
    "?sort=identity",
    "?verification=unverified",
]


@pytest.fixture(autouse=True)
def neighbour(community):
    """Somebody to be found beside the canary."""
    make.resident(community, "A 1 101", name="张三")


def clerk_without(account, field):
    """Manages residents, but one field is hidden."""
    sections = {"residents": Level.MANAGE, "communities": Level.VIEW}
    return make.operator(account, "小藏", sections=sections, fields={field: Level.NONE})


@pytest.mark.parametrize("field", LEAKS)
def test_list_never_shows_a_hidden_field(sign_in, account, canary, url, field):
    client = sign_in(clerk_without(account, field))

    for query, headers in product(QUERIES, [{}, HTMX]):
        response = client.get(url("list") + query, headers=headers)

        assert response.status_code == 200
        asked = dict(parse_qsl(query[1:])).get("q")  # it is still in the search box and in links
        text = re.sub(f'(value="|q=|q%3D){asked}', "", response.content.decode())
        assert not [leak for leak in LEAKS[field] if leak in text], (query, headers)


@pytest.mark.parametrize(
    ("field", "query"),
    [("name", "金丝雀"), ("phone", "7788"), ("phone", "13700007788")],
)
def test_a_hidden_field_is_not_searched(sign_in, account, canary, url, field, query):
    client = sign_in(clerk_without(account, field))

    found = client.get(url("list", q=query)).context["table"].rows

    assert len(found) == 0


@pytest.mark.parametrize("field", ["name", "gender", "identity"])
def test_a_hidden_field_sorts_nothing(sign_in, account, canary, url, field):
    client = sign_in(clerk_without(account, field))

    for sort in (field, f"-{field}"):
        rows = client.get(url("list", sort=sort)).context["table"].rows
        assert [row.record.pk for row in rows][0] == canary.pk


def test_without_addresses_the_tree_tells_nobody_where_anyone_lives(sign_in, account, canary, url):
    client = sign_in(clerk_without(account, "address"))

    whole = client.get(url("list"))
    narrowed = client.get(url("list", node=canary.room_id))
    opened = client.get(
        url("tree_children", canary.community_id, canary.room.parent_id), headers=HTMX
    )

    assert whole.content.decode().count("人)") == 1
    assert len(narrowed.context["table"].rows) == 2
    assert "人)" not in opened.content.decode()


def test_without_name_and_phone_there_is_no_search(sign_in, account, canary, url):
    fields = {"name": Level.NONE, "phone": Level.NONE}
    clerk = make.operator(account, "小藏", sections={"residents": Level.VIEW}, fields=fields)

    response = sign_in(clerk).get(url("list", q="没有这个人"))

    assert len(response.context["table"].rows) == 2
    content = response.content.decode().partition('id="content"')[2]
    assert 'name="q"' not in content


def test_the_form_that_shows_all_leaves_an_entry(sign_in, operator, four, url):
    li = four["李四"]

    sign_in(operator).get(url("edit", li.pk))

    entry = AuditEntry.objects.get(action="resident.revealed")
    assert (entry.ids, entry.fields) == ([li.pk], ["id_number", "phone"])
