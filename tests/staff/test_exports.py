"""导出员工信息: what stands in the workbook, for whom, and that it comes back unchanged."""

import re

import pytest
from openpyxl import load_workbook

from haina.accounts.models import AuditEntry
from haina.accounts.scope import Scope
from haina.jobs import queue
from haina.jobs.models import Job
from staff.exports import write_staff
from staff.models import Employee
from tests import make
from tests.residents.canaries import text_of
from tests.staff.imports.workbooks import HEADER, on_file, upload

REASON = {"reason": "消防检查", "password": make.PASSWORD, "once": "once"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def written(account, tmp_path):
    def write(scope=None):
        path = tmp_path / "out.xlsx"
        write_staff(path, account, scope=scope or Scope.whole(account))
        return [list(each) for each in load_workbook(path).worksheets[0].values]

    return write


def test_it_has_the_templates_columns_and_the_state(account, community, written):
    other = make.community(account, "海纳小区")
    department = make.department(account, "工程部")
    fields = {"position": "维修师父", "rank": "二级", "wechat": "chen33", "address": "蛇口"}
    make.employee(
        account, community, other, phone="+8613500000000", department_ids=[department.pk], **fields
    )

    assert written() == [
        [*HEADER, "同步状态"],
        ["腾讯小区、海纳小区", "陈三三", "男", "工程部", "维修师父", "二级"]
        + ["13500000000", "chen33", "蛇口", "未同步"],
    ]


def test_it_tells_how_each_stands_with_wecom(account, written):
    make.corp(account)
    for fields in ({"to_push": False}, {"push_fault": 60104}, {}):
        Employee.objects.filter(pk=make.employee(account).pk).update(**fields)

    assert [each[9] for each in written()[1:]] == ["已同步", "失败", "待同步"]


def test_it_imports_again_without_a_change(account, community, tmp_path):
    odd = make.community(account, "海纳、二期/三期")
    groups = [make.department(account, name) for name in ("南区", "北区", "工程、维修")]
    twins = [make.department(account, "维修组", parent=group) for group in groups[:2]]
    make.employee(account, community, odd, department_ids=[each.pk for each in twins])
    make.employee(account, odd, department_ids=[groups[2].pk, groups[0].pk], phone="+85291234567")
    make.employee(account, community, position="=1+1", address="@SUM(A1)", name="A  B", rank="０1")
    before = on_file(account)
    path = tmp_path / "out.xlsx"
    write_staff(path, account, scope=Scope.whole(account))

    told = upload(path, account)

    assert (told.state, told.unchanged, told.problems) == ("applied", 3, [])
    assert on_file(account) == before


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t="])
def test_no_text_becomes_a_formula(account, community, tmp_path, begins):
    make.employee(account, community, name=f"{begins}SUM(A1:A9)")
    path = tmp_path / "out.xlsx"

    write_staff(path, account, scope=Scope.whole(account))

    assert not re.search("<f[ />]", text_of(path))


def test_whoever_is_limited_exports_whom_they_reach(account, community, limited, written):
    other = make.community(account, "海纳小区")
    make.employee(account, community, other)
    make.employee(account, other, name="别人")

    rows = written(Scope.of(limited))

    assert [each[:2] for each in rows[1:]] == [["腾讯小区", "陈三三"]]


def test_many_are_no_more_queries(account, community, tmp_path, django_assert_num_queries):
    path, scope = tmp_path / "out.xlsx", Scope.whole(account)
    make.employee(account, community)
    write_staff(path, account, scope=scope)

    def count(number):
        for _ in range(number):
            make.employee(account, community)

    count(1)
    with django_assert_num_queries(5):
        write_staff(path, account, scope=scope)
    count(8)
    with django_assert_num_queries(5):
        write_staff(path, account, scope=scope)


def test_the_dialog_exports_and_the_trail_says_why(account, community, clerk, sign_in, url):
    make.employee(account, community)
    client = sign_in(clerk)
    assert "将导出您可以查看的 1 位员工" in client.get(url("export"), headers=HTMX).content.decode()

    client.post(url("export"), REASON)
    client.post(url("export"), REASON)
    job = Job.objects.get()
    queue.run(job.pk)
    job.refresh_from_db()

    assert (job.result, job.output.name) == ({"rows": 1}, "员工信息.xlsx")
    for action in ("employee.export_asked", "employee.exported"):
        assert AuditEntry.objects.get(action=action).reason == "消防检查"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("password", "not-my-password", "密码不正确，请重新输入。"),
        ("reason", "", "请填写原因。"),
        ("reason", "找 138 0013 8000", "请不要填写手机号或证件号"),
    ],
)
def test_without_password_and_reason_nothing_is_exported(
    clerk, sign_in, url, field, value, sentence
):
    answer = sign_in(clerk).post(url("export"), REASON | {field: value})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Job.objects.exists()
