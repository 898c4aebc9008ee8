"""批量导入 through the browser's eyes: the dialog, one job, and what is told of it."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from haina.accounts import services
from haina.accounts.audit import Actor
from haina.accounts.permissions import Level, Section
from haina.jobs import queue
from haina.jobs.models import Job, StoredFile
from residents.models import Import, Resident
from tests import make
from tests.residents.imports.workbooks import FOUR, HEADER, LI, ZHANG, counts, row

HTMX = {"HX-Request": "true"}


def figures(page) -> dict[str, int]:
    """What the page shows, less what is nought."""
    return {figure.label: figure.number for figure in page.context["figures"] if figure.number}


def clerk_without(account, field, level=Level.VIEW):
    sections = {Section.RESIDENTS: Level.MANAGE}
    return make.operator(account, "小缺", sections=sections, fields={field: level})


def test_the_dialog_shows_both_steps(sign_in, operator, community, url):
    page = sign_in(operator).get(url("import"), headers=HTMX).content.decode()

    assert "选择并下载小区信息模板" in page
    assert "导入住户信息Excel文档 (.xls, .xlsx格式, 20MB以内)" in page
    assert f"{url('template')}?community={community.pk}" in page
    assert "<html" not in page


def test_the_dialog_tells_the_policies_and_how_to_clear(sign_in, operator, url):
    page = sign_in(operator).get(url("import"), headers={"HX-Request": "true"}).content.decode()

    for told in ("跳过、补全空白或覆盖", "填“-”，选择覆盖时清除", "只导入正确的行，或都不导入"):
        assert told in page


def test_without_a_community_there_is_no_template(sign_in, operator, url):
    page = sign_in(operator).get(url("import") + "?community=").content.decode()

    assert url("template") not in page


def test_the_dialog_is_a_page_without_scripts(sign_in, operator, community, url):
    assert b"<html" in sign_in(operator).get(url("import")).content


def test_without_scripts_a_button_chooses_the_community(sign_in, account, operator, url):
    other = make.community(account, "深圳小区")
    operator.communities.add(other)

    page = sign_in(operator).post(url("import"), {"community": other.pk, "choose": "1"})

    assert (page.status_code, Job.objects.count()) == (200, 0)
    assert url("template", community=other.pk) in page.content.decode()
    assert not page.context["form"].is_bound


def test_the_template_is_the_communitys(sign_in, operator, community, url):
    response = sign_in(operator).get(url("template", community=community.pk))

    rows = load_workbook(BytesIO(b"".join(response))).worksheets[0].values
    assert [list(each) for each in rows][1] == HEADER
    assert "filename*=utf-8''" in response.headers["Content-Disposition"]


def test_the_template_tells_the_policies_and_how_to_clear(sign_in, operator, community, url):
    answer = sign_in(operator).get(url("template", community=community.pk))

    sheet = load_workbook(BytesIO(b"".join(answer))).active
    notes = {cell.value: cell.comment.text for cell in sheet[2]}
    assert "跳过、补全空白或覆盖" in notes["手机"]
    assert "填“-”" in notes["性别"]
    assert "填“-”" in notes["证件号 (如身份证, 护照)"]


def test_an_upload_makes_one_job(sign_in, operator, account, community, post, url):
    response = post(sign_in(operator))

    job = Job.objects.get()
    assert response.url == url("import_show", Import.objects.get().pk)
    assert (job.kind, job.asked_by, job.state) == (Import.KIND, operator, "waiting")
    imported = Import.objects.get()
    assert job.payload == {"import": imported.pk}
    assert (imported.job, imported.state) == (job, "reading")
    assert (imported.upload.account, imported.file_name) == (account, "腾讯小区住户信息.xlsx")
    assert Resident.objects.count() == 0


def test_an_upload_by_htmx_sends_the_browser_on(sign_in, operator, post, url):
    response = post(sign_in(operator), headers=HTMX)

    assert response.headers["HX-Redirect"] == url("import_show", Import.objects.get().pk)


def test_a_double_click_makes_one_job(sign_in, operator, post):
    client = sign_in(operator)

    answers = {post(client, content=b"the same").url for _ in range(2)}

    assert len(answers) == 1
    assert Job.objects.count() == Import.objects.count() == StoredFile.objects.count() == 1


def test_a_corrected_file_in_the_same_form_is_another_job(sign_in, operator, post):
    client = sign_in(operator)

    post(client, row(E="2121"))
    post(client, ZHANG)

    assert Job.objects.count() == 2


def test_the_result_is_shown(sign_in, operator, imported):
    page = imported(sign_in(operator), *FOUR)

    assert figures(page) == {"新增住户": 4, "新建楼栋节点": 8}
    assert "导入成功" in page.content.decode()
    assert Resident.objects.count() == 4


def test_importing_again_shows_no_change(sign_in, operator, imported):
    imported(sign_in(operator), once="1")

    page = imported(sign_in(operator), once="2")

    assert figures(page) == {"没有变化": 4}
    assert "没有任何变化" in page.content.decode()


def test_problems_are_listed_and_nothing_is_written(sign_in, operator, imported, account):
    before = counts()

    page = imported(sign_in(operator), row(LI, E="2121")).content.decode()

    assert "手机：手机号格式不正确" in page
    assert ">住户信息<" in page
    assert ">E<" in page
    assert "2121<" not in page
    assert counts() == before


def test_only_the_first_problems_are_kept(sign_in, operator, imported):
    page = imported(sign_in(operator), *[row(E="2121")] * 1001)

    kept = Import.objects.get()
    assert (len(kept.problems), kept.counts["problems"]) == (200, 1001)
    assert len(page.context["problems"]) == 50
    assert "还有 951 处没有列出" in page.content.decode()


def test_a_job_keeps_nothing_personal_of_what_was_wrong(sign_in, operator, imported):
    bad = row(A="金丝雀" * 20, E="137000077", F=440304198511080000)
    imported(sign_in(operator), bad, row(B="金丝雀", D="金丝雀"))

    job = Job.objects.values("message", "result", "payload", "phase").get()
    assert not [leak for leak in ("金丝雀", "137000077", "4403041985") if leak in str(job)]


def test_a_refused_file_is_told(sign_in, operator, imported):
    page = imported(sign_in(operator), content=b"PK\x03\x04 no zip").content.decode()

    assert "文件已损坏或不完整" in page


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"x" * (21 * 1024 * 1024), "文件超过 20 MB"), (b"", "文件是空的")],
)
def test_the_form_refuses_at_once(sign_in, operator, community, url, content, reason):
    file = SimpleUploadedFile("大.xlsx", content)
    told = {"community": community.pk, "once": "o", "file": file}

    response = sign_in(operator).post(url("import"), told)

    assert response.status_code == 422
    assert reason in response.content.decode()
    assert Job.objects.count() == StoredFile.objects.count() == 0


def test_a_form_without_community_and_file_says_so(sign_in, operator, community, url):
    response = sign_in(operator).post(url("import"), {"once": "o"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"community", "file"}


def test_a_community_outside_the_scope_is_no_choice(sign_in, account, operator, post, url):
    other = make.community(account, "深圳小区")
    file = SimpleUploadedFile("住户.xlsx", b"x")

    answer = sign_in(operator).post(
        url("import"), {"community": other.pk, "once": "o", "file": file}
    )

    assert answer.status_code == 422
    assert sign_in(operator).get(url("template", community=other.pk)).status_code == 404
    assert Job.objects.count() == 0


def test_a_stranger_finds_nothing(sign_in, operator, stranger, post, url):
    post(sign_in(operator))
    job = Job.objects.get()
    own = reverse("residents:import_job", args=[stranger.account.slug, job.pk])
    show = url("import_show", Import.objects.get().pk)

    for address in (url("import"), show, url("import_job", job.pk), url("template"), own):
        assert sign_in(stranger).get(address).status_code == 404
    assert post(sign_in(stranger)).status_code == 404
    assert Job.objects.count() == 1


@pytest.mark.parametrize("level", [Level.NONE, Level.VIEW])
@pytest.mark.parametrize("field", ["name", "gender", "identity", "phone", "id_number", "address"])
def test_without_one_of_the_fields_nothing_can_be_imported(
    sign_in, account, community, post, url, field, level
):
    client = sign_in(clerk_without(account, field, level))

    assert client.get(url("import")).status_code == 403
    assert client.get(url("template", community=community.pk)).status_code == 403
    assert post(client).status_code == 403
    assert Job.objects.count() == 0


def test_whoever_only_views_residents_imports_none(sign_in, account, community, post, url):
    viewer = make.operator(account, "小看", sections={Section.RESIDENTS: Level.VIEW})

    assert sign_in(viewer).get(url("import")).status_code == 403
    assert post(sign_in(viewer)).status_code == 403


def test_a_field_that_was_taken_away_stops_the_job(sign_in, account, operator, post, url):
    post(sign_in(operator))
    sections, fields = {Section.RESIDENTS: Level.MANAGE}, {"name": Level.VIEW}
    by, now = Actor.command(account), timezone.now()
    services.set_rights(operator, sections=sections, fields=fields, by=by, now=now)

    queue.run(Job.objects.get().pk)

    job = Job.objects.get()
    assert (job.state, Resident.objects.count()) == ("failed", 0)
    assert "没有导入权限" in job.message


def test_a_community_that_was_taken_away_stops_the_job(sign_in, account, operator, post):
    post(sign_in(operator))
    operator.communities.set([make.community(account, "深圳小区")])

    queue.run(Job.objects.get().pk)

    assert (Job.objects.get().state, Resident.objects.count()) == ("failed", 0)


def test_a_cancelled_import_says_so(sign_in, operator, post, url, account):
    client = sign_in(operator)
    post(client)
    job = Job.objects.get()
    before = counts()

    client.post(reverse("jobs:cancel", args=[account.slug, job.pk]))
    queue.run(job.pk)
    page = client.get(url("import_job", job.pk), follow=True)

    assert page.status_code == 200
    assert "已取消" in page.content.decode()
    assert "没有导入任何内容。" in page.content.decode()
    assert counts() == before


def test_an_upload_whose_time_is_over_is_told(sign_in, operator, post, url):
    post(sign_in(operator))
    StoredFile.objects.all().delete()

    queue.run(Job.objects.get().pk)

    page = sign_in(operator).get(url("import_show", Import.objects.get().pk)).content.decode()
    assert "上传的文件已过期，请重新上传。" in page


def test_a_waiting_import_shows_its_progress(sign_in, operator, post, url):
    post(sign_in(operator))

    page = sign_in(operator).get(url("import_show", Import.objects.get().pk), headers=HTMX)

    assert "排队中" in page.content.decode()
    assert b"<html" not in page.content
    assert "HX-Request" in page.headers["Vary"]


def test_a_page_from_history_is_whole(sign_in, operator, imported, url):
    imported(sign_in(operator))
    back = HTMX | {"HX-History-Restore-Request": "true"}

    page = sign_in(operator).get(url("import_show", Import.objects.get().pk), headers=back)

    assert b"<html" in page.content
