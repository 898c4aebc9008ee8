"""批量导入 of staff through the browser's eyes: the dialog, the plan, the record, for whom."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from haina.accounts.permissions import Level, Section
from haina.jobs import queue
from haina.jobs.models import Job
from staff import tasks  # noqa: F401 - registers the jobs
from staff.models import Employee, StaffImport
from tests import make
from tests.staff.imports.workbooks import CHEN, HEADER, row, text

HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(sign_in, clerk, community, engineering):
    return sign_in(clerk)


@pytest.fixture
def send(client, url):
    """Upload rows as a text file, and run the job; the import's page."""

    def sent(*rows, name="员工.csv", once="once"):
        file = SimpleUploadedFile(name, text(rows).encode())
        answer = client.post(url("import"), {"once": once, "file": file})
        assert answer.status_code == 302
        queue.run(Job.objects.latest("pk").pk)
        return client.get(answer.headers["Location"])

    return sent


def figures(page) -> dict[str, int]:
    return {figure.label: figure.number for figure in page.context["figures"] if figure.number}


def test_the_dialog_says_what_the_guide_says(client, account, url):
    make.employee(account)
    make.employee(account)

    page = client.get(url("import"), headers=HTMX).content.decode()

    for told in (
        f'① <a href="{url("template")}" download>点击此处</a> 下载标准员工信息模板',
        "注：因企业微信限制，未认证企业最多可导入200人(当前2人)；您可<a",
        ">点击此处</a>前往“企业微信——我的企业——申请扩容”申请增加人数。",
        'href="https://work.weixin.qq.com/" target="_blank" rel="noopener noreferrer"',
        "② 导入员工信息Excel文档 (csv, xlsx格式)",
        "上传文件",
        "重新上传",
    ):
        assert told in page
    assert "<html" not in page


def test_the_note_tells_the_corps_own_limit(client, account, url):
    make.corp(account, user_limit=1000)

    assert "最多可导入1000人(当前0人)" in client.get(url("import")).content.decode()


def test_the_dialog_is_a_page_without_scripts(client, url):
    assert b"<html" in client.get(url("import")).content


def test_without_a_file_it_asks_for_one(client, url):
    answer = client.post(url("import"), {"once": "once"}, headers=HTMX)

    assert answer.status_code == 422
    assert "请先上传填写好的 Excel 文件。" in answer.content.decode()


def test_the_template_has_the_columns_and_imports_as_empty(client, account, url):
    response = client.get(url("template"))

    sheet = load_workbook(BytesIO(b"".join(response))).worksheets[0]
    assert [list(each) for each in sheet.values] == [HEADER]
    assert "工程部" in sheet["D1"].comment.text
    assert "腾讯小区" in sheet["A1"].comment.text
    assert "filename*=utf-8''" in response.headers["Content-Disposition"]


def test_a_clean_file_is_imported_at_once(send, client, account, url):
    page = send(CHEN, row(B="李四", G="13500000001"))

    assert figures(page) == {"新增员工": 2}
    assert Employee.objects.filter(account=account).count() == 2
    assert "导入记录" in client.get(url("imports")).content.decode()


def test_pressed_twice_it_is_imported_once(send):
    send(CHEN)
    send(CHEN)

    assert (StaffImport.objects.count(), Employee.objects.count()) == (1, 1)


def test_the_plan_is_shown_and_decided(send, client, url):
    send(CHEN)
    page = send(row(E="班长"), row(D="工程二部", G="13500000001"), once="other")
    shown = page.content.decode()

    for told in ("135*****00", "维修师父", "班长", "没有“工程二部”这个部门", "跳过"):
        assert told in shown
    assert "13500000000" not in shown
    imported = StaffImport.objects.latest("pk")
    decision = {"policy": "overwrite", "rows": "good", "plan": page.context["shown"]}
    client.post(url("import_decide", imported.pk), decision)
    queue.run(Job.objects.latest("pk").pk)

    assert Employee.objects.get().position == "班长"
    errors = b"".join(client.get(url("import_errors", imported.pk)))
    rows = list(load_workbook(BytesIO(errors)).worksheets[0].values)
    assert [rows[0][:9], rows[1][6]] == [tuple(HEADER), "13500000001"]
    assert rows[1][9].startswith("所属部门*：没有“工程二部”")


