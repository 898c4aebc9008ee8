"""What the list is narrowed and sorted by, how much of it a page has, and what its URL keeps."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from lxml import html

from haina.accounts.permissions import Level
from residents.models import Import, Resident
from tests import make
from tests.residents.test_list import queries_of, shown


def names(client, address):
    return [name for (name,) in shown(client.get(address), "name")]


@pytest.fixture
def leases(community):
    """One lease each: long over, over since yesterday, today, in 30 days, in 31 days; and 业主."""
    today = timezone.localdate()
    for name, days in (("早", -500), ("昨", -1), ("今", 0), ("月", 30), ("远", 31)):
        make.resident(
            community,
            name=name,
            identity="term_tenant",
            lease_ends_on=today + timedelta(days=days),
        )
    make.resident(community, name="业")
    return today


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"identity": "owner"}, ["张三"]),
        ({"identity": "nonsense"}, ["刘六", "王五", "李四", "张三"]),
        ({"gender": "female"}, ["李四"]),
        ({"gender": "male", "identity": "tenant"}, ["王五"]),
        ({"identity": "family", "q": "张"}, []),
        ({"sort": "address"}, ["张三", "李四", "王五", "刘六"]),
        ({"sort": "-address"}, ["刘六", "王五", "李四", "张三"]),
        ({"sort": "address", "gender": "male"}, ["张三", "王五", "刘六"]),
    ],
)
def test_list_narrows_and_sorts(sign_in, creator, four, url, query, found):
    assert names(sign_in(creator), url("list", **query)) == found


@pytest.mark.parametrize(
    ("lease", "found"), [("soon", ["月", "今"]), ("over", ["昨", "早"]), ("range", "远月今昨早")]
)
def test_leases_that_end(sign_in, creator, leases, url, lease, found):
    assert names(sign_in(creator), url("list", lease=lease)) == list(found)


def test_leases_that_end_between_two_days(sign_in, creator, leases, url):
    first, last = leases - timedelta(days=1), leases + timedelta(days=30)
    client = sign_in(creator)

    between = url("list", lease="range", lease_from=first, lease_to=last)

    assert names(client, between) == ["月", "今", "昨"]
    assert names(client, url("list", lease="range", lease_to=leases)) == ["今", "昨", "早"]
    assert len(names(client, url("list", lease_from=first, lease_to=last))) == 6


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ({"lease_from": "2018-13-31"}, "日期格式不正确"),
        ({"lease_from": "2019-01-01", "lease_to": "2018-12-31"}, "截止日期早于起始日期"),
    ],
)
def test_a_wrong_date_is_told(sign_in, creator, leases, url, dates, told):
    client, address = sign_in(creator), url("list", lease="range", **dates)

    for headers in ({}, {"HX-Request": "true"}):
        response = client.get(address, headers=headers)
        text = html.fromstring(response.content.decode()).text_content()
        assert text.count(told) == 1
        assert "租约日期有误" in text
        assert "月" not in names(client, address)
    assert len(names(client, url("list", **dates))) == 6


def test_dates_are_asked_for_by_name_and_not_by_example(sign_in, creator, leases, url):
    page = html.fromstring(sign_in(creator).get(url("list", lease="range")).content.decode())

    for name, label in (("lease_from", "起始日期"), ("lease_to", "截止日期")):
        assert page.xpath(f"//label[@for='id_{name}']/text()") == [label]
        assert not page.xpath(f"//input[@name='{name}']/@placeholder")


@pytest.fixture
def batch(account, community, four):
    return Import.objects.create(
        community=community,
        actor="小何",
        file_name="十月住户.xlsx",
        created_ids=[four["张三"].pk],
        changed_ids=[four["刘六"].pk, 999_999],
    )


def test_the_rows_of_one_import(sign_in, creator, batch, url):
    client = sign_in(creator)
    response = client.get(url("list", **{"import": batch.pk, "sort": "address"}))

    assert shown(response, "name") == [("张三",), ("刘六",)]
    page = html.fromstring(response.content.decode())
    chip = page.xpath("//*[@class='chip']")[0]
    assert "导入：十月住户.xlsx" in chip.text_content()
    assert len(names(client, chip.xpath("a/@href")[0])) == 4
    assert page.xpath("//form[@role='search']//input[@name='import']/@value") == [str(batch.pk)]


def test_an_import_of_elsewhere_is_none_like_any_other(sign_in, operator, account, batch, url):
    other = make.community(account, "滨海小区")
    Import.objects.filter(pk=batch.pk).update(community=other)
    client = sign_in(operator)

    pages = [
        client.get(url("list", sort="name", **{"import": pk}), follow=True)
        for pk in (batch.pk, 10**9, "x")
    ]

    for page in pages:
        assert page.redirect_chain == [(url("list", sort="name"), 302)]
        assert "找不到这次导入" in page.content.decode()
        assert len(shown(page, "name")) == 4
        assert "十月住户" not in page.content.decode()


def test_nobody_is_chosen_by_an_import_of_elsewhere(sign_in, operator, four, url):
    asked = url("delete_many", q="李", **{"import": 10**9})

    assert sign_in(operator).post(asked, {"all": "1"}).status_code == 404
    assert Resident.objects.count() == 4


def test_the_page_size_is_remembered(sign_in, creator, community, url):
    for number in range(1, 26):
        make.resident(community, f"A 1 {number}")
    client = sign_in(creator)

    first = html.fromstring(client.get(url("list")).content.decode())
    assert len(first.xpath("//tbody/tr")) == 20
    fifty = first.xpath("//a[@aria-label='每页 50 条']/@href")[0]
    assert len(names(client, url("list") + fifty)) == 25
    assert len(names(client, url("list"))) == 25


@pytest.mark.parametrize("query", [{"size": 1000}, {"per_page": 1000}, {"size": "x"}])
def test_no_address_makes_a_page_longer(sign_in, creator, community, url, query):
    for number in range(1, 22):
        make.resident(community, f"A 1 {number}")

    assert len(names(sign_in(creator), url("list", **query))) == 20


def test_pages_that_lead_back_keep_the_state(sign_in, creator, leases, url):
    state = {
        "identity": "term_tenant",
        "gender": "male",
        "lease": "range",
        "lease_from": "2000-01-01",
        "lease_to": "2100-01-01",
        "sort": "-address",
    }
    client = sign_in(creator)

    listed = html.fromstring(client.get(url("list", **state)).content.decode())
    edit = client.get(listed.xpath("//a[normalize-space()='修改']/@href")[0])
    back = html.fromstring(edit.content.decode()).xpath("//a[normalize-space()='取消']/@href")[0]

    for name, value in state.items():
        assert f"{name}={value}" in back


@pytest.mark.parametrize("sort", ["name", "gender", "identity", "address"])
def test_sorting_takes_as_many_queries_as_not(sign_in, creator, four, url, sort):
    client = sign_in(creator)

    assert queries_of(client, url("list", sort=sort)) == queries_of(client, url("list"))


def test_addresses_are_read_in_order_and_not_sorted(community, four):
    """The plan for many: the rooms from their index, then who lives there."""
    rooms = Resident.objects.filter(community=community, room__tree_id=community.pk)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = rooms.order_by("room__lft", "-pk")[:20].explain()

    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("field", "queries"),
    [
        ("gender", [{"gender": "female"}, {"sort": "gender"}]),
        (
            "identity",
            [
                {"identity": "term_tenant"},
                {"lease": "over"},
                {"lease": "range", "lease_from": "1999-01-01"},
                {"sort": "identity"},
            ],
        ),
        ("address", [{"sort": "address"}]),
    ],
)
def test_a_hidden_field_neither_narrows_nor_sorts(sign_in, account, four, url, field, queries):
    sections = {"residents": Level.MANAGE}
    clerk = make.operator(account, "小藏", sections=sections, fields={field: Level.NONE})
    client = sign_in(clerk)
    plain = [row.record.pk for row in client.get(url("list")).context["table"].rows]

    for query in queries:
        response = client.get(url("list", **query))
        assert [row.record.pk for row in response.context["table"].rows] == plain
        page = html.fromstring(response.content.decode())
        assert not page.xpath(f"//form[@role='search']//*[@name='{field}']")
        assert field != "identity" or not page.xpath("//*[@name='lease']")
