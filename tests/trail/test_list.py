"""操作记录: who sees what of the trail."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haina.accounts import audit, services
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from haina.lib.pagination import PAGE_SIZE
from tests import make

PAGE = "/fengniao/audit/"
NOW = timezone.now()


@pytest.fixture
def auditor(account):
    """Sees the trail, and of residents all but the phone."""
    rights = {Section.ADMINISTRATORS: Level.VIEW, Section.RESIDENTS: Level.VIEW}
    return make.operator(account, "审计员", sections=rights, fields={"phone": Level.NONE})


@pytest.fixture
def entries(account, creator):
    """What the fixtures left is older than these."""

    def add(action="community.added", *, at=NOW, by=None, ids=(7,), **more):
        by = by or Actor.of(creator)
        model = more.pop("model", "communities.community")
        audit.record_ids(action, model, list(ids), by=by, at=at, **more)
        return AuditEntry.objects.latest("pk")

    return add


def rows(response) -> list[str]:
    body = response.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.sub(r"<[^>]+>", " ", row) for row in body.split("<tr>")[1:]]
    return [" ".join(row.split()) for row in cells]


def test_an_entry_in_words(sign_in, creator, entries):
    at = timezone.make_aware(timezone.datetime(2030, 5, 6, 7, 8, 9))
    entries(
        "resident.corrected",
        at=at,
        model="residents.resident",
        ids=[12, 13, 14, 15],
        fields=["name", "phone"],
        reason="核对登记表",
    )

    line = rows(sign_in(creator).get(PAGE))[0]

    told = "2030-05-06 07:08:09 马经理 修改住户 住户 #12 #13 #14 … 4 姓名、手机号 核对登记表"
    assert line == told


def test_what_nobody_asked_for_is_the_systems(sign_in, account, creator, entries):
    entries("resident.expired", by=Actor.nightly(account), at=timezone.now())

    row = rows(sign_in(creator).get(PAGE))[0]

    assert " 系统 " in row
    assert "beat" not in row


def test_whoever_is_called_as_the_system_is_not_taken_for_it(sign_in, account, creator, entries):
    operator = make.operator(account, "beat")
    entries(by=Actor.of(operator), at=timezone.now())

    row = rows(sign_in(creator).get(PAGE))[0]

    assert " beat " in row
    assert "系统" not in row


def test_an_object_leads_to_its_page_for_whom_it_opens(sign_in, account, creator, entries):
    entries("resident.corrected", model="residents.resident", ids=[12], at=NOW + timedelta(days=1))
    only = make.operator(account, sections={Section.ADMINISTRATORS: Level.VIEW})
    link = 'href="/fengniao/residents/12/"'

    assert link in sign_in(creator).get(PAGE).content.decode()
    assert link not in sign_in(only).get(PAGE).content.decode()


def test_newest_first_and_more(sign_in, creator, entries):
    made = [entries(ids=[number], at=NOW + timedelta(days=1)) for number in range(100, 140)]
    client = sign_in(creator)

    first = client.get(PAGE)
    last = made[-PAGE_SIZE].pk
    second = client.get(PAGE, {"before": last})

    assert [f"#{n} " in row for row, n in zip(rows(first), range(139, 109, -1), strict=True)]
    assert f"before={last}" in first.content.decode()
    assert "#109 " in rows(second)[0]
    assert "回到最新" in second.content.decode()


def test_a_page_costs_the_same_however_long_the_trail(sign_in, creator, entries):
    client = sign_in(creator)
    client.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(PAGE)
    for _ in range(70):
        entries(ids=range(1000))

    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)

    assert len(many) == len(few)
    ours = [query["sql"] for query in many if "auditentry" in query["sql"]]
    assert ours
    assert not [sql for sql in ours if "COUNT(" in sql]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"action": "community.closed"}, [2]),
        ({"action": "group-0"}, [3]),
        ({"model": "residents.resident"}, [3]),
        ({"object": "42"}, [2]),
        ({"object": "42", "model": "residents.resident"}, []),
        ({"who": "system"}, [4]),
        ({"since": "2031-01-02", "until": "2031-01-02"}, [3]),
        ({"until": "2031-01-01", "since": "2031-01-01"}, [2]),
        ({"since": "2031-01-03"}, [4]),
    ],
)
def test_filters(sign_in, creator, account, entries, asked, found):
    day = timezone.make_aware(timezone.datetime(2031, 1, 1, 23, 59, 59))
    entries("community.closed", ids=[42], at=day)
    entries("resident.removed", model="residents.resident", at=day + timedelta(seconds=1))
    entries("tree.rebuilt", by=Actor.command(account), at=day + timedelta(days=2))
    words = {2: "删除小区", 3: "删除住户", 4: "修复楼栋结构"}

    shown = rows(sign_in(creator).get(PAGE, {"since": "2030-12-31", **asked}))

    assert [number for row in shown for number, word in words.items() if word in row] == found


def test_a_person_is_a_filter(sign_in, account, creator, operator, entries):
    entries(by=Actor.of(operator), at=NOW + timedelta(days=1))

    shown = rows(sign_in(creator).get(PAGE, {"who": operator.user_id}))

    assert len(shown) == 1
    assert "小何" in shown[0]


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ({"since": "gestern"}, "起始日期"),
        ({"who": "999999"}, "操作人"),
        ({"action": "group-99"}, "操作"),
        ({"object": "9" * 30}, "对象编号"),
        ({"object": "-1"}, "对象编号"),
        ({"model": "accounts.grant"}, "对象"),
    ],
)
def test_what_cannot_be_asked_for_is_told_and_shows_nothing(sign_in, creator, asked, label):
    client = sign_in(creator)

    response = client.get(PAGE, asked)

    assert response.status_code == 200
    assert f"<li>{label}：" in response.content.decode()
    assert rows(response) == []
    assert client.get(f"{PAGE}export/", asked).status_code == 404


@pytest.mark.parametrize("before", ["999999999", "x", "0", "9" * 40])
def test_there_is_nothing_before_what_never_was(sign_in, creator, before):
    assert sign_in(creator).get(PAGE, {"before": before}).status_code == 404


def test_another_accounts_trail_is_out_of_reach(sign_in, creator, stranger, entries):
    foreign = AuditEntry.objects.filter(account=stranger.account).latest("pk")
    client = sign_in(creator)

    assert client.get(PAGE, {"before": foreign.pk}).status_code == 404
    assert "别家小区" not in client.get(PAGE).content.decode()


def test_a_hidden_field_is_not_named_and_neither_is_the_reason(sign_in, auditor, entries):
    later = NOW + timedelta(days=1)
    more = {"model": "residents.resident", "fields": ["phone", "name"], "reason": "金丝雀"}
    entries("resident.corrected", at=later, **more)

    line = rows(sign_in(auditor).get(PAGE))[0]

    assert "修改住户" in line
    assert "姓名" in line
    assert "手机号" not in line
    assert "金丝雀" not in line


@pytest.mark.parametrize(
    ("hidden", "column", "label"),
    [
        ("address", "room", "地址"),
        ("address", "address", "住址"),
        ("identity", "identity", "用户身份"),
        ("identity", "lease_ends_on", "租约到期时间"),
    ],
)
def test_a_hidden_field_is_not_named_by_any_of_its_columns(
    sign_in, account, entries, hidden, column, label
):
    rights = {Section.ADMINISTRATORS: Level.VIEW, Section.RESIDENTS: Level.VIEW}
    blind = make.operator(account, "小藏", sections=rights, fields={hidden: Level.NONE})
    more = {"model": "residents.resident", "fields": [column], "reason": "金丝雀"}
    entries("resident.corrected", at=NOW + timedelta(days=1), **more)

    line = rows(sign_in(blind).get(PAGE))[0]

    assert "修改住户" in line
    assert label not in line
    assert "金丝雀" not in line


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}export/"])
@pytest.mark.parametrize("asked", [{"until": "9999-12-31"}, {"since": "0001-01-01"}])
def test_a_date_at_the_end_of_time_is_refused(sign_in, creator, page, asked):
    response = sign_in(creator).get(page, asked)

    assert response.status_code == (200 if page == PAGE else 404)
    assert page != PAGE or "1970 年到 2999 年" in response.content.decode()


def test_who_has_some_communities_reads_of_their_own_acts(sign_in, account, community, entries):
    limited = make.operator(
        account, "小组长", sections={Section.ADMINISTRATORS: Level.VIEW}, communities=(community,)
    )
    entries(ids=[4242])
    mine = entries(ids=[77], by=Actor.of(limited), at=NOW + timedelta(days=1))

    response = sign_in(limited).get(PAGE)

    assert len(rows(response)) == 1
    assert "#77 " in rows(response)[0]
    assert "4242" not in response.content.decode()
    assert "只显示您自己的操作" in response.content.decode()
    others = AuditEntry.objects.filter(account=account).exclude(pk=mine.pk).latest("pk")
    assert sign_in(limited).get(PAGE, {"before": others.pk}).status_code == 404


def test_a_right_that_is_taken_away_closes_the_page(sign_in, account, auditor):
    client = sign_in(auditor)
    assert client.get(PAGE).status_code == 200
    call = {"by": Actor.command(account), "now": NOW}
    services.set_rights(auditor, sections={}, fields={}, **call)

    assert client.get(PAGE).status_code == 403


def test_htmx_gets_the_table_and_history_the_page(sign_in, creator):
    client = sign_in(creator)
    fragment = client.get(PAGE, headers={"HX-Request": "true"})
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    assert "<html" not in fragment.content.decode()
    assert "<html" in client.get(PAGE, headers=restored).content.decode()


def test_nothing_found_is_told(sign_in, creator):
    page = sign_in(creator).get(PAGE, {"since": "2099-01-01"}).content.decode()

    assert "没有找到符合条件的操作记录" in page


@pytest.mark.parametrize(
    ("model", "label"),
    [
        *(("followers.tag", "标签"), ("followers.follower", "微信关注用户")),
        *(("residents.import", "导入记录"), ("residents.verificationapplication", "认证申请")),
        *(("wechat.connection", "公众号"), ("wechat.template", "模板消息")),
        *(("sms.gateway", "短信网关"), ("jobs.job", "任务"), ("accounts.serviceaccount", "服务号")),
    ],
)
def test_every_kind_of_object_can_be_chosen(sign_in, creator, entries, model, label):
    entries("tag.added", model=model, ids=[4])
    entries("community.added")
    client = sign_in(creator)

    page = client.get(PAGE).content.decode()
    found = rows(client.get(PAGE, {"model": model}))

    assert f'<option value="{model}">{label}</option>' in page
    assert any(f"{label} #4" in line for line in found)
    assert all(f" {label} #" in line for line in found)
