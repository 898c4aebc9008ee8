"""任务: which file, which community and how many, as far as it may be seen now."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from haina.accounts.permissions import Level, Section
from haina.imports.service import APPLY, UNDO
from haina.jobs import queue
from haina.jobs.models import Job
from residents import bulk
from residents.models import Import
from residents.tasks import EXPORT
from tests import make
from tests.residents.agreeing import agree_to
from tests.residents.imports.workbooks import FOUR


def lines(client, account) -> list[list[str]]:
    response = client.get(reverse("jobs:list", args=[account.slug]))
    rows = html.fromstring(response.content.decode()).xpath("//tbody/tr")
    return [[cell.text_content().strip() for cell in row][:4] for row in rows]


@pytest.fixture
def few_at_once(monkeypatch):
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 3)
    monkeypatch.setattr("residents.views.bin.MOST_AT_ONCE", 3)


def test_an_import_tells_its_file_and_figures(sign_in, operator, account, imported):
    client = sign_in(operator)
    imported(client, *FOUR)

    assert lines(client, account) == [
        ["批量导入住户", "腾讯小区", "腾讯小区住户信息.xlsx", "新增住户 4，新建楼栋节点 8"]
    ]
    assert "住户信息" not in str(Job.objects.values().get())


def test_each_job_of_an_import_tells_what_it_did_itself(sign_in, operator, account, community):
    counts = {"created": 2, "updated": 1}
    undone = make.imported(community, state=Import.State.UNDONE, counts=counts)
    told = {"payload": {"import": undone.pk}, "state": Job.State.DONE}
    make.job(operator, Import.KIND, result={"state": Import.State.PLANNED}, **told)
    make.job(operator, Import.KIND + APPLY, result={"state": Import.State.APPLIED}, **told)
    make.job(operator, Import.KIND + UNDO, **told)

    outcomes = [line[-1] for line in lines(sign_in(operator), account)]

    assert outcomes[0] == "已撤销这次导入"
    assert outcomes[1].startswith("新增住户 2")
    assert outcomes[1].endswith("（已撤销）")
    assert outcomes[2] == "已生成方案，没有写入"


def test_bulk_acts_tell_the_community_and_how_many(
    sign_in, operator, account, four, url, few_at_once
):
    client = sign_in(operator)
    agree_to(client, url("delete_many", q=""), {"all": "1"})
    waiting = lines(client, account)
    queue.run(Job.objects.latest("pk").pk)
    client.post(url("restore", act=Job.objects.latest("pk").result["act"]))
    queue.run(Job.objects.latest("pk").pk)

    assert waiting == [["批量删除住户", "腾讯小区", "—", "共 4 位"]]
    assert lines(client, account) == [
        ["恢复住户", "腾讯小区", "—", "恢复 4 位"],
        ["批量删除住户", "腾讯小区", "—", "删除 4 位"],
    ]


@pytest.fixture
def exported(operator, four):
    job = make.job(operator, EXPORT, payload={"node": four["张三"].room_id})
    queue.run(job.pk)
    return job


def test_an_export_tells_place_file_and_number(sign_in, operator, account, exported):
    ((label, place, file, outcome),) = lines(sign_in(operator), account)

    assert (label, place, outcome) == ("导出住户信息", "腾讯小区 A 1 101", "1 位住户")
    assert file.endswith(".xlsx")


def test_a_hidden_address_is_not_told(sign_in, operator, account, exported):
    operator.grants.filter(field="address").update(level=Level.NONE)

    assert lines(sign_in(operator), account) == [["导出住户信息", "腾讯小区", "—", "1 位住户"]]


def test_what_is_outside_the_scope_by_now_is_not_told(
    sign_in, operator, account, exported, community
):
    make.job(operator, payload={"import": make.imported(community).pk})
    operator.communities.set([make.community(account, "滨海小区")])

    assert [line[1:] for line in lines(sign_in(operator), account)] == [["—", "—", "—"]] * 2


def test_without_the_right_by_now_nothing_is_told(sign_in, operator, account, community):
    make.job(operator, payload={"import": make.imported(community).pk})
    operator.grants.filter(section=Section.RESIDENTS).update(level=Level.VIEW)

    assert lines(sign_in(operator), account) == [["批量导入住户", "—", "—", "—"]]


def test_it_takes_the_same_queries_for_1_and_3(sign_in, operator, account, community):
    client, counted = sign_in(operator), []
    lines(client, account)
    for _ in range(3):
        make.job(operator, payload={"import": make.imported(community).pk})
        with CaptureQueriesContext(connection) as queries:
            lines(client, account)
        counted.append(len(queries))

    assert counted[0] == counted[2]
