"""A plan that needs a decision: shown, decided once, planned again when the community changed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.accounts.models import AuditEntry
from haina.imports import jobs, service
from haina.jobs import queue
from haina.jobs.models import Job, JobRefused
from residents import services
from residents.imports.importer import IMPORTER
from residents.models import Import, Resident
from tests import make
from tests.residents.imports.workbooks import (
    FOUR,
    LI,
    LIU,
    WANG,
    ZHANG,
    Told,
    book,
    counts,
    decide,
    on_file,
    row,
    start,
    upload,
)


@pytest.fixture
def planned(importing):
    """张三 is on file without a gender; a file names him otherwise, and 李四 anew."""
    importing(row(B=None))
    return importing(row(A="张三丰"), LI)


def first(community) -> tuple:
    return on_file(community)[0][:2]


def test_a_file_that_overwrites_something_waits_for_a_decision(planned):
    assert (planned.state, planned.job.state) == ("planned", "done")
    wanted = {"rows": 2, "new": 1, "unchanged": 0, "fills": 0, "differs": 1, "nodes": 1}
    assert planned.counts == wanted | {"bad_rows": 0, "problems": 0}
    assert counts() == (1, 4)


def test_a_file_that_only_fills_blanks_is_applied_at_once(community, importing):
    importing(row(B=None, F=None))

    told = importing(ZHANG, LI)

    assert (told.state, told.policy, told.created, told.updated) == ("applied", "fill", 1, 1)
    assert first(community) == ("张三", "male")


@pytest.mark.parametrize(
    ("policy", "person", "updated", "skipped"),
    [
        ("skip", ("张三", ""), 0, 1),
        ("fill", ("张三", "male"), 1, 0),
        ("overwrite", ("张三丰", "male"), 1, 0),
    ],
)
def test_each_policy_does_its_part(community, planned, policy, person, updated, skipped):
    told = decide(planned, policy)

    assert (told.state, told.policy, told.job.state) == ("applied", policy, "done")
    assert (told.created, told.updated, told.skipped, told.nodes_created) == (
        1,
        updated,
        skipped,
        1,
    )
    assert first(community) == person


def test_the_preview_tells_before_and_after_masked(planned):
    shown = planned.shown

    (changed,) = shown["changed"]
    assert changed == {
        "sheet": "住户信息",
        "row": 3,
        "name": "张三丰",
        "fact": "业主",
        "phone": "189*****21",
        "place": "A 1 101",
        "changes": [
            {"field": "姓名", "before": "张三", "after": "张三丰", "kind": "overwrite"},
            {"field": "性别", "before": "", "after": "男", "kind": "fill"},
        ],
    }
    assert [each["name"] for each in shown["new"]] == ["李四"]
    assert shown["unchanged"] == []


def test_the_preview_masks_id_numbers_and_names_what_goes(importing):
    importing(LIU)

    told = importing(row(LIU, C="业主", D=None, F="E12345678"))

    changes = told.shown["changed"][0]["changes"]
    assert [(each["field"], each["kind"]) for each in changes] == [
        ("身份", "overwrite"),
        ("租约到期时间", "clear"),
        ("证件号", "overwrite"),
    ]
    assert changes[2]["after"] == "E12****78"
    assert "440304199003080002" not in told.preview


def test_only_the_first_rows_are_shown_and_all_are_counted(importing):
    importing(ZHANG)
    others = [row(E=f"1380000{number:04d}") for number in range(60)]

    told = importing(row(A="张三丰"), *others)

    assert (len(told.shown["new"]), told.counts["new"]) == (50, 60)


def test_the_preview_is_sealed_and_goes_with_the_plan(planned):
    stored = Import.objects.filter(pk=planned.pk).extra(select={"raw": "preview"}).values("raw")
    assert "张三丰".encode() not in bytes(stored[0]["raw"])

    assert decide(planned).preview == ""


def test_a_dash_clears_an_optional_field(community, importing):
    importing(ZHANG)

    told = decide(importing(row(B="－", F="-")))

    assert told.updated == 1
    assert on_file(community)[0][1] == on_file(community)[0][5] == ""


@pytest.mark.parametrize("letter", ["A", "C", "E"])
def test_a_dash_clears_nothing_that_is_required(refused, letter):
    assert refused(row(**{letter: "—"}), LI) == [(f"{letter}3", "cannot_clear")]


def test_good_rows_are_imported_beside_bad_ones_if_wanted(community, importing):
    told = importing(ZHANG, row(LI, E="2121"))
    assert (told.state, counts()) == ("planned", (0, 1))
    now = timezone.now()
    by = Actor.of(make.creator_of(community.account))
    with pytest.raises(service.ProblemsLeft):
        service.decide(
            told.imported,
            policy="fill",
            good_rows_only=False,
            shown=service.token_of(told.imported),
            by=by,
            now=now,
        )

    told = decide(told, "fill", good_rows_only=True)

    assert (told.state, told.good_rows_only, told.created) == ("applied", True, 1)
    assert [each[0] for each in on_file(community)] == ["张三"]


def test_a_plan_that_no_longer_holds_is_shown_anew(community, planned):
    zhang = Resident.objects.get()
    by, now = Actor.command(community.account), timezone.now()
    services.correct(zhang, gender="female", by=by, now=now)
    before = counts()

    told = decide(planned)

    assert (told.state, told.job.state, counts()) == ("planned", "done", before)
    assert told.notes[0] == "小区的数据在确认前有变化，请核对后重新确认。"
    assert told.shown["changed"][0]["changes"][1]["before"] == "女"
    assert decide(told).state == "applied"
    assert first(community) == ("张三丰", "male")


def test_a_plan_whose_new_resident_came_meanwhile_is_shown_anew(community, planned):
    make.resident(community, "A 1 102", name="李四", phone="+8613625895630")

    told = decide(planned)

    assert (told.state, told.counts["new"], told.counts["differs"]) == ("planned", 0, 2)


def test_two_clicks_are_one_job(community, planned):
    by, now = Actor.of(make.creator_of(community.account)), timezone.now()
    told = {
        "good_rows_only": False,
        "shown": service.token_of(planned.imported),
        "by": by,
        "now": now,
    }

    made = {service.decide(planned.imported, policy=p, **told).pk for p in ("skip", "overwrite")}

    assert len(made) == 1
    assert Job.objects.get(pk=made.pop()).payload["policy"] == "skip"


def test_a_plan_can_be_decided_again_after_a_cancelled_job(community, planned):
    by, now = Actor.of(make.creator_of(community.account)), timezone.now()
    job = service.decide(
        planned.imported,
        policy="skip",
        good_rows_only=False,
        shown=service.token_of(planned.imported),
        by=by,
        now=now,
    )
    Job.objects.cancel(job.pk, now=now)

    assert decide(planned).state == "applied"


def test_what_is_decided_is_decided(community, planned):
    decide(planned)

    by, now = Actor.of(make.creator_of(community.account)), timezone.now()
    with pytest.raises(service.NotPlanned):
        decide(planned)
    with pytest.raises(service.NotPlanned):
        service.drop(planned.imported, by=by, now=now)


def test_a_dropped_plan_is_over(community, planned):
    by, now = Actor.of(make.creator_of(community.account)), timezone.now()
    before = counts()

    service.drop(planned.imported, by=by, now=now)

    told = Told(planned.imported)
    assert (told.state, told.preview, counts()) == ("dropped", "", before)
    assert AuditEntry.objects.filter(action="import.dropped").count() == 1
    with pytest.raises(service.NotPlanned):
        decide(planned)


def test_a_plan_dropped_before_its_job_writes_nothing(community, planned):
    by, now = Actor.of(make.creator_of(community.account)), timezone.now()
    job = service.decide(
        planned.imported,
        policy="skip",
        good_rows_only=False,
        shown=service.token_of(planned.imported),
        by=by,
        now=now,
    )
    service.drop(planned.imported, by=by, now=now)
    before = counts()

    queue.run(job.pk)

    job.refresh_from_db()
    assert (job.state, counts(), Told(planned.imported).state) == ("failed", before, "dropped")


def test_a_plan_is_kept_for_a_day(community, planned):
    by = Actor.of(make.creator_of(community.account))
    told = {
        "policy": "skip",
        "good_rows_only": False,
        "shown": service.token_of(planned.imported),
        "by": by,
    }
    created = planned.created_at
    day = Import.PLAN_KEPT

    with pytest.raises(service.PlanTooOld):
        service.decide(planned.imported, now=created + day + timedelta(seconds=1), **told)
    planned.imported.upload.delete()
    with pytest.raises(service.UploadGone):
        service.decide(planned.imported, now=created, **told)


def test_a_plan_nobody_decides_on_is_forgotten(planned):
    early, late = (planned.created_at + Import.PLAN_KEPT + timedelta(seconds=s) for s in (-1, 1))

    assert (service.drop_old(Import, now=early), service.drop_old(Import, now=late)) == (0, 1)

    told = Told(planned.imported)
    assert (told.state, told.preview) == ("dropped", "")


def test_forgetting_old_plans_is_told_and_waits_for_a_decision(planned):
    late = planned.created_at + Import.PLAN_KEPT + timedelta(seconds=1)
    creator = make.creator_of(planned.imported.community.account)
    Import.objects.update(job=make.job(creator, Import.KIND + service.APPLY))
    assert service.drop_old(Import, now=late) == 0

    Job.objects.update(state=Job.State.FAILED)
    assert service.drop_old(Import, now=late) == 1

    (entry,) = AuditEntry.objects.filter(action="import.dropped")
    assert (entry.ids, entry.actor) == ([planned.pk], "beat")


def test_what_was_erased_while_a_job_ran_stays_erased(planned):
    imported, job = planned.imported, planned.job
    Import.objects.update(file_name="")
    imported.upload.delete()

    with pytest.raises(JobRefused, match="上传的文件已被删除"):
        jobs.finish(IMPORTER, job, imported, None)

    assert Import.objects.get(pk=imported.pk).file_name == ""


def test_a_job_writes_only_what_it_worked_out(planned):
    imported = planned.imported
    Import.objects.update(file_name="")
    Job.objects.update(state=Job.State.RUNNING)

    jobs.finish(IMPORTER, planned.job, imported, None)

    assert Import.objects.get(pk=imported.pk).file_name == ""


def test_an_import_that_went_with_its_community_is_a_sentence(community, tmp_path):
    path = book(tmp_path / "住户.xlsx", FOUR)
    start(path, community, once="same").delete()

    with pytest.raises(service.ImportGone):
        start(path, community, once="same")


def test_every_refusal_is_a_sentence():
    for refusal in service.DecisionRefused.__subclasses__():
        assert refusal().message.endswith("。")


def test_pressed_twice_the_button_starts_one_import(community, tmp_path):
    path = book(tmp_path / "住户.xlsx", FOUR)

    imports = {start(path, community, once="same").pk for _ in range(2)}

    assert len(imports) == Job.objects.count() == 1


def test_a_file_without_a_good_row_is_refused(importing):
    told = importing(row(E="2121"))

    assert (told.state, told.code, told.job.state) == ("refused", "problems", "failed")
    assert told.counts["problems"] == 1


def test_a_check_digit_is_a_note(importing):
    told = importing(*FOUR, row(WANG, E="13800000000", F="11010519491231002X"))

    assert told.state == "applied"
    assert told.notes == [
        "4 个证件号的校验码不正确 (不影响导入)，请核对："
        "“住户信息”F3、“住户信息”F4、“住户信息”F5、“住户信息”F6。"
    ]


def test_an_empty_place_says_what_to_do(importing):
    told = importing(ZHANG, row(LI, G=None, H=None))

    first, second = told.problems
    sentence = "不能为空，请填写。"
    assert (first.column, first.message) == ("G", f"小区：{sentence}")
    assert (second.column, second.message) == ("H", f"栋：{sentence}")


def test_the_job_and_its_import_hold_nothing_typed(community, tmp_path, planned):
    told = upload(book(tmp_path / "x.xlsx", [row(A="金丝雀" * 20, E="137000077"), LI]), community)

    stored = str(Import.objects.values("problems", "notes", "counts", "message").get(pk=told.pk))
    assert "金丝雀" not in stored + str(list(Job.objects.values()))
