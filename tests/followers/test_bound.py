"""A follower as the resident they are bound to: by the viewer's rights, within their scope."""

import pytest

from followers.models import Follower
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from haina.accounts.privacy import PHONE_SEARCHES
from haina.lib.sealed import seal
from residents.models import Binding
from tests import make
from tests.followers.test_list import HTMX, names

BOTH = {Section.FOLLOWERS: Level.MANAGE, Section.RESIDENTS: Level.VIEW}
SHOWN = "张国良(156*****08)"
TAIL = "微信用户cdef"


@pytest.fixture
def resident(community):
    return make.resident(community, name="张国良", phone="15693322808")


@pytest.fixture
def follower(account, connected, resident):
    follower = make.follower(account, "oBoundToSomebody00000000cdef")
    make.bound(resident, follower)
    return follower


def test_who_is_bound_is_shown_as_their_resident(sign_in, creator, follower, url):
    client = sign_in(creator)

    assert names(client.get(url("list"))) == [SHOWN]
    assert names(client.get(url("list", bound="yes"))) == [SHOWN]
    assert names(client.get(url("list", bound="no"))) == []


def test_a_remark_comes_first_and_the_resident_beside_it(sign_in, creator, follower, url):
    Follower.objects.filter(pk=follower.pk).update(remark="业委会")

    response = sign_in(creator).get(url("list"))

    assert names(response) == ["业委会"]
    assert f"住户：{SHOWN}" in response.content.decode()


@pytest.mark.parametrize(
    ("sections", "hidden", "shown"),
    [
        (BOTH, (), SHOWN),
        (BOTH, ("name",), "156*****08"),
        (BOTH, ("phone",), "张国良"),
        (BOTH, ("name", "phone"), TAIL),
        ({Section.FOLLOWERS: Level.MANAGE}, (), TAIL),
    ],
)
@pytest.mark.parametrize("query", [{}, {"q": "国良"}, {"q": "2808"}, {"bound": "yes"}])
def test_what_is_hidden_is_neither_shown_nor_found(
    sign_in, account, follower, url, sections, hidden, shown, query
):
    fields = dict.fromkeys(hidden, Level.NONE)
    who = make.operator(account, sections=sections, fields=fields)
    finds = {
        "国良": Section.RESIDENTS in sections and "name" not in hidden,
        "2808": Section.RESIDENTS in sections and "phone" not in hidden,
    }

    response = sign_in(who).get(url("list", **query))

    assert names(response) == ([shown] if finds.get(query.get("q"), True) else [])
    for field, value in {"name": "张国良", "phone": "156*"}.items():
        if field in hidden or Section.RESIDENTS not in sections:
            assert value not in response.content.decode()


@pytest.mark.parametrize("query", [{"q": "国良"}, {"q": "2808"}, {"bound": "yes"}])
def test_residents_out_of_scope_are_not_told(sign_in, account, follower, url, query):
    elsewhere = make.community(account, "深圳小区")
    who = make.operator(account, sections=BOTH, communities=(elsewhere,))
    client = sign_in(who)

    assert names(client.get(url("list"))) == [TAIL]
    assert names(client.get(url("list", **query))) == []


def test_a_search_by_phone_counts_here_too(sign_in, account, follower, url, monkeypatch):
    who = make.operator(account, sections=BOTH, fields={"phone": Level.VIEW})
    client = sign_in(who)

    assert names(client.get(url("list", q="2808"))) == [SHOWN]
    entry = AuditEntry.objects.get(action="resident.searched_by_phone")
    assert entry.fields == ["phone"]
    monkeypatch.setattr(type(PHONE_SEARCHES), "take", lambda *args, **kwargs: False)
    refused = client.get(url("list", q="2808"))
    assert names(refused) == []
    assert "按手机号搜索的次数过多" in refused.content.decode()


@pytest.mark.parametrize("query", [{"q": "2808"}, {"s": seal("2808")}, {"q": "国良"}])
def test_nothing_but_the_list_carries_a_search_out(sign_in, account, follower, url, query):
    """Of somebody whose searches by phone are noted, so that one leaves its entry."""
    who = make.operator(account, sections=BOTH, fields={"phone": Level.VIEW})
    client, ticked = sign_in(who), {"pk": follower.pk, "version": "x"}

    news = client.get(url("news", **query, **ticked), headers=HTMX).content.decode()
    starred = client.post(url("star_one", follower.pk, **query), {"on": 1}, headers=HTMX)

    assert 'id="groups"' in news
    for answer in (news, starred.content.decode()):
        assert "followers-title" not in answer
        assert "共1人" not in answer
    assert not AuditEntry.objects.filter(action="resident.searched_by_phone").exists()


def test_a_binding_goes_with_its_resident(sign_in, creator, follower, resident, url):
    """Deleting moves the row into the bin by a statement of our own, past Django."""
    sign_in(creator).post(f"/fengniao/residents/{resident.pk}/delete/")

    assert not Binding.objects.exists()
    assert names(sign_in(creator).get(url("list"))) == [TAIL]
