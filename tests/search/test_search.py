"""Global search: what it finds, for whom it searches, and what it costs."""

import pytest
from django.utils import timezone

from haina.accounts import services
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from haina.accounts.privacy import PHONE_SEARCHES
from haina.lib.sealed import unseal
from tests import make
from tests.search.conftest import ASK, HITS, HTMX, PAGE, answer

ID_NUMBER = "440304198511080001"
each_way = pytest.mark.parametrize("typing", [False, True])


@pytest.fixture
def people(account, community):
    make.resident(community, "A 1 101", name="张三", phone="18913112121", id_number=ID_NUMBER)
    make.resident(community, "A 1 1101", name="李四", phone="13625895630")
    make.employee(account, community, name="张工", phone="13700001234", position="保安")


@pytest.fixture
def reader(account):
    """May look at everything, one masked value after the other, and change nothing."""
    sections = dict.fromkeys((Section.RESIDENTS, Section.STAFF), Level.VIEW)
    fields = {"phone": Level.VIEW, "id_number": Level.VIEW}
    return make.operator(account, "小看", sections=sections, fields=fields)


ZHANG = "张三 业主 189*****21 A 1 101 腾讯小区"


@each_way
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("腾讯", {"小区": ["腾讯小区"]}),
        ("张", {"住户": [ZHANG], "员工": ["张工 保安 137*****34"]}),
        ("2121", {"住户": [ZHANG]}),
        ("２１２１", {"住户": [ZHANG]}),
        ("189 1311 2121", {"住户": [ZHANG]}),
        (ID_NUMBER, {"住户": [ZHANG]}),
        ("４４０３０４ 19851108 0001", {"住户": [ZHANG]}),
        (ID_NUMBER[:-1], {}),
        ("1234", {"员工": ["张工 保安 137*****34"]}),
        ("A栋1单元101", {"房间": ["A 1 101 腾讯小区"]}),
        ("Ａ－１－１０１", {"房间": ["A 1 101 腾讯小区"]}),
        ("腾讯小区 1101", {}),
        ("A 1 110", {"房间": ["A 1 1101 腾讯小区"]}),
        ("1101", {"房间": ["A 1 1101 腾讯小区"]}),
        ("101", {"房间": ["A 1 101 腾讯小区", "A 1 1101 腾讯小区"]}),
        ("没有", {}),
        ("%", {}),
        ("_三", {}),
        ("\u200b", {}),
        ("1", {}),
    ],
)
def test_it_finds(sign_in, creator, people, hits, text, found, typing):
    assert hits(sign_in(creator), text, typing=typing) == found


def test_each_hit_leads_to_its_page(sign_in, creator, people, community):
    room = community.nodes.get(address="A 1 1101")
    person = community.residents.get(name="李四")

    pages = [answer(sign_in(creator), text, typing=False) for text in ("1101", "李四", "腾讯")]

    assert f"/fengniao/residents/rooms/{room.pk}/" in pages[0].content.decode()
    assert f"/fengniao/residents/{person.pk}/" in pages[1].content.decode()
    assert f"/fengniao/communities/{community.pk}/tree/" in pages[2].content.decode()


def test_who_sees_trees_only_is_led_to_the_tree(sign_in, account, people, community, hits):
    clerk = make.operator(account, sections={Section.COMMUNITIES: Level.VIEW})
    room = community.nodes.get(address="A 1 1101")

    page = answer(sign_in(clerk), "1101", typing=False).content.decode()

    assert f"/fengniao/communities/{community.pk}/tree/?node={room.pk}" in page
    assert hits(sign_in(clerk), "张") == {}


def test_the_lists_are_offered_for_each_community(sign_in, creator, account, people, community):
    second = make.community(account, "深圳小区")
    make.resident(second, name="张小三")
    client = sign_in(creator)

    page = answer(client, "张", typing=False)

    listed = {lists.title: lists.url for kind in page.context["found"] for lists in kind.everywhere}
    assert set(listed) == {"腾讯小区 (1人)", "深圳小区 (1人)", "员工信息"}
    assert b"\xe5\xbc\xa0\xe5\xb0\x8f\xe4\xb8\x89" in client.get(listed["深圳小区 (1人)"]).content


def test_few_are_shown_while_somebody_types(sign_in, creator, community, hits):
    for number in range(22):
        make.resident(community, f"A 1 1{number:02}", name=f"张{number}")
    client = sign_in(creator)

    assert len(hits(client, "张", typing=True)["住户"]) == 5
    assert len(hits(client, "张")["住户"]) == 20
    assert len(hits(client, "A 1 1")["房间"]) == 20
    assert "还有更多房间" in answer(client, "A 1 1", typing=False).content.decode()


def test_what_is_typed_stands_in_no_address(sign_in, creator, people):
    client = sign_in(creator)

    address = client.post(ASK, {"q": "张三"}).headers["Location"]

    assert address.startswith(f"{PAGE}?s=")
    assert "张" not in address
    assert "%E5" not in address
    assert unseal(address.partition("=")[2]) == "张三"
    assert "张三" in client.get(address).content.decode()
    page = answer(client, "张三", typing=True).content.decode()
    assert "q=张三" not in page


def test_nothing_typed_leads_to_the_empty_page(sign_in, creator):
    assert sign_in(creator).post(ASK, {"q": " "}).headers["Location"] == PAGE


