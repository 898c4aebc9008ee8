"""import_residents, export_residents and resident_template: 0 done, 1 refused, 2 usage."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Level, Section
from residents.models import Import, Resident
from tests import make
from tests.communities.conftest import cells_of
from tests.residents.canaries import CANARY, leaks_of
from tests.residents.imports.workbooks import FOUR, HEADER, LI, ZHANG, book, counts, row

SHAPE = {"state", "code", "created", "updated", "unchanged", "nodes_created", "problems"}
SHAPE |= {"message", "problem_count", "skipped", "notes"}


@pytest.fixture
def told(capsys):
    """What a command printed as JSON, and its exit code."""

    def run(*arguments) -> tuple[dict, int]:
        code = 0
        try:
            call_command(*map(str, arguments), "--json")
        except SystemExit as end:
            code = end.code
        (line,) = capsys.readouterr().out.splitlines()
        return json.loads(line), code

    return run


@pytest.fixture
def imported(told, community, tmp_path):
    def run(*rows, options=(), **kinds):
        path = book(tmp_path / "住户.xlsx", rows, **kinds)
        return told("import_residents", "--community", community.pk, path, *options)

    return run


def test_an_import_counts_what_it_did(imported):
    answer, code = imported(*FOUR)

    assert (answer["state"], answer["code"], code) == ("applied", "", 0)
    assert [answer[key] for key in ("created", "updated", "unchanged")] == [4, 0, 0]
    assert (answer["nodes_created"], answer["problems"]) == (8, [])
    assert answer.keys() >= SHAPE
    assert counts() == (4, 9)


def test_an_import_leaves_its_trail(imported):
    imported(*FOUR)

    assert AuditEntry.objects.get(action="resident.imported").actor == "bin/manage"


def test_problems_are_told_with_their_places(imported):
    before = counts()

    answer, code = imported(ZHANG, row(E="2121"))

    assert (answer["state"], answer["code"], code) == ("problems", "problems", 1)
    assert answer.keys() >= SHAPE
    (problem,) = answer["problems"]
    message = "手机：手机号格式不正确，请填写 11 位手机号；境外号码请以 + 开头。"
    assert problem == {
        "sheet": "住户信息",
        "row": 4,
        "column": "E",
        "code": "bad_phone",
        "message": message,
    }
    assert counts() == before


def test_an_import_leaves_a_row_of_itself(imported):
    imported(*FOUR)

    row_left = Import.objects.get()
    assert (row_left.state, row_left.actor, row_left.job) == ("applied", "bin/manage", None)
    assert len(row_left.created_ids) == 4
    event = Resident.pgh_event_model.objects.first()
    assert event.pgh_context["import"] == row_left.pk


def test_what_would_be_overwritten_asks_for_a_policy(imported):
    imported(ZHANG)
    before = list(Resident.objects.values())

    answer, code = imported(row(A="张三丰"), LI)

    assert (answer["state"], answer["code"], code) == ("planned", "planned", 1)
    assert answer.keys() >= SHAPE
    assert "--policy" in answer["message"]
    assert list(Resident.objects.values()) == before
    assert Import.objects.latest("pk").state == "refused"


@pytest.mark.parametrize(
    ("policy", "name", "updated", "skipped"),
    [("skip", "张三", 0, 1), ("fill", "张三", 0, 1), ("overwrite", "张三丰", 1, 0)],
)
def test_a_policy_decides(imported, policy, name, updated, skipped):
    imported(ZHANG)

    answer, code = imported(row(A="张三丰"), LI, options=["--policy", policy])

    assert (answer["state"], code) == ("applied", 0)
    assert [answer[key] for key in ("created", "updated", "skipped")] == [1, updated, skipped]
    assert Resident.objects.filter(name=name).exists()


def test_good_rows_are_imported_alone_if_asked(imported):
    answer, code = imported(ZHANG, row(LI, E="2121"), options=["--good-rows-only"])

    assert (answer["state"], answer["created"], answer["problem_count"], code) == (
        *("applied", 1, 1),
        0,
    )
    assert counts() == (1, 4)


def test_a_dry_run_tells_and_writes_nothing(imported):
    before = counts()

    answer, code = imported(*FOUR, options=["--dry-run"])

    assert (answer["state"], answer["dry_run"], answer["created"], code) == ("applied", True, 4, 0)
    assert answer["nodes_created"] == 8
    assert counts() == before
    assert (Import.objects.count(), AuditEntry.objects.filter(action="tree.grown").count()) == (
        0,
        0,
    )


def test_a_dry_run_that_could_not_be_applied_is_1(imported):
    imported(ZHANG)

    answer, code = imported(row(A="张三丰"), options=["--dry-run"])

    assert (answer["state"], code) == ("planned", 1)
    assert Import.objects.count() == 1


def test_notes_are_told(imported):
    answer, _code = imported([*ZHANG, "x"], header=[*HEADER, "备注"])

    assert answer["notes"][0] == "“住户信息”中模板以外的列 (K) 已忽略。"


def test_somebody_may_act_with_their_own_rights(imported, operator):
    answer, code = imported(ZHANG, options=["--as", operator.user.username])

    assert (answer["state"], code) == ("applied", 0)
    assert Import.objects.get().asked_by == operator
    assert AuditEntry.objects.get(action="resident.imported").user == operator.user


@pytest.mark.parametrize("field", ["name", "gender", "identity", "phone", "id_number", "address"])
def test_without_the_right_to_a_field_nobody_imports(imported, account, field):
    rights = {"sections": {Section.RESIDENTS: Level.MANAGE}, "fields": {field: Level.VIEW}}
    clerk = make.operator(account, "小缺", **rights)

    answer, code = imported(ZHANG, options=["--as", clerk.user.username])

    assert (answer["state"], code) == ("refused", 1)
    told = f"{clerk.user.username} may not manage every field of the residents of"
    assert (answer["error"].startswith(told), answer["code"]) == (True, "not_allowed")
    assert answer.keys() >= SHAPE
    assert (counts(), Import.objects.count()) == ((0, 1), 0)


def test_outside_the_scope_nobody_imports(imported, account):
    elsewhere = make.operator(
        account,
        "小远",
        sections={Section.RESIDENTS: Level.MANAGE},
        communities=(make.community(account, "深圳小区"),),
    )

    answer, code = imported(ZHANG, options=["--as", elsewhere.user.username])

    assert (answer["error"].split(" may not ")[1].split()[0], code) == ("manage", 1)
    assert (answer["code"], answer.keys() >= SHAPE) == ("not_allowed", True)


def test_nobody_of_another_account_imports(imported, stranger):
    answer, code = imported(ZHANG, options=["--as", stranger.user.username])

    assert (answer["code"], code) == ("not_allowed", 1)
    assert Resident.objects.filter(name="张三").count() == 0


def test_all_problems_are_told(imported):
    answer, _code = imported(*[row(E="2121")] * 1001)

    assert len(answer["problems"]) == 1001


def test_a_changed_header_is_refused(imported):
    answer, code = imported(ZHANG, header=row(HEADER, A="名字"))

    assert (answer["state"], answer["code"], code) == ("refused", "header", 1)
    assert answer["problems"][0]["column"] == "A"


def test_what_is_no_workbook_is_refused(told, community, tmp_path):
    path = tmp_path / "住户.xlsx"
    path.write_text("姓名,性别")

    answer, code = told("import_residents", "--community", community.pk, path)

    assert (answer["state"], answer["code"], code) == ("refused", "html_or_csv", 1)
    assert answer.keys() >= SHAPE


def test_a_file_that_is_not_there_is_refused(told, community, tmp_path):
    path = tmp_path / "none.xlsx"

    answer, code = told("import_residents", "--community", community.pk, path)

    assert (answer["error"], answer["code"], code) == (f"there is no file {path}", "no_file", 1)
    assert answer.keys() >= SHAPE


def test_people_are_told_in_words(community, tmp_path, capsys):
    path = book(tmp_path / "住户.xlsx", FOUR)

    call_command("import_residents", f"--community={community.pk}", str(path))

    said = capsys.readouterr().out
    assert said == "Created 4, updated 0, unchanged 0; new nodes: 8.\n"


def test_people_are_told_every_problem(community, tmp_path):
    path = book(tmp_path / "住户.xlsx", [row(E="2121"), row(G="深圳小区")])

    with pytest.raises(CommandError) as refusal:
        call_command("import_residents", f"--community={community.pk}", str(path))

    first, *lines = str(refusal.value).splitlines()
    assert refusal.value.returncode == 1
    assert first.startswith("共 2 处需要修改")
    assert [line.split()[:2] for line in lines] == [["住户信息", "E3"], ["住户信息", "G4"]]


def test_an_export_is_written_whole(told, imported, community, tmp_path):
    imported(*FOUR)
    folder = tmp_path / "exports"
    folder.mkdir()
    out = folder / "out.xlsx"

    answer, code = told("export_residents", "--community", community.pk, out)

    assert (answer, code) == ({"id": community.pk, "rows": 4, "file": str(out)}, 0)
    assert [each[0] for each in cells_of(out)[2:]] == ["张三", "李四", "王五", "刘六"]
    assert [path.name for path in folder.iterdir()] == ["out.xlsx"]
    assert AuditEntry.objects.filter(action="resident.exported").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("field", CANARY)
def test_an_export_as_somebody_holds_what_they_may_see(told, account, canary, tmp_path, field):
    rights = {"sections": {"residents": Level.VIEW}, "fields": {field: Level.NONE}}
    clerk = make.operator(account, "小藏", **rights)
    path = tmp_path / "out.xlsx"

    asked = ("--as", clerk.user.username, "--reason", "年度核对", path)
    answer, code = told("export_residents", "--community", canary.community_id, *asked)

    assert (answer["rows"], code) == (1, 0)
    assert not leaks_of(field, path)
    entry = AuditEntry.objects.get(action="resident.exported")
    assert (entry.actor, entry.reason) == ("小藏", "年度核对")


def test_an_export_as_somebody_who_may_not_is_refused(told, account, community, stranger, tmp_path):
    elsewhere = make.community(account, "深圳小区")
    viewer = {"residents": Level.VIEW}
    askers = [
        "nobody-of-this-name",
        stranger.user.username,
        make.operator(account, "新人").user.username,
        make.operator(account, "外区", sections=viewer, communities=(elsewhere,)).user.username,
    ]

    for asker in askers:
        asked = ("--community", community.pk, "--as", asker, tmp_path / "out.xlsx")
        answer, code = told("export_residents", *asked)

        assert (answer["state"], answer["code"], code) == ("refused", "not_allowed", 1)
    assert not (tmp_path / "out.xlsx").exists()
    assert not AuditEntry.objects.filter(action="resident.exported").exists()


def test_what_was_exported_imports_unchanged(told, imported, community, tmp_path):
    imported(*FOUR)
    out = tmp_path / "out.xlsx"
    told("export_residents", "--community", community.pk, out)

    answer, code = told("import_residents", "--community", community.pk, out)

    assert (answer["unchanged"], answer["created"], code) == (4, 0, 0)


def test_the_template_imports_as_it_is(told, community, tmp_path):
    out = tmp_path / "out.xlsx"

    written, code = told("resident_template", "--community", community.pk, out)
    answer, _code = told("import_residents", "--community", community.pk, out)

    assert (written, code) == ({"id": community.pk, "file": str(out)}, 0)
    assert answer["created"] == 4


@pytest.mark.parametrize("command", ["import_residents", "export_residents", "resident_template"])
def test_an_unknown_community_is_refused(told, db, tmp_path, command):
    answer, code = told(command, "--community=999999", tmp_path / "out.xlsx")

    assert (answer["error"], answer["code"], code) == (
        "there is no community 999999",
        "no_community",
        1,
    )
    assert list(tmp_path.glob("*.xlsx")) == []


@pytest.mark.parametrize("command", ["export_residents", "resident_template"])
def test_a_folder_that_is_not_there_is_refused(told, community, tmp_path, command):
    out = tmp_path / "none" / "out.xlsx"

    answer, code = told(command, "--community", community.pk, out)

    assert answer["error"].startswith(f"cannot write {out}")
    assert code == 1
