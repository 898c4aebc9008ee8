"""One employee: the page, the phone in full, 重试, and deleting one or many."""

import pytest
from django.db import transaction
from django.utils import timezone
from lxml import html

from haina.accounts import audit
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from haina.accounts.privacy import LOOKS
from haina.accounts.scope import Scope
from haina.trail.labels import LABELS
from staff import history, services
from staff.models import Employee, Removal
from tests import make

HTMX = {"HX-Request": "true"}


@pytest.fixture
def employee(account, community):
    works = make.department(account, "工程部")
    fields = {"department_ids": [works.pk], "phone": "+8613500001126", "position": "维修师父"}
    return make.employee(account, community, **fields)


@pytest.fixture
def correct(account, employee):
    def change(**written):
        by = Actor("小林", account_id=account.pk)
        within = Scope.whole(account)
        services.correct(employee, within=within, by=by, now=timezone.now(), **written)

    return change


def text_of(response) -> str:
    page = html.fromstring(response.content.decode())
    return " ".join(page.xpath("string(//main)").split())


def test_the_page_tells_what_is_known(sign_in, clerk, employee, url):
    text = text_of(sign_in(clerk).get(url("show", employee.pk)))

    for told in ("陈三三", "腾讯小区", "工程部", "维修师父", "135*****26", "未同步"):
        assert told in text
    assert "13500001126" not in text


def test_history_says_who_did_what(sign_in, clerk, account, employee, correct, url):
    second = make.community(account, "深圳小区")
    correct(position="主管", community_ids=[*employee.community_ids, second.pk])
    correct(phone="+8613600003031")

    text = text_of(sign_in(clerk).get(url("show", employee.pk)))

    assert "修改员工" in text
    assert "小林" in text
    assert "维修师父 →改为 主管" in text
    assert "腾讯小区 →改为 腾讯小区、深圳小区" in text
    assert "135*****26 →改为 136*****31" in text


def test_history_tells_nobody_of_communities_out_of_reach(
    sign_in, limited, account, employee, correct, url
):
    second = make.community(account, "深圳小区")
    correct(community_ids=[*employee.community_ids, second.pk])

    text = text_of(sign_in(limited).get(url("show", employee.pk)))

    assert "腾讯小区" in text
    assert "深圳小区" not in text


def test_the_history_names_acts_as_the_trail_does():
    assert {action: LABELS[action] for action in history.ACTIONS} == history.ACTIONS


def test_one_click_shows_the_phone_and_leaves_an_entry(sign_in, account, employee, url):
    reader = make.operator(account, "小看", sections={Section.STAFF: Level.VIEW})
    client = sign_in(reader)

    shown = client.post(url("reveal", employee.pk), headers=HTMX).content.decode()
    hidden = client.post(url("reveal", employee.pk), {"hide": "1"}, headers=HTMX).content.decode()

    assert "13500001126" in shown
    assert "13500001126" not in hidden
    entry = AuditEntry.objects.get(action="employee.revealed")
    assert (entry.ids, entry.fields, entry.actor) == ([employee.pk], ["phone"], "小看")


def test_looks_have_an_end(sign_in, clerk, employee, url):
    client = sign_in(clerk)
    for _number in range(LOOKS.tries - 1):
        LOOKS.take(str(clerk.pk), now=timezone.now())

    last = client.post(url("reveal", employee.pk), headers=HTMX)
    refused = client.post(url("reveal", employee.pk), headers=HTMX)
    form = client.get(url("edit", employee.pk), headers=HTMX)

    assert "13500001126" in last.content.decode()
    for response in (refused, form):
        assert response.status_code == 422
        assert "13500001126" not in response.content.decode()
    assert AuditEntry.objects.filter(action="employee.revealed").count() == 1


def test_the_history_tells_what_wecom_changed_and_not_how_it_was_told(
    sign_in, clerk, employee, url
):
    changes = {
        "employee.pushed": {"userid": "hn1", "departments_there": [1]},
        "employee.pulled": {"name": "陈四"},
        "corp.cut_off": {"departments_there": []},
        "import.undone": {"rank": "一级"},
    }
    for action, written in changes.items():
        with transaction.atomic():
            audit.explain(action, by=Actor("小林"))
            Employee.objects.filter(pk=employee.pk).update(**written)

    history.EmployeeEvent.objects.filter(pgh_label="insert").update(pgh_context=None)

    page = sign_in(clerk).get(url("show", employee.pk)).content.decode()

    told = page[page.index('<ol class="history">') :]
    assert "从企业微信同步员工" in told
    assert "撤销导入" in told
    assert told.count("小林") == 2
    assert "新增" in told  # written past audit.explain()


def test_retry_puts_somebody_back_in_line(sign_in, clerk, employee, url):
    Employee.objects.update(to_push=False, push_fault=60104, push_detail="x")

    response = sign_in(clerk).post(url("retry", employee.pk), {"next": url("show", employee.pk)})

    assert response.url == url("show", employee.pk)
    employee.refresh_from_db()
    assert (employee.to_push, employee.push_fault) == (True, None)


def test_deleting_says_what_becomes_of_them_in_wecom(sign_in, clerk, account, employee, url):
    client, address = sign_in(clerk), url("delete", employee.pk)
    assert "没有关联企业微信，只从这里删除" in client.get(address).content.decode()

    make.corp(account)
    assert "还没有同步到企业微信，只从这里删除" in client.get(address).content.decode()

    Employee.objects.update(userid="hn1", corp_id="ww0000000000000001")
    text = client.get(address).content.decode()
    assert "其中 1 位也会从企业微信通讯录中删除" in text
    assert client.post(address, {"agreed": "1"}).status_code == 302

    assert not Employee.objects.exists()
    assert Removal.objects.get().userid == "hn1"


def test_many_are_shown_before_they_are_deleted(sign_in, clerk, account, employee, url):
    other, third = make.employee(account, name="林四"), make.employee(account, name="王五")
    client, ticked = sign_in(clerk), {"pk": [employee.pk, other.pk]}

    asked = client.post(url("delete_many"), ticked, headers=HTMX).content.decode()
    assert "以下 2 位员工" in asked
    assert Employee.objects.count() == 3

    client.post(url("delete_many"), ticked | {"agreed": "1"})
    assert list(Employee.objects.values_list("pk", flat=True)) == [third.pk]


def test_nobody_is_deleted_who_serves_others_too(sign_in, limited, account, employee, url):
    second = make.community(account, "深圳小区")
    Employee.objects.update(community_ids=[*employee.community_ids, second.pk])

    response = sign_in(limited).post(url("delete_many"), {"pk": [employee.pk], "agreed": "1"})

    assert response.status_code == 422
    assert "有 1 位员工还服务于您不负责的小区" in response.content.decode()
    assert Employee.objects.exists()


def test_rows_out_of_reach_are_not_among_the_ticked(sign_in, limited, account, employee, url):
    elsewhere = make.employee(account, make.community(account, "深圳小区"))

    sign_in(limited).post(url("delete_many"), {"pk": [elsewhere.pk, employee.pk], "agreed": "1"})

    assert list(Employee.objects.all()) == [elsewhere]
