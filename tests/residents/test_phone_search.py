"""Searching by phone: exactly four digits or all of it; counted and noted where phones are masked
for good."""

import pytest

from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level
from haina.accounts.privacy import PHONE_SEARCHES
from tests import make
from tests.limits import use_up


@pytest.fixture
def reader(account):
    """Manages residents, but may only look at phones."""
    rights = {"sections": {"residents": Level.MANAGE}, "fields": {"phone": Level.VIEW}}
    return make.operator(account, "小看", **rights)


def searches():
    return AuditEntry.objects.filter(action="resident.searched_by_phone")


def found(client, url, text, **more):
    return client.get(url("list", q=text, **more)).context["table"].rows


@pytest.mark.parametrize(
    "text", ["7788", "13700007788", "+8613700007788", "137 0000 7788", "１３７００００７７８８"]
)
def test_four_digits_or_all_of_it_find(sign_in, operator, canary, url, text):
    assert len(found(sign_in(operator), url, text)) == 1


@pytest.mark.parametrize(
    "text",
    ["7", "788", "07788", "0000", "1370", "137", "137000077", "3700007788", "7788x", "*7788"],
)
def test_no_other_part_of_a_phone_finds(sign_in, operator, canary, url, text):
    assert len(found(sign_in(operator), url, text)) == 0


@pytest.mark.parametrize(("text", "hits"), [("7788", 1), ("13700007788", 1), ("0000", 0)])
def test_a_search_leaves_an_entry_without_digits(sign_in, reader, canary, url, text, hits):
    assert len(found(sign_in(reader), url, text)) == hits

    entry = searches().get()
    assert (entry.count, entry.fields, entry.actor) == (hits, ["phone"], "小看")
    assert text not in str(AuditEntry.objects.filter(pk=entry.pk).values().get())


def test_other_searches_and_people_who_may_change_phones_leave_none(
    sign_in, reader, operator, canary, url
):
    found(sign_in(reader), url, "金丝雀")
    found(sign_in(reader), url, "778")
    sign_in(reader).get(url("list"))
    found(sign_in(operator), url, "7788")

    assert not searches().exists()


def test_too_many_find_nobody_and_say_so(sign_in, reader, canary, url):
    client = sign_in(reader)
    use_up(PHONE_SEARCHES, reader, but=1)
    found(client, url, "0042")

    page = client.get(url("list", q="7788"))

    assert len(page.context["table"].rows) == 0
    assert "您在一小时内按手机号搜索的次数过多" in page.content.decode()
    assert "金丝雀" not in page.content.decode()
    assert searches().count() == 1
    assert len(found(client, url, "金丝雀")) == 1


def test_bulk_acts_search_no_more_often(sign_in, reader, canary, url):
    client = sign_in(reader)
    use_up(PHONE_SEARCHES, reader, but=1)
    client.post(url("delete_many", q="7788"), {"all": "1"})

    response = client.post(url("delete_many", q="7788"), {"all": "1"}, follow=True)

    assert searches().count() == 1
    assert "金丝雀" not in response.content.decode()
