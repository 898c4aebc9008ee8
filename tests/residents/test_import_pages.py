"""The page of an import at each of its stages, and 导入记录."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from haina.imports import service
from haina.jobs.models import BROKE, Job
from residents import removal
from residents.models import Import
from tests import make

HTMX = {"HX-Request": "true"}
COUNTS = {"rows": 9, "new": 2, "unchanged": 1, "fills": 1, "differs": 2, "nodes": 4}
COUNTS |= {"bad_rows": 2, "problems": 3}
CANARY = "金丝雀"


def person(row: int, **more) -> dict:
    known = {"name": CANARY, "identity": "业主", "phone": "137*****88", "address": "A 1 101"}
    return {"sheet": "住户信息", "row": row} | known | more


PREVIEW = {
    "new": [person(3)],
    "changed": [
        person(
            4,
            changes=[
                {"field": "性别", "before": "", "after": "女", "kind": "fill"},
                {"field": "姓名", "before": "旧名", "after": "新名", "kind": "overwrite"},
                {"field": "证件号", "before": "440*****01", "after": "", "kind": "clear"},
            ],
        )
    ],
    "unchanged": [person(5)],
}
PROBLEM = {"sheet": "住户信息", "row": 6, "column": "E", "code": "x", "message": "手机：请更正"}


@pytest.fixture
def planned(community, operator):
    """An import that waits for its decision, with an error workbook."""
    return make.imported(
        community,
        asked_by=operator,
        state=Import.State.PLANNED,
        counts=COUNTS,
        preview=json.dumps(PREVIEW),
        problems=[PROBLEM],
        notes=["已忽略 2 列模板之外的内容。"],
        upload=make.stored_file(community.account),
        errors=make.stored_file(community.account, b"PK-errors", name="错误工作簿.xlsx"),
    )


@pytest.fixture
def at(planned):
    """The import at another stage."""

    def change(state: str = "", **fields) -> Import:
        Import.objects.filter(pk=planned.pk).update(state=state or planned.state, **fields)
        return planned

    return change


@pytest.fixture
def show(sign_in, url, planned):
    def page_for(who, **kinds):
        return sign_in(who).get(url("import_show", planned.pk), **kinds)

    return page_for


def text(page) -> str:
    return " ".join(page.content.decode().split())


def viewer(account, **fields):
    sections = {Section.RESIDENTS: Level.MANAGE if fields else Level.VIEW}
    return make.operator(account, "小看", sections=sections, fields=fields)


def test_a_plan_says_what_would_happen(show, operator, url, planned):
    page = show(operator)

    numbers = [(figure.label, figure.number) for figure in page.context["figures"]]
    assert numbers == [
        ("新增住户", 2),
        ("可更新住户", 3),
        ("没有变化", 1),
        ("新建楼栋节点", 4),
        ("有问题的行", 2),
    ]
    for told in ("手机：请更正", "已忽略 2 列模板之外的内容。", "137*****88", "还有 2 处没有列出"):
        assert told in text(page)
    assert url("import_errors", planned.pk) in text(page)


def test_a_change_is_shown_with_before_and_after(show, operator):
    page = text(show(operator))

    assert "补全</span> 性别：<del>空</del>" in page
    assert "覆盖</span> 姓名：<del>旧名</del>" in page
    assert "<ins>新名</ins>" in page
    assert "清除</span> 证件号：<del>440*****01</del>" in page


def test_a_plan_says_until_when_it_is_kept(show, operator, planned):
    for ends in (timezone.now() + timedelta(hours=48), timezone.now() + timedelta(hours=2)):
        planned.upload.expires_at = ends
        planned.upload.save()
        kept = min(planned.created_at + timedelta(days=1), ends)
        assert f"{timezone.localtime(kept):%Y-%m-%d %H:%M}" in text(show(operator))


def test_the_policies_say_what_they_do_in_numbers(show, operator):
    page = text(show(operator))

    assert "已有的 3 位住户保持原样。" in page
    assert "3 位换成文件里的内容。" in page
    assert "1 位补全，2 位与文件不同的内容保持原样。" in page
    assert "有问题的 2 行不导入" in page


def test_a_plan_asks_only_what_is_open(show, operator, at):
    at(counts=COUNTS | {"fills": 0, "differs": 0, "bad_rows": 0, "problems": 0})

    page = text(show(operator))

    assert 'name="policy"' not in page
    assert 'name="rows"' not in page


def test_where_nothing_is_right_there_is_nothing_to_import(show, operator, at):
    at(counts={"rows": 2, "bad_rows": 2, "problems": 3})

    assert '<button class="btn btn-primary">' not in text(show(operator))


@pytest.mark.parametrize("state", [Import.State.PLANNED, Import.State.APPLIED])
def test_rows_are_for_those_who_may_change_every_field(show, account, at, state):
    at(state)

    page = text(show(viewer(account, phone=Level.VIEW)))

    hidden = [CANARY, "137*****88", "新名", "手机：请更正", "模板之外的内容"]
    hidden += ["错误工作簿", "/decide/", "/undo/"]
    assert [leak for leak in hidden if leak in page] == []
    assert "新增住户" in page


def test_a_decision_makes_one_job(sign_in, operator, planned, url):
    client, decision = sign_in(operator), {"policy": "overwrite", "rows": "good"}

    answers = [client.post(url("import_decide", planned.pk), decision) for _ in range(2)]

    job = Job.objects.get()
    told = {"import": planned.pk, "policy": "overwrite", "good_rows_only": True}
    assert (job.kind, job.payload) == (Import.KIND + service.APPLY, told)
    assert [answer.url for answer in answers] == [url("import_show", planned.pk)] * 2


def test_a_decision_on_a_plan_that_was_not_shown_is_refused(sign_in, operator, at, url):
    imported = at(digest=b"\x01" * 32)
    client, address = sign_in(operator), url("import_decide", imported.pk)
    decision = {"policy": "overwrite", "rows": "good"}
    shown = "01" * 32
    assert f'name="plan" value="{shown}"' in text(client.get(url("import_show", imported.pk)))

    at(digest=b"\x02" * 32)
    page = client.post(address, decision | {"plan": shown})

    assert page.status_code == 422
    assert "方案已更新，请核对后再确认。" in text(page)
    assert chosen_on(page) == decision | {"plan": "02" * 32}
    assert Job.objects.count() == 0
    client.post(address, decision | {"plan": "02" * 32})
    assert Job.objects.count() == 1


def chosen_on(page) -> dict:
    """What the form of a plan would send as it stands."""
    tree = html.fromstring(page.content.decode())
    inputs = tree.xpath("//form//input[@type='radio' and @checked or @name='plan']")
    return {field.get("name"): field.get("value") for field in inputs}


def test_undoing_what_has_neither_job_nor_file_is_a_light_job(sign_in, operator, at, url):
    imported = at(Import.State.APPLIED, upload=None, counts={"created": 1})

    sign_in(operator).post(url("import_undo", imported.pk))

    assert [job.heavy for job in Job.objects.all()] == [False]


def test_a_decision_about_problems_must_be_made(sign_in, operator, planned, url):
    address = url("import_decide", planned.pk)

    answer = sign_in(operator).post(address, {"policy": "fill"}, headers=HTMX)

    assert answer.status_code == 422
    assert "请选择怎样处理有问题的行。" in text(answer)
    assert b"<html" not in answer.content
    assert Job.objects.count() == 0


@pytest.mark.parametrize("policy", ["", "everything"])
def test_a_policy_that_is_none_is_refused(sign_in, operator, planned, url, policy):
    told = {"policy": policy, "rows": "good"}

    answer = sign_in(operator).post(url("import_decide", planned.pk), told)

    assert (answer.status_code, Job.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("name", "told"),
    [("import_drop", {}), ("import_decide", {"policy": "fill", "rows": "none"})],
)
def test_a_plan_is_dropped(sign_in, operator, planned, url, name, told):
    page = sign_in(operator).post(url(name, planned.pk), told, follow=True)

    planned.refresh_from_db()
    assert (planned.state, Job.objects.count()) == (Import.State.DROPPED, 0)
    assert "已放弃" in text(page)
    assert CANARY not in text(page)


def test_who_decides_second_is_told(sign_in, operator, at, url):
    imported = at(Import.State.DROPPED)

    page = sign_in(operator).post(
        url("import_decide", imported.pk), {"policy": "fill", "rows": "good"}, follow=True
    )

    assert "该导入已不在待确认状态" in text(page)
    assert Job.objects.count() == 0


@pytest.mark.parametrize("name", ["import_decide", "import_drop", "import_undo", "import_errors"])
def test_acts_need_the_right_to_every_field(sign_in, account, planned, url, name):
    client = sign_in(viewer(account, phone=Level.VIEW))
    act = client.get if name == "import_errors" else client.post

    assert act(url(name, planned.pk), {"policy": "fill", "rows": "good"}).status_code == 403

    planned.refresh_from_db()
    assert (planned.state, Job.objects.count()) == (Import.State.PLANNED, 0)


EVERY = ["import_show", "import_decide", "import_drop", "import_undo", "import_errors"]


@pytest.mark.parametrize("name", EVERY)
def test_imports_outside_the_scope_are_not_found(sign_in, operator, account, stranger, url, name):
    second = make.community(account, "深圳小区")
    foreign = make.community(stranger.account, "别家二期")
    client = sign_in(operator)

    for community in (second, foreign):
        outside = make.imported(community, errors=make.stored_file(community.account))
        act = client.get if name in ("import_show", "import_errors") else client.post
        assert act(url(name, outside.pk), {"policy": "fill"}).status_code == 404
    assert Job.objects.count() == 0


def test_a_plan_expires(show, operator, at):
    at(created_at=timezone.now() - timedelta(hours=25))

    page = text(show(operator))

    assert "导入方案只保留一天" in page
    assert "/decide/" not in page


def test_a_working_import_shows_its_progress(show, operator, planned, account):
    job = make.job(operator, Import.KIND + service.APPLY, phase="正在写入")
    Import.objects.update(job=job)

    page = show(operator, headers=HTMX)

    assert "正在写入" in text(page)
    assert reverse("jobs:cancel", args=[account.slug, job.pk]) in text(page)
    assert b"<html" not in page.content


def test_a_colleague_sees_the_progress_and_cannot_cancel(show, operator, creator, account):
    job = make.job(operator, Import.KIND + service.APPLY, phase="正在写入")
    Import.objects.update(job=job)

    page = text(show(creator))

    assert "正在写入" in page
    assert reverse("jobs:cancel", args=[account.slug, job.pk]) not in page
    assert reverse("jobs:progress", args=[account.slug, job.pk]) not in page


def test_who_polls_goes_on_when_the_job_is_over(show, operator, url, planned):
    answer = show(operator, headers=HTMX)

    assert answer.headers["HX-Redirect"] == url("import_show", planned.pk)


def test_a_job_that_broke_off_leaves_the_plan(show, operator):
    job = make.job(
        operator, Import.KIND + service.APPLY, state=Job.State.FAILED, message="系统出错"
    )
    Import.objects.update(job=job)

    page = text(show(operator))

    assert "系统出错" in page
    assert "/decide/" in page


def test_a_plan_that_was_made_again_says_so(show, operator):
    assert "请确认后导入" in text(show(operator))

    decision = {"policy": "overwrite", "good_rows_only": True}
    job = make.job(operator, Import.KIND + service.APPLY, state=Job.State.DONE, payload=decision)
    Import.objects.update(job=job)

    page = show(operator)
    assert "方案已更新，请再次确认" in text(page)
    assert chosen_on(page) == {"policy": "overwrite", "rows": "good", "plan": ""}


def test_what_was_not_asked_before_is_not_chosen_for_anybody(show, operator):
    decision = {"policy": "skip", "good_rows_only": False}
    job = make.job(operator, Import.KIND + service.APPLY, state=Job.State.DONE, payload=decision)
    Import.objects.update(job=job)

    assert chosen_on(show(operator)) == {"policy": "skip", "plan": ""}


def test_what_changed_nothing_says_so_and_has_nothing_to_undo(sign_in, operator, at, url):
    unchanged = {"created": 0, "updated": 0, "nodes_created": 0, "skipped": 3, "unchanged": 1}
    imported = at(Import.State.APPLIED, counts=unchanged)
    client = sign_in(operator)

    page, listed = client.get(url("import_show", imported.pk)), client.get(url("imports"))

    assert "没有任何变化" in text(page)
    assert "导入成功" not in text(page)
    assert "没有变化" in text(listed)
    assert [url("import_undo", imported.pk) in text(each) for each in (page, listed)] == [False] * 2
    refused = client.post(url("import_undo", imported.pk), follow=True)
    assert "没有写入数据" in text(refused)
    assert Job.objects.count() == 0


def test_the_job_leads_to_its_import(sign_in, operator, creator, planned, url):
    job = make.job(operator, Import.KIND + service.UNDO, payload={"import": planned.pk})

    answer = sign_in(operator).get(url("import_job", job.pk))

    assert answer.url == url("import_show", planned.pk)
    assert sign_in(creator).get(url("import_job", job.pk)).status_code == 404


def test_an_applied_import_tells_its_figures(show, operator, at, url):
    done = {"created": 2, "updated": 3, "skipped": 1, "nodes_created": 4}
    imported = at(Import.State.APPLIED, counts=COUNTS | done, policy=Import.Policy.OVERWRITE)

    page = show(operator)

    assert [f.number for f in page.context["figures"]] == [2, 3, 1, 1, 4, 2]
    assert "已有住户：覆盖" in text(page)
    assert url("import_undo", imported.pk) in text(page)
    assert f"import={imported.pk}" in text(page)
    assert "没有导入的行" in text(page)


def test_undoing_asks_first_and_makes_one_job(sign_in, operator, at, url):
    imported = at(Import.State.APPLIED, counts=COUNTS | {"created": 2, "updated": 0})
    client, address = sign_in(operator), url("import_undo", imported.pk)

    asked = client.get(address, headers=HTMX)
    assert "新增的 2 位住户会被移除。" in text(asked)
    assert "更新的" not in text(asked)  # nobody was
    assert Job.objects.count() == 0

    for _ in range(2):
        client.post(address)
    assert [job.kind for job in Job.objects.all()] == [Import.KIND + service.UNDO]


def test_what_was_not_undone_is_listed(sign_in, operator, account, community, at, url):
    resident = make.resident(community, "丁栋 2 202", name=CANARY)
    node = make.node(community, "丙栋 3 303")
    gone = 2_000_000_000
    left = [{"resident": resident.pk, "why": "changed"}, {"node": node.pk, "why": "inhabited"}]
    left += [{"resident": gone, "why": "gone"}]
    imported = at(Import.State.UNDONE, not_undone=left, undone_by="小何", undone_at=timezone.now())
    address = url("import_show", imported.pk)

    page = text(sign_in(operator).get(address))
    assert CANARY in page
    assert url("show", resident.pk) in page
    assert "丙栋 3 303" in page
    assert "导入之后有人修改过，保持原样。" in page
    assert "里面有住户或下级，没有删除。" in page

    blind = viewer(account, name=Level.NONE, address=Level.NONE)
    page = text(sign_in(blind).get(address))
    assert [leak for leak in (CANARY, "丁栋", "丙栋") if leak in page] == []


def test_who_waits_in_the_bin_is_named_without_a_page(sign_in, operator, community, at, url):
    resident = make.resident(community, "丁栋 2 202", name=CANARY)
    removal.remove(
        community, [resident.pk], by=Actor.command(community.account), now=timezone.now()
    )
    left = [{"resident": resident.pk, "why": "deleted"}]
    imported = at(Import.State.UNDONE, not_undone=left, undone_at=timezone.now())

    page = text(sign_in(operator).get(url("import_show", imported.pk)))

    assert CANARY in page
    assert "导入之后被删除，仍在回收站里，保持原样。" in page
    assert url("show", resident.pk) not in page


def test_what_was_not_undone_takes_the_same_number_of_questions(
    sign_in, operator, community, at, url, django_assert_num_queries
):
    three = [make.resident(community, f"C {n} 1").pk for n in range(3)]
    left = [{"resident": pk, "why": "changed"} for pk in three]
    imported = at(Import.State.UNDONE, not_undone=left[:1], undone_at=timezone.now())
    client, address = sign_in(operator), url("import_show", imported.pk)
    count = queries_of(client, address)

    at(Import.State.UNDONE, not_undone=left)

    with django_assert_num_queries(count):
        client.get(address)


def test_what_could_not_be_undone_of_others_is_not_named(sign_in, operator, stranger, at, url):
    foreign = make.resident(make.community(stranger.account, "别家二期"), name=CANARY)
    binned = make.resident(foreign.community, f"{CANARY} 2 202", name=CANARY)
    removal.remove(
        foreign.community, [binned.pk], by=Actor.command(stranger.account), now=timezone.now()
    )
    left = [{"resident": foreign.pk, "why": "changed"}, {"resident": binned.pk, "why": "deleted"}]
    left += [{"node": binned.room_id, "why": "inhabited"}]
    imported = at(Import.State.UNDONE, not_undone=left, undone_at=timezone.now())

    assert CANARY not in text(sign_in(operator).get(url("import_show", imported.pk)))


def test_a_refused_import_says_why(show, operator, at):
    at(Import.State.REFUSED, message="文件已损坏或不完整。", counts={"problems": 1})

    page = text(show(operator))

    assert "文件已损坏或不完整。" in page
    assert "重新上传" in page


def test_the_error_workbook_is_handed_out_and_noted(sign_in, operator, planned, url):
    answer = sign_in(operator).get(url("import_errors", planned.pk))

    assert b"".join(answer) == b"PK-errors"
    assert "no-store" in answer.headers["Cache-Control"]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.ids) == ("import.errors_exported", [planned.pk])


def test_an_error_workbook_that_is_over_is_gone(sign_in, operator, planned, url):
    planned.errors.expires_at = timezone.now() - timedelta(hours=1)
    planned.errors.save()

    assert sign_in(operator).get(url("import_errors", planned.pk)).status_code == 404
    assert url("import_errors", planned.pk) not in text(
        sign_in(operator).get(url("import_show", planned.pk))
    )
    assert not AuditEntry.objects.filter(action="import.errors_exported").exists()


def test_the_history_is_everybodys(sign_in, operator, creator, account, planned, url):
    for who in (operator, creator, viewer(account)):
        page = text(sign_in(who).get(url("imports")))
        for told in ("住户.xlsx", "小何", "腾讯小区", "待确认", url("import_show", planned.pk)):
            assert told in page


def test_the_history_ends_at_the_scope(sign_in, operator, account, stranger, planned, url):
    make.imported(make.community(account, "深圳小区"), file_name="外面.xlsx")
    make.imported(make.community(stranger.account, "别家二期"), file_name="别家.xlsx")

    page = sign_in(operator).get(url("imports"))

    assert [imported.pk for imported in page.context["imports"]] == [planned.pk]


def test_the_history_offers_workbooks_and_undoing_to_those_who_may(
    sign_in, operator, account, at, url
):
    imported = at(Import.State.APPLIED, counts=COUNTS | {"created": 1})
    offers = [url("import_errors", imported.pk), url("import_undo", imported.pk)]

    page = text(sign_in(operator).get(url("imports")))
    assert [offer in page for offer in offers] == [True, True]

    page = text(sign_in(viewer(account)).get(url("imports")))
    assert [offer in page for offer in offers] == [False, False]


def test_the_history_says_why_nothing_was_imported(sign_in, operator, community, url):
    make.imported(community, state=Import.State.REFUSED, message="文件已损坏，无法读取。")
    for state, message in ((Job.State.CANCELLED, ""), (Job.State.FAILED, str(BROKE))):
        job = make.job(operator, Import.KIND, state=state, message=message)
        make.imported(community, job=job)

    page = sign_in(operator).get(url("imports"))

    assert [imported.label for imported in page.context["imports"]] == [
        "未导入",
        "已取消",
        "未导入",
    ]
    for why in (
        "文件已损坏，无法读取。",
        "没有导入任何内容。需要时请重新上传。",
        "系统出错，没有导入任何内容，错误已记录。请重新上传；再次出错时请联系海纳小助手。",
    ):
        assert why in text(page)


def test_a_job_that_broke_off_while_reading_says_what_to_do(show, operator, at):
    job = make.job(operator, Import.KIND, state=Job.State.FAILED, message=str(BROKE))
    at(Import.State.READING, job=job, preview="")

    page = text(show(operator))

    assert "导入时出错" in page
    assert "请重新上传；" in page
    assert "正在读取" not in page


def test_the_history_of_one_community(sign_in, operator, creator, account, planned, url):
    other = make.community(account, "深圳小区")
    make.imported(other, file_name="外面.xlsx")
    client = sign_in(creator)

    page = client.get(url("imports", community=planned.community_id))
    assert [imported.pk for imported in page.context["imports"]] == [planned.pk]
    empty = client.get(url("imports", community=make.community(account, "滨海小区").pk))
    assert "这个小区还没有导入过" in text(empty)

    client = sign_in(operator)
    for outside in (other.pk, 10**9, "x"):
        assert client.get(url("imports", community=outside)).status_code == 404


def test_the_history_asks_the_same_number_of_questions(
    sign_in, operator, community, planned, url, django_assert_num_queries
):
    client = sign_in(operator)
    count = queries_of(client, url("imports"))
    for _ in range(3):
        job = make.job(operator, Import.KIND + service.APPLY)
        stored = make.stored_file(community.account)
        make.imported(community, job=job, upload=stored, errors=stored, asked_by=operator)

    with django_assert_num_queries(count):
        client.get(url("imports"))


def queries_of(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def test_the_history_is_newest_first_and_has_pages(sign_in, operator, community, planned, url):
    newest = [make.imported(community, file_name=f"{n}.xlsx") for n in range(31)][-1]

    page = sign_in(operator).get(url("imports"), headers=HTMX)

    assert page.context["imports"][0].pk == newest.pk
    assert "下一页" in text(page)
    assert b"<html" not in page.content


def test_an_empty_history_says_what_to_do(sign_in, operator, url):
    assert "还没有导入过" in text(sign_in(operator).get(url("imports")))
