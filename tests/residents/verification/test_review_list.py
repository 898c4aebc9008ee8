"""认证审核: which applications the list shows, in which order, and what it says about them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from lxml import html

from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from haina.accounts.privacy import PHONE_SEARCHES
from residents.models import VerificationApplication
from tests import make
from tests.limits import use_up
from tests.residents.test_list import HTMX, queries_of, shown


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel("2026-11-22 12:00+08:00", tick=False):
        yield


def told(response) -> str:
    return " ".join(html.fromstring(response.content.decode()).text_content().split())


def older(application, **ago):
    application.submitted_at -= timedelta(**ago)
    application.save()
    return application


@pytest.fixture
def three(community, account, zhang, as_zhang):
    """李四 waits for 2 days, 王五 for 3 hours, and 张三, who differs from the record, not yet."""
    claims = [
        ({"name": "李四", "phone": "+8613625895630", "identity": "family"}, "B 1 101", {"days": 2}),
        (
            {"name": "王五", "phone": "+8613625895631", "identity": "tenant"},
            "A 1 102",
            {"hours": 3},
        ),
        (as_zhang | {"name": "张散"}, "A 1 101", {}),
    ]
    return {
        claimed["name"]: older(
            make.application(community, make.follower(account), address, **claimed), **ago
        )
        for claimed, address, ago in claims
    }


def test_who_waits_longest_comes_first(sign_in, operator, three, url):
    response = sign_in(operator).get(url("applications"))

    assert shown(response, "state", "name", "identity", "outcome", "waited") == [
        ("待审核", "李四", "家属", "?没有登记", "2天"),
        ("待审核", "王五", "长期租客", "?没有登记", "3小时"),
        ("待审核", "张散", "业主", "≠与登记不一致", "刚刚"),
    ]
    assert "136*****30" in shown(response, "phone")[0][0]
    assert shown(response, "address")[0] == ("腾讯小区 B 1 101",)


def test_what_is_decided_comes_after_and_a_draft_never(sign_in, operator, three, url, community):
    three["李四"].state, three["李四"].decided_at = "rejected", timezone.now()
    three["李四"].save()
    make.draft(community, three["李四"].follower, name="草稿")

    response = sign_in(operator).get(url("applications"))

    assert [name for (name,) in shown(response, "name")] == ["王五", "张散", "李四"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"identity": "family"}, ["李四"]),
        ({"outcome": "different"}, ["张散"]),
        ({"outcome": "unknown"}, ["李四", "王五"]),
        ({"outcome": "consistent"}, []),
        ({"state": "pending"}, ["李四", "王五", "张散"]),
        ({"state": "approved"}, []),
        ({"state": "draft"}, ["李四", "王五", "张散"]),
        ({"q": "四"}, ["李四"]),
        ({"q": "5631"}, ["王五"]),
        ({"q": "13625895631"}, ["王五"]),
        ({"q": "625895631"}, []),
        ({"page": "99"}, ["李四", "王五", "张散"]),
    ],
)
def test_it_finds(sign_in, operator, three, url, query, names):
    response = sign_in(operator).get(url("applications", **query))

    assert [name for (name,) in shown(response, "name")] == names


@pytest.mark.parametrize(
    ("address", "names"), [("A", ["王五", "张散"]), ("A 1 101", ["张散"]), ("B", ["李四"])]
)
def test_a_node_has_everything_below_it(sign_in, operator, three, community, url, address, names):
    node = make.node(community, address)
    query = {"community": community.pk, "node": node.pk}

    response = sign_in(operator).get(url("applications", **query))

    assert [name for (name,) in shown(response, "name")] == names


def test_the_selects_lead_down_one_way_and_the_search_is_sealed(
    sign_in, operator, three, community, url
):
    a, b, a1 = (make.node(community, address).pk for address in ("A", "B", "A 1"))
    client, search = sign_in(operator), url("applications_search")

    deep = client.post(search, {"community": community.pk, "node": [a, a1], "q": "张散"})
    other = client.post(search, {"community": community.pk, "node": [b, a1]})

    assert f"node={a1}" in deep.url
    assert "张" not in deep.url
    assert "q=" not in deep.url
    assert f"node={b}" in other.url
    assert [name for (name,) in shown(client.get(deep.url), "name")] == ["张散"]
    levels = html.fromstring(client.get(deep.url).content).xpath("//*[@id='levels']/select")
    assert [each.get("aria-label") for each in levels] == ["栋", "单元", "房间号"]


def test_communities_of_others_are_outside(sign_in, operator, account, three, url):
    other = make.community(account, "滨海小区")
    make.application(other, make.follower(account), name="外人")
    client = sign_in(operator)

    assert client.get(url("applications", community=other.pk)).status_code == 404
    assert len(shown(client.get(url("applications")), "name")) == 3


def test_a_part_for_htmx_and_a_page_for_history(sign_in, operator, three, url):
    client = sign_in(operator)
    restored = HTMX | {"HX-History-Restore-Request": "true"}

    assert b"<html" not in client.get(url("applications"), headers=HTMX).content
    assert b"<html" in client.get(url("applications"), headers=restored).content


def test_the_same_queries_at_1_and_30_rows(sign_in, operator, account, community, url):
    client = sign_in(operator)
    make.application(community, make.follower(account))
    address = url("applications", community=community.pk)
    few = queries_of(client, address)

    for room in range(29):
        make.application(community, make.follower(account), f"C {room} 1")

    assert queries_of(client, address) == few


def test_it_says_how_long_reviewing_takes(sign_in, operator, three, community, account, url):
    now = timezone.now()
    for hours, way in ((2, "console"), (4, "phone"), (100, "owner"), (0, "auto")):
        done = make.application(community, make.follower(account), f"D 1 {hours}")
        done.submitted_at, done.decided_at = now - timedelta(hours=hours), now
        done.state, done.way = "approved", way
        done.save()
    long_ago = make.application(community, make.follower(account), "D 1 9")
    long_ago.submitted_at, long_ago.decided_at = now - timedelta(days=90), now - timedelta(days=31)
    long_ago.state, long_ago.way = "rejected", "console"
    long_ago.save()

    text = told(sign_in(operator).get(url("applications")))

    assert "待审核 3 份 · 最久的一份已等待：2天 · 近 30 天审核用时 (中位数)：4小时" in text


def test_the_menu_says_how_many_wait_within_the_scope(sign_in, operator, account, three, url):
    make.application(make.community(account, "滨海小区"), make.follower(account))

    page = html.fromstring(sign_in(operator).get(url("list")).content.decode())

    (link,) = page.xpath("//nav[@id='navigation']//a[contains(., '认证审核')]")
    assert link.xpath("span[@class='side-waiting']")[0].text == "3"
    assert link.get("aria-current") is None


def test_the_tab_of_the_page_is_marked_alone(sign_in, operator, three, url):
    page = html.fromstring(sign_in(operator).get(url("applications")).content.decode())

    current = page.xpath("//nav[@class='section-tabs']/a[@aria-current]/text()")
    assert current == ["认证审核"]


def test_nothing_yet_and_nothing_found_say_what_to_do(sign_in, operator, community, url):
    client = sign_in(operator)

    assert "还没有认证申请" in told(client.get(url("applications")))
    assert "没有找到符合条件的申请" in told(client.get(url("applications", q="没有这个人")))


def test_it_says_that_phones_cannot_be_proven(sign_in, operator, account, community, url):
    client, why = sign_in(operator), "还没有接入短信"
    assert why in told(client.get(url("applications")))

    make.sms(account)

    assert why not in told(client.get(url("applications")))


def test_searches_by_phone_are_counted_and_noted(sign_in, account, three, url):
    fields = {"phone": Level.VIEW}
    clerk = make.operator(account, sections={Section.RESIDENTS: Level.VIEW}, fields=fields)

    sign_in(clerk).get(url("applications", q="5631"))

    entry = AuditEntry.objects.get(action="resident.searched_by_phone")
    assert entry.model == "residents.verificationapplication"
    assert entry.ids == [three["王五"].pk]


def test_after_too_many_searches_nobody_is_shown(sign_in, account, three, url, settings):
    fields = {"phone": Level.VIEW}
    clerk = make.operator(account, sections={Section.RESIDENTS: Level.VIEW}, fields=fields)
    client = sign_in(clerk)
    use_up(PHONE_SEARCHES, clerk, but=1)
    client.get(url("applications", q="5631"), headers=HTMX)

    response = client.get(url("applications", q="5631"))

    assert "次数过多" in told(response)
    assert shown(response, "name") == []


@pytest.mark.parametrize("hidden", ["name", "identity", "phone", "id_number", "address"])
def test_the_outcome_is_nobodys_from_whom_a_part_is_hidden(sign_in, account, three, url, hidden):
    rights = {Section.RESIDENTS: Level.MANAGE}
    clerk = make.operator(account, sections=rights, fields={hidden: Level.NONE})
    client = sign_in(clerk)

    response = client.get(url("applications", outcome="different"))

    page = html.fromstring(response.content.decode())
    assert len(page.xpath("//tbody/tr")) == 3
    assert not page.xpath("//*[contains(@class, 'col-outcome')]")
    assert not page.xpath("//*[@name='outcome']")


def test_only_who_may_decide_may_tick(sign_in, account, three, url):
    viewer = make.operator(account, sections={Section.RESIDENTS: Level.VIEW})

    page = sign_in(viewer).get(url("applications")).content.decode()

    assert 'name="pk"' not in page
    assert "批量通过" not in page
    assert VerificationApplication.objects.count() == 3


def test_it_says_where_residents_come_in_and_that_nobody_is_told(
    sign_in, creator, account, community, url
):
    client, warning = sign_in(creator), "申请人收不到微信通知"
    before = told(client.get(url("applications")))
    connection = make.wechat(account)
    connected = told(client.get(url("applications")))
    make.decision_template(connection)

    assert "住户入口：http://testserver/m/fengniao/" in before
    assert warning not in before
    assert warning in connected
    assert warning not in told(client.get(url("applications")))