def test_a_plan_may_be_dropped(send, client, url):
    send(row(C="?"), CHEN)

    client.post(url("import_drop", StaffImport.objects.get().pk))

    assert (StaffImport.objects.get().state, Employee.objects.count()) == ("dropped", 0)


def test_an_import_is_taken_back_from_its_page(send, client, url):
    send(CHEN)
    imported = StaffImport.objects.get()
    question = client.get(url("import_undo", imported.pk), headers=HTMX).content.decode()
    assert "新增的 1 位员工会被移除" in question

    client.post(url("import_undo", imported.pk))
    queue.run(Job.objects.latest("pk").pk)

    assert "已撤销" in client.get(url("import_show", imported.pk)).content.decode()
    assert Employee.objects.count() == 0


def test_what_was_not_taken_back_is_listed(send, client, url):
    send(CHEN)
    employee = Employee.objects.get()
    Employee.objects.filter(pk=employee.pk).update(position="主管")
    imported = StaffImport.objects.get()

    client.post(url("import_undo", imported.pk))
    queue.run(Job.objects.latest("pk").pk)

    page = client.get(url("import_show", imported.pk)).content.decode()
    assert "陈三三 135*****00" in page
    assert url("show", employee.pk) in page
    assert "导入之后有人修改过，保持原样。" in page


@pytest.mark.parametrize("name", ["import", "template", "imports"])
def test_whoever_is_limited_to_communities_may_not(sign_in, limited, url, name):
    assert sign_in(limited).get(url(name)).status_code == 403


@pytest.mark.parametrize("act", ["decide", "drop", "undo"])
def test_nor_do_anything_with_an_import(send, sign_in, limited, url, act):
    send(CHEN)
    imported = StaffImport.objects.get()

    assert sign_in(limited).post(url(f"import_{act}", imported.pk)).status_code == 403


def test_whoever_may_only_look_sees_figures_and_nobody(send, sign_in, account, url):
    send(CHEN)
    send(row(E="班长"), once="other")
    looker = make.operator(account, "小看", sections={Section.STAFF: Level.VIEW})
    client, imported = sign_in(looker), StaffImport.objects.latest("pk")

    page = client.get(url("import_show", imported.pk)).content.decode()

    assert "陈三三" not in page
    assert "确认导入需要员工信息的管理权限" in page
    assert client.get(url("import")).status_code == 403
    assert client.post(url("import_decide", imported.pk)).status_code == 403


def test_who_lost_the_right_meanwhile_imports_nothing(client, clerk, account, community, url):
    file = SimpleUploadedFile("a.csv", text([CHEN]).encode())
    client.post(url("import"), {"once": "once", "file": file})
    clerk.communities.add(community)

    queue.run(Job.objects.latest("pk").pk)

    assert Employee.objects.count() == 0
    assert "没有导入任何内容。" in Job.objects.latest("pk").message


def test_an_import_of_another_account_is_not_there(sign_in, stranger, send, account):
    send(CHEN)
    imported = StaffImport.objects.get()

    page = f"/{stranger.account.slug}/staff/imports/{imported.pk}/"

    assert sign_in(stranger).get(page).status_code == 404


def test_no_job_and_no_record_names_anybody(send):
    send(CHEN, row(B="李四", G="135"), row(B="王五", D="13500000002", G="13500000002"))

    jobs = list(Job.objects.values())
    imports = list(StaffImport.objects.values("problems", "notes", "message", "counts", "actor"))
    assert StaffImport.objects.get().preview
    for canary in ("陈三三", "李四", "王五", "13500000000", "13500000002", "chen33"):
        assert canary not in f"{jobs} {imports}"
