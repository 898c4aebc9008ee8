"""The error workbook: only the failing rows, and as it is it can be corrected and uploaded."""

from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook

from haina.imports.errors import MOST_COMMENTS
from haina.imports.layout import REASON
from haina.jobs import files
from haina.sheets.styles import RED
from tests.residents.imports.workbooks import (
    HEADER,
    LI,
    LIU,
    ZHANG,
    book,
    old_book,
    on_file,
    row,
    sheets,
    upload,
)

BAD = row(LI, A="长" * 41, D=date(2018, 12, 31), E="2121", F=440304198511080000, J=date(2026, 1, 2))


@pytest.fixture
def workbook(tmp_path):
    """The error workbook of an import as a file."""

    def saved(told):
        path = tmp_path / "errors.xlsx"
        with files.local_copy(told.errors) as copy:
            path.write_bytes(copy.read_bytes())
        return path

    return saved


def rows_of(path) -> list[list]:
    return [list(each) for each in load_workbook(path).worksheets[0].values]


def test_only_failing_rows_stand_there_with_the_reason_beside(importing, workbook):
    told = importing(ZHANG, row(LI, E="2121"))

    _groups, header, *rows = rows_of(workbook(told))

    assert header == [*HEADER, REASON]
    ((*cells, reason),) = rows
    assert cells == row(LI, E="2121")
    assert reason.startswith("手机：手机号格式不正确")


def test_bad_cells_are_coloured_and_say_why(importing, workbook):
    sheet = load_workbook(workbook(importing(row(LI, E="2121")))).worksheets[0]

    assert sheet["E3"].fill.start_color.rgb == f"00{RED}"
    assert sheet["E3"].comment.text.startswith("手机：手机号格式不正确")
    assert sheet["A3"].comment is None
    assert sheet["A3"].fill.start_color.rgb != f"00{RED}"


def test_corrected_it_imports(community, importing, workbook, tmp_path):
    path = workbook(importing(BAD, row(LIU, D=None)))
    corrected = load_workbook(path)
    sheet = corrected.worksheets[0]
    for place, value in {"A3": "李四", "D3": None, "E3": "13625895630", "F3": "E12345678"}.items():
        sheet[place] = value
    sheet["J3"], sheet["D4"] = "102", "2018-12-31"
    corrected.save(path)

    told = upload(path, community)

    assert (told.state, told.created, told.counts["problems"]) == ("applied", 2, 0)
    assert told.notes == ["1 个证件号的校验码不正确 (不影响导入)，请核对：“住户信息”F4。"]


@pytest.mark.parametrize(
    "bad",
    [
        row(A="#N/A"),
        row(A="=NA()"),
        row(A=date(2018, 12, 31)),
        row(A=datetime(2018, 12, 31, 12, 30)),  # noqa: DTZ001 - as a spreadsheet has it
        row(A=True),
        row(A="字" * 600),
        row(A=" " * 600 + "字" * 41),
        row(B="?"),
        row(D="2018-12-31"),
        row(E=440304198511080000),
        row(E=1.5),
        row(F=440304198511080000),
        row(F="4.40304E+17"),
        row(G=None),
        row(H=date(2026, 1, 2)),
        row(J=None),
        row(A="=1+1", E="@SUM(1)"),
        row(LIU, D="明年"),
        row(LIU, D=5),
        row(A=None, B=None, C=None, F=None),
        BAD,
    ],
)
def test_uploaded_as_it_is_it_tells_the_same(community, importing, workbook, bad):
    first = importing(bad)

    again = upload(workbook(first), community)

    assert first.problems
    assert again.problems == first.problems
    assert on_file(community) == []


def test_both_rows_of_a_contradiction_stand_there(community, importing, workbook):
    told = importing(ZHANG, LI, row(A="张三丰"))
    assert (told.counts["problems"], told.counts["bad_rows"], told.counts["new"]) == (1, 2, 1)

    path = workbook(told)

    assert [each[0] for each in rows_of(path)[2:]] == ["张三", "张三丰"]
    again = upload(path, community)
    assert [problem.code for problem in again.problems] == ["repeated"]
    assert again.state == "refused"


def test_rows_of_several_sheets_and_of_old_workbooks(community, workbook, tmp_path):
    bad, worse = row(LI, E="2121"), row(LIU, D=None)
    two = sheets(tmp_path / "两张.xlsx", 甲=[HEADER, ZHANG, bad], 乙=[HEADER, worse])
    assert [each[0] for each in rows_of(workbook(upload(two, community)))[2:]] == ["李四", "刘六"]

    old = old_book(tmp_path / "旧.xls", [bad])
    assert [each[0] for each in rows_of(workbook(upload(old, community)))[2:]] == ["李四"]


def test_a_formula_stays_a_text(importing, workbook):
    told = importing(row(A="'=HYPERLINK(1)", E="2121"))

    sheet = load_workbook(workbook(told)).worksheets[0]
    assert [cell.data_type for cell in sheet[3] if cell.value] == ["s"] * 10


def test_many_rows_have_colours_but_not_all_a_comment(community, tmp_path, workbook):
    told = upload(book(tmp_path / "多.xlsx", [row(E="2121")] * (MOST_COMMENTS + 5)), community)

    sheet = load_workbook(workbook(told)).worksheets[0]

    last = sheet.cell(MOST_COMMENTS + 7, 5)
    assert (last.comment, last.fill.start_color.rgb) == (None, f"00{RED}")


def test_it_is_kept_for_a_week(importing):
    told = importing(ZHANG, row(LI, E="2121"))

    assert told.errors.expires_at - told.errors.created_at > timedelta(days=6, hours=23)
    assert told.errors.name == "腾讯小区需要修改的住户信息.xlsx"


def test_a_clean_file_has_none(importing):
    assert importing(ZHANG).errors is None
