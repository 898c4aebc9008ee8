"""员工信息: what the list shows, finds, sorts and opens, and for whom."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from haina.accounts.privacy import PHONE_SEARCHES
from staff.models import Employee, Sync
from tests import make
from tests.residents.test_list import shown

HTMX = {"HX-Request": "true"}


@pytest.fixture
def people(account, community):
    """陈三三 and 林四 of 工程部 and 维修组 below it, 王五 of the company itself."""
    works = make.department(account, "工程部")
    repairs = make.department(account, "维修组", parent=works)
    second = make.community(account, "深圳小区")
    return {
        "陈三三": make.employee(
            account,
            community,
            department_ids=[works.pk, repairs.pk],
            position="维修师父",
            rank="高级",
            phone="+8613500001126",
            wechat="chen33",
            address="科技园",
        ),
        "林四": make.employee(
            account, second, name="林四", gender="female", department_ids=[repairs.pk]
        ),
        "王五": make.employee(account, community, name="王五", phone="+8613600003031"),
    }


def names(response) -> list[str]:
    return [name for (name,) in shown(response, "name")]


def text_of(response, xpath: str) -> str:
    return " ".join(html.fromstring(response.content.decode()).xpath(f"string({xpath})").split())


def test_the_list_has_the_guides_columns(sign_in, clerk, people, url):
    response = sign_in(clerk).get(url())

    headings = html.fromstring(response.content).xpath("//thead//th")
    told = [" ".join(heading.text_content().split()) for heading in headings]
    assert told == [
        *("姓名", "性别", "职位", "职级", "住址", "电话", "微信号"),
        *("同步状态", "操作", "批量"),
    ]
    columns = ("name", "gender", "position", "rank", "address", "wechat", "state")
    assert shown(response, *columns)[2] == (
        *("陈三三", "男", "维修师父", "高级", "科技园", "chen33"),
        "未同步",
    )


def test_phones_are_masked(sign_in, clerk, people, url):
    response = sign_in(clerk).get(url())

    assert "135*****26" in response.content.decode()
    assert "13500001126" not in response.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "三"}, ["陈三三"]),
        ({"q": "1126"}, ["陈三三"]),
        ({"q": "13500001126"}, ["陈三三"]),
        ({"q": "126"}, []),
        ({"q": "0000"}, []),
        ({"q": "%"}, []),
        ({"sort": "name"}, ["陈三三", "林四", "王五"]),
        ({"sort": "-name"}, ["王五", "林四", "陈三三"]),
        ({"sort": "gender"}, ["林四", "王五", "陈三三"]),
        ({"sort": "phone"}, ["王五", "林四", "陈三三"]),
        ({"community": "nonsense"}, ["王五", "林四", "陈三三"]),
        ({"department": "999"}, ["王五", "林四", "陈三三"]),
    ],
)
def test_the_list_finds_and_sorts(sign_in, clerk, people, url, query, found):
    assert names(sign_in(clerk).get(url(), query)) == found


def test_a_department_shows_who_is_in_it_and_below(sign_in, clerk, people, url):
    works, repairs = people["陈三三"].department_ids
    client = sign_in(clerk)

    assert names(client.get(url(), {"department": works})) == ["林四", "陈三三"]
    assert names(client.get(url(), {"department": repairs})) == ["林四", "陈三三"]


def test_a_community_shows_who_serves_it(sign_in, clerk, people, community, url):
    response = sign_in(clerk).get(url(), {"community": community.pk})

    assert names(response) == ["王五", "陈三三"]
    assert "服务小区(全部)" in response.content.decode()


def test_the_tree_counts_everybody_once(sign_in, clerk, people, url):
    text = text_of(sign_in(clerk).get(url()), "//*[@id='tree']")

    assert "蜂鸟小区A (3人)" in text
    assert "工程部 (2人)" in text
    assert "维修组 (2人)" in text


def test_a_large_tree_opens_where_it_stands(sign_in, clerk, people, account, url):
    for number in range(100):
        make.department(account, f"{number} 组")
    works, repairs = people["陈三三"].department_ids
    client = sign_in(clerk)

    whole = text_of(client.get(url()), "//*[@id='tree']")
    opened = text_of(client.get(url(), {"department": repairs}), "//*[@id='tree']")
    below = client.get(url("tree_children", account.pk, works), headers=HTMX)

    assert "99 组 (0人)" in whole
    assert "维修组" not in whole
    assert "维修组 (2人)" in opened
    assert "维修组" in below.content.decode()
    assert b"<html" not in below.content


def test_whoever_is_limited_sees_and_counts_only_their_own(sign_in, limited, people, url):
    client = sign_in(limited)
    response = client.get(url())

    assert names(response) == ["王五", "陈三三"]
    assert "蜂鸟小区A (2人)" in text_of(response, "//*[@id='tree']")
    assert "维修组 (1人)" in text_of(response, "//*[@id='tree']")
    assert "深圳小区" not in response.content.decode()
    for name in ("show", "edit"):
        assert client.get(url(name, people["林四"].pk)).status_code == 404


def test_whoever_may_only_look_is_offered_nothing_else(sign_in, account, people, url):
    clerk = make.operator(account, "小看", sections={Section.STAFF: Level.VIEW})

    response = sign_in(clerk).get(url())

    for offer in ("添加员工", "批量删除", "修改", "重命名"):
        assert offer not in response.content.decode()


def test_states_are_told_and_searched(sign_in, clerk, account, people, url):
    make.corp(account)
    told = {"陈三三": {"to_push": False}, "林四": {"push_fault": 60104}, "王五": {}}
    for name, fields in told.items():
        Employee.objects.filter(pk=people[name].pk).update(**fields)
    client = sign_in(clerk)

    rows = dict(shown(client.get(url()), "name", "state"))
    assert rows["陈三三"] == "已同步"
    assert rows["林四"].startswith("失败")
    assert "重试" in rows["林四"]
    assert rows["王五"] == "待同步"
    assert names(client.get(url(), {"state": "failed"})) == ["林四"]
    assert names(client.get(url(), {"state": "waiting"})) == ["王五"]
    assert names(client.get(url(), {"state": "verified"})) == ["陈三三"]


@pytest.mark.parametrize(
    ("phase", "told"),
    [
        ("planned", "有同步计划待确认"),
        ("writing", "正在同步"),
        ("over", "上次同步：2026-11-23 12:00"),
    ],
)
def test_the_line_above_says_how_far_the_mirror_is(
    sign_in, clerk, limited, account, people, url, phase, told
):
    make.corp(account)
    noon = datetime(2026, 11, 23, 4, tzinfo=UTC)
    Sync.objects.create(account=account, phase=phase, began_at=noon, ended_at=noon)

    assert told in sign_in(clerk).get(url()).content.decode()
    assert told not in sign_in(limited).get(url()).content.decode()


def test_whoever_came_from_wecom_is_to_be_completed(sign_in, clerk, account, people, url):
    make.employee(account, name="远方", phone="")

    rows = dict(shown(sign_in(clerk).get(url()), "name", "phone"))

    assert rows["远方 资料待补全"] == "—"
    assert "王五" in rows


def test_a_search_stands_in_no_address(sign_in, clerk, people, url):
    client = sign_in(clerk)

    led = client.post(url("search"), {"q": "陈三三", "department": ""})

    assert led.status_code == 302
    assert "陈" not in led.url
    assert "q=" not in led.url
    assert names(client.get(led.url)) == ["陈三三"]


def test_searches_by_phone_count_for_who_sees_them_masked(
    sign_in, account, clerk, people, url, settings
):
    reader = make.operator(account, "小看", sections={Section.STAFF: Level.VIEW})
    client = sign_in(reader)
    sign_in(clerk).get(url(), {"q": "1126"})
    for _number in range(PHONE_SEARCHES.tries - 2):
        PHONE_SEARCHES.take(str(reader.pk), now=timezone.now())

    for _number in range(2):
        assert names(client.get(url(), {"q": "1126"})) == ["陈三三"]
    refused = client.get(url(), {"q": "1126"})

    assert names(refused) == []
    assert "按手机号搜索的次数过多" in refused.content.decode()
    entries = AuditEntry.objects.filter(action="employee.searched_by_phone")
    assert entries.count() == 2
    assert entries.first().ids == [people["陈三三"].pk]


def test_without_a_corp_and_without_people_the_guides_page_comes(sign_in, clerk, url):
    client = sign_in(clerk)

    text = client.get(url()).content.decode()
    plain = client.get(url(), {"plain": "1"}).content.decode()

    assert "请将当前服务号授权关联贵公司的微信企业号" in text
    assert "勾选企业最顶级部门，并勾选全部应用" in text
    assert "先录入员工，以后再关联" in text
    assert "还没有员工" in plain


def test_nothing_found_is_told_from_nothing_yet(sign_in, clerk, people, url):
    text = sign_in(clerk).get(url(), {"q": "没有这个人"}).content.decode()

    assert "没有找到符合条件的员工" in text


def test_a_fragment_for_htmx_and_a_page_for_history(sign_in, clerk, people, url):
    client = sign_in(clerk)

    fragment = client.get(url(), headers=HTMX)
    restored = client.get(url(), headers=HTMX | {"HX-History-Restore-Request": "true"})

    assert b"<html" not in fragment.content
    assert b"<html" in restored.content
    assert "HX-Request" in fragment.headers["Vary"]


def queries_of(client, address) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("page", ["list", "show", "edit"])
def test_more_people_and_departments_need_no_more_queries(
    sign_in, clerk, account, people, url, page
):
    client = sign_in(clerk)
    address = url() if page == "list" else url(page, people["陈三三"].pk)
    client.get(address)
    few = queries_of(client, address)
    for number in range(5):
        department = make.department(account, f"{number} 组")
        make.employee(account, department_ids=[department.pk], name=f"员工{number}")

    assert queries_of(client, address) == few