@pytest.mark.parametrize("query", ["?s=x", "?s=", "?q=%27", "?q=" + "9" * 500, "?s[]=1"])
def test_nonsense_finds_nobody(sign_in, creator, people, query):
    assert sign_in(creator).get(PAGE + query).context["found"] == []


def test_nobody_elsewhere_is_found(sign_in, stranger, operator, account, people, hits):
    second = make.community(account, "深圳小区")
    make.resident(second, "Z 9 909", name="金丝雀")
    make.employee(account, second, name="金丝燕")

    assert hits(sign_in(operator), "金丝") == {}
    assert hits(sign_in(operator), "909") == {}
    assert hits(sign_in(operator), "深圳") == {}
    assert hits(sign_in(operator), "外人") == {}
    assert hits(sign_in(operator), "别家") == {}


def test_no_employee_elsewhere_is_found(sign_in, account, community, hits):
    second, foreign = make.community(account, "深圳小区"), make.account("other")
    make.employee(account, second, name="金丝燕")
    make.employee(foreign, make.community(foreign), name="金丝鸟")
    make.employee(account, community, name="金丝猴", position="", phone="13700001234")
    sections = {Section.STAFF: Level.VIEW}
    limited = make.operator(account, sections=sections, communities=(community,))

    assert hits(sign_in(limited), "金丝") == {"员工": ["金丝猴 137*****34"]}


def searches() -> list[str]:
    entries = AuditEntry.objects.filter(action__contains="searched")
    return sorted(entries.values_list("action", flat=True))


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("2121", ["employee.searched_by_phone", "resident.searched_by_phone"]),
        (ID_NUMBER, ["resident.searched_by_id_number"]),
        ("张三", []),
    ],
)
def test_a_search_by_masked_values_is_noted_once_it_is_meant(
    sign_in, reader, people, hits, text, noted
):
    client = sign_in(reader)
    typed = answer(client, text, typing=True).content.decode()

    assert searches() == []
    assert ("按回车键后" in typed) == bool(noted)
    assert hits(client, text)["住户"] == [ZHANG]
    assert searches() == noted
    entries = AuditEntry.objects.filter(action__contains="searched")
    assert text not in str(list(entries.values("actor", "model", "fields", "reason")))


@pytest.mark.parametrize("text", ["2121", ID_NUMBER])
def test_too_many_searches_find_nobody_and_say_so(sign_in, reader, people, hits, text):
    for _each in range(PHONE_SEARCHES.tries):
        PHONE_SEARCHES.take(str(reader.pk), now=timezone.now())

    page = answer(sign_in(reader), text, typing=False).content.decode()

    assert "按手机号搜索的次数过多" in page
    assert "张三" not in page
    assert "张三" in str(hits(sign_in(reader), "张三"))


def test_who_may_change_them_is_not_noted(sign_in, creator, people, hits):
    hits(sign_in(creator), "2121")
    hits(sign_in(creator), ID_NUMBER)

    assert searches() == []


@each_way
def test_it_costs_the_same_for_one_and_for_many(
    sign_in, creator, account, community, typing, django_assert_max_num_queries
):
    client = sign_in(creator)
    counts = []
    for number in range(3):
        make.resident(community, f"A 1 1{number}", name=f"张{number}1", phone=f"1381100111{number}")
        make.employee(account, community, name=f"张{number}1")
        make.community(account, f"张家小区1{number}")
        client.get(PAGE)
        with django_assert_max_num_queries(60) as asked:
            answer(client, "张", typing=typing)
        counts.append(len(asked))

    assert len(set(counts)) == 1


def test_the_fragment_is_not_the_page(sign_in, creator, people):
    assert b"<html" not in sign_in(creator).post(HITS, {"q": "张"}, headers=HTMX).content


def test_without_a_right_nothing_is_searched(sign_in, newcomer, people, hits):
    for text in ("张", "101", "2121", "腾讯"):
        assert hits(sign_in(newcomer), text) == {}


HIDDEN = {
    "name": ["张三", "张"],
    "phone": ["2121", "18913112121"],
    "id_number": [ID_NUMBER],
    "address": ["A 1 101", "101", "A栋1单元101"],
}
TOLD = {"name": "张三", "phone": "189*****21", "id_number": "440", "address": "A 1 101"}
TOLD |= {"identity": "业主", "gender": ">男<"}
EVERY_TEXT = sorted({text for texts in HIDDEN.values() for text in texts})


def hide(administrator, *fields) -> None:
    levels = dict.fromkeys(TOLD, Level.MANAGE) | dict.fromkeys(fields, Level.NONE)
    sections, by = {Section.RESIDENTS: Level.MANAGE}, Actor.command(administrator.account)
    services.set_rights(administrator, sections=sections, fields=levels, by=by, now=timezone.now())


@each_way
@pytest.mark.parametrize("field", TOLD)
def test_a_hidden_field_is_neither_searched_nor_shown(sign_in, operator, people, field, typing):
    hide(operator, field)
    client = sign_in(operator)

    for text in EVERY_TEXT:
        found = answer(client, text, typing=typing).context["found"]
        told = str([(kind.hits, kind.everywhere) for kind in found])
        if text in HIDDEN.get(field, []):
            assert told == "[]"
        else:
            assert TOLD[field] not in told


def test_who_sees_neither_name_nor_phone_nor_number_searches_no_residents(
    sign_in, operator, people, hits
):
    hide(operator, "name", "phone", "id_number")

    for text in ("张三", "2121", ID_NUMBER):
        assert "住户" not in hits(sign_in(operator), text)
