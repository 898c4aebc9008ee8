"""Every number of the overview is a link to the list that it counts, whoever looks."""

import re
from html import unescape
from urllib.parse import urljoin

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haina.accounts.permissions import Level, Section
from tests import make

pytestmark = pytest.mark.django_db

HERE = "/fengniao/overview/"
NUMBER = re.compile(r'<a class="number[^"]*" href="([^"]+)"[^>]*>(\d+)</a>')


def numbers_on(client, address: str = HERE) -> dict[str, int]:
    """Each link of the page and the number that it says."""
    html = client.get(address).content.decode()
    return {urljoin(address, unescape(link)): int(number) for link, number in NUMBER.findall(html)}


def rows_of(client, address: str) -> int:
    """How many rows the list has in all."""
    context = client.get(address).context
    if "table" in context:
        return len(context["table"].rows)
    return context["jobs" if "jobs" in context else "imports"].paginator.count


def queries_of(client) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(HERE)
    return len(asked)


def limited(account, community, **terms):
    everything = dict.fromkeys(Section, Level.MANAGE)
    return make.operator(account, sections=everything, communities=(community,), **terms)


VIEWERS = {
    "everything": lambda account, community: make.creator_of(account),
    "one community": limited,
    "no address": lambda account, community: limited(
        account, community, fields={"address": Level.NONE}
    ),
    "no identity": lambda account, community: limited(
        account, community, fields={"identity": Level.NONE}
    ),
    "only residents": lambda account, community: make.operator(
        account, sections={Section.RESIDENTS: Level.VIEW}
    ),
    "only reminders": lambda account, community: make.operator(
        account, sections={Section.REMINDERS: Level.VIEW}
    ),
}


@pytest.mark.parametrize("viewer", VIEWERS)
def test_every_number_is_that_of_its_list(sign_in, account, community, world, viewer):
    client = sign_in(VIEWERS[viewer](account, community))

    told = numbers_on(client)

    assert told
    assert {address: rows_of(client, address) for address in told} == told


def residents(place: str) -> str:
    return f"/fengniao/residents/?{place}"


def test_the_numbers_of_a_whole_account(sign_in, creator, community, second, world):
    told = numbers_on(sign_in(creator))

    for each in (community, second):
        here = f"community={each.pk}"
        assert told[residents(here)] == 9
        assert told[residents(f"{here}&verification=verified")] == 2
        assert told[residents(f"{here}&lease=soon")] == 2
    work = {"show=going": 2, "show=failed": 2}
    for query, number in work.items():
        assert told[f"/fengniao/jobs/?{query}"] == number
        assert told[f"/fengniao/residents/imports/?{query}"] == number
    assert told["/fengniao/staff/imports/?show=going"] == 2
    assert told["/fengniao/residents/applications/?state=pending"] == 4
    assert told["/fengniao/reminders/sent/?state=failed&recent=7"] == 2


def test_another_community_is_not_told(sign_in, account, community, second, world):
    client = sign_in(limited(account, community))

    html = client.get(HERE).content.decode()
    told = numbers_on(client)

    assert "腾讯小区" in html
    assert "深圳小区" not in html
    assert "别家小区" not in html
    assert told["/fengniao/residents/applications/?state=pending"] == 2
    assert not any(f"community={second.pk}" in address for address in told)


def test_the_rates_of_buildings_come_lowest_first(sign_in, creator, community, world):
    context = sign_in(creator).get(HERE).context

    (found,) = [each for each in context["rates"] if each.community == community]

    assert [(each.name, each.rate.percent) for each in found.lowest] == [
        ("C", 0),
        ("B", 0),
        ("A", 66),
    ]
    assert (found.rate.percent, found.buildings) == (22, 3)


def test_a_rate_of_100_means_everybody(account, community, sign_in, creator):
    for number in range(3):
        resident = make.resident(community, f"A 1 {number}")
        if number:
            make.verified(resident, make.follower(account))

    (found,) = sign_in(creator).get(HERE).context["rates"]

    assert (found.rate.verified, found.rate.residents, found.rate.percent) == (2, 3, 66)


def test_whoever_sees_no_addresses_is_told_no_building(sign_in, account, community, world):
    client = sign_in(limited(account, community, fields={"address": Level.NONE}))

    told = numbers_on(client)
    all_buildings = client.get(f"{HERE}communities/{community.pk}/").content.decode()

    assert told[residents(f"community={community.pk}")] == 9
    assert not any("node=" in address for address in told)
    assert "您看不到住址" in all_buildings
    assert NUMBER.findall(all_buildings) == []


def test_whoever_sees_no_identity_is_told_no_lease(sign_in, account, community, world):
    html = sign_in(limited(account, community, fields={"identity": Level.NONE})).get(HERE)

    assert "租约" not in html.content.decode()


@pytest.mark.parametrize("section", Section)
def test_a_panel_is_for_whoever_may_see_what_it_counts(sign_in, account, world, section):
    client = sign_in(make.operator(account, sections={section: Level.VIEW}))

    told = {address.split("?")[0] for address in numbers_on(client)}

    of_residents = {"residents/", "residents/imports/", "residents/applications/"}
    seen = {Section.RESIDENTS: of_residents, Section.REMINDERS: {"reminders/sent/"}}
    seen[Section.STAFF] = {"staff/imports/"}
    assert told == {f"/fengniao/{path}" for path in seen.get(section, set()) | {"jobs/"}}


@pytest.mark.parametrize("field", ["name", "phone", "identity", "address"])
def test_what_is_hidden_of_an_applicant_is_not_shown(sign_in, account, community, field):
    told = {"name": "金丝雀", "phone": "+8613700007788"}
    make.application(community, make.follower(account), "幸福里 1 101", **told)
    canaries = {"name": "金丝雀", "phone": "137*****88", "identity": "业主", "address": "幸福里"}
    open_to = limited(account, community)
    closed_to = limited(account, community, fields={field: Level.NONE})

    shown, hidden = (sign_in(each).get(HERE).content.decode() for each in (open_to, closed_to))

    assert canaries[field] in shown
    assert canaries[field] not in hidden


def test_who_waits_longest_comes_first_and_leads_to_the_review(
    sign_in, creator, account, community
):
    first, *_others = [
        make.application(community, make.follower(account), "A 1 101", name=f"住户{number}")
        for number in range(7)
    ]
    client = sign_in(creator)

    page = client.get(HERE)
    review = f"/fengniao/residents/applications/{first.pk}/?state=pending"

    assert [each["pk"] for each in page.context["waiting"].first][0] == first.pk
    assert len(page.context["waiting"].first) == 5
    assert f'href="{review}"' in page.content.decode()
    assert client.get(review).status_code == 200


def test_one_community_costs_as_many_queries_as_three(sign_in, creator, account, community):
    client = sign_in(creator)
    settle(community)
    one = queries_of(client)

    for name in ("深圳小区", "广州小区"):
        settle(make.community(account, name))

    assert queries_of(client) == one


def settle(community) -> None:
    make.resident(community, "A 1 101", identity="term_tenant", lease_ends_on=timezone.localdate())
    for address in ("A 1 101", "B 1 101"):
        make.application(community, make.follower(community.account), address)
