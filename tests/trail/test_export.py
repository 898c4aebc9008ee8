"""导出操作记录: what the list shows, as a workbook; for a reason, and in the trail itself."""

from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone

from haina.accounts import audit
from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from haina.jobs import queue
from haina.jobs.models import Job
from tests import make

PAGE = "/fengniao/audit/export/"
NOW = timezone.now()


@pytest.fixture
def entries(account, creator):
    by = Actor.of(creator)
    for number in range(1, 4):
        audit.record_ids(
            "resident.corrected",
            "residents.resident",
            [number],
            by=by,
            at=NOW + timedelta(days=number),
            fields=["phone", "name"],
            reason="=1+1",
        )


def ask(client, query="", **more):
    told = {"once": "a", "reason": "年度审计", "password": make.PASSWORD} | more
    return client.post(PAGE + query, told)


def written(job: Job) -> list[tuple]:
    queue.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    with job.output.file.open("rb") as content:
        return list(openpyxl.load_workbook(content).active.values)


def test_the_workbook_holds_what_the_list_shows(sign_in, creator, entries):
    since = timezone.localdate(NOW + timedelta(days=2))
    ask(sign_in(creator), f"?since={since}&action=resident.corrected")

    heading, *lines = written(Job.objects.get())

    assert heading == ("时间", "操作人", "操作", "对象", "编号", "数量", "字段", "原因", "来源")
    assert [line[4] for line in lines] == ["3", "2"]
    assert lines[0][1:4] == ("马经理", "修改住户", "住户")
    assert lines[0][5:8] == (1, "姓名、手机号", "=1+1")


def test_it_is_in_the_trail_with_its_reason_and_number(sign_in, creator, entries):
    ask(sign_in(creator), "?action=resident.corrected")
    job = Job.objects.get()
    written(job)

    asked = AuditEntry.objects.get(action="trail.export_asked")
    done = AuditEntry.objects.get(action="trail.exported")
    assert (asked.reason, done.reason, done.count) == ("年度审计", "年度审计", 3)
    assert done.user == creator.user
    assert "年度审计" not in str(job.payload)


@pytest.mark.parametrize("missing", ["reason", "password"])
def test_without_a_reason_or_the_password_there_is_no_job(sign_in, creator, entries, missing):
    response = ask(sign_in(creator), **{missing: ""})

    assert response.status_code == 422
    assert not Job.objects.exists()


def test_twice_the_same_form_is_one_job(sign_in, creator, entries):
    client = sign_in(creator)
    ask(client)
    ask(client)

    assert Job.objects.count() == 1
    assert AuditEntry.objects.filter(action="trail.export_asked").count() == 1


def test_rights_and_communities_bind_the_workbook(sign_in, account, community, creator, entries):
    limited = make.operator(
        account,
        "小组长",
        sections={Section.ADMINISTRATORS: Level.VIEW},
        fields={"phone": Level.NONE},
        communities=(community,),
    )
    own = {"by": Actor.of(limited), "at": NOW, "fields": ["phone", "name"], "reason": "金丝雀"}
    audit.record_ids("resident.corrected", "residents.resident", [99], **own)
    ask(sign_in(limited))

    _heading, *lines = written(Job.objects.get())

    corrected = [line for line in lines if line[2] == "修改住户"]
    assert [(line[4], line[6], line[7]) for line in corrected] == [("99", "姓名", None)]


def test_a_condition_that_holds_no_more_widens_nothing(sign_in, creator, entries):
    ask(sign_in(creator), "?action=resident.corrected")
    job = Job.objects.get()
    Job.objects.update(payload={"filter": {"action": "gone.since"}})

    queue.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.output) == (Job.State.FAILED, None)
    assert "重新筛选" in job.message


def test_the_form_says_what_will_be_in_it(sign_in, creator, entries):
    query = f"?who={creator.user_id}&action=group-0&since=2026-01-02"
    page = sign_in(creator).get(PAGE + query).content.decode()

    assert all(word in page for word in ("马经理", "全部：住户", "2026-01-02"))
    assert "全部操作记录" in sign_in(creator).get(PAGE).content.decode()
