"""The header and the rows below it."""

import pytest

from haina.imports.layout import letter_of
from haina.imports.rows import HeaderRefused, read_sheet
from haina.sheets.reader import CellError, Row
from residents.imports.contract import ResidentContract
from tests.residents.imports.workbooks import FOUR, GROUPS, HEADER, LI, LIU, ZHANG, row

LEVELS = ["栋", "单元", "房间号"]


def rows_of(*cells, sheet="住户"):
    """Rows as the reader gives them: no blank ones, no blank cells at the end."""
    for number, each in enumerate(cells, 1):
        filled = list(each)
        while filled and filled[-1] is None:
            filled.pop()
        if filled:
            yield Row(sheet, number, tuple(filled))


def contract(levels=LEVELS):
    return ResidentContract(levels, "腾讯小区")


def read(*cells, levels=LEVELS):
    return read_sheet(rows_of(*cells), contract(levels))


def entries_of(sheet):
    return list(sheet.entries.values())


def problems_of(*cells) -> list[tuple[str, str]]:
    return [(f"{each.column}{each.row}", each.code) for each in read(HEADER, *cells).problems]


def refusal_of(*cells, levels=LEVELS) -> HeaderRefused:
    with pytest.raises(HeaderRefused) as refused:
        read(*cells, levels=levels)
    return refused.value


def test_the_guides_rows_are_read():
    sheet = read(GROUPS, HEADER, *FOUR)

    assert sheet.problems == []
    entries = entries_of(sheet)
    assert [entry.person[0] for entry in entries] == ["张三", "李四", "王五", "刘六"]
    assert [entry.row for entry in entries] == [3, 4, 5, 6]
    assert entries[3].key[0] == ("B", "1", "102")


@pytest.mark.parametrize(
    "spelt",
    [
        "证件号（如身份证，护照）",
        "证件号\n(如身份证,\r\n护照)",
        " 证件号　（如身份证，  护照） ",
    ],
)
def test_a_header_may_have_other_spaces_breaks_and_brackets(spelt):
    assert len(read(row(HEADER, F=spelt), ZHANG).entries) == 1


def test_the_guides_own_misspelling_of_the_room_is_accepted():
    assert len(read(row(HEADER, J="放房间号"), ZHANG).entries) == 1


def test_a_changed_heading_is_named():
    refused = refusal_of(GROUPS, row(HEADER, E="电话"), ZHANG)

    (problem,) = refused.problems
    assert (problem.sheet, problem.row, problem.column) == ("住户", 2, "E")
    assert problem.message == "表头应为“手机”，请改回，或重新下载模板填写。"
    assert "腾讯小区" in str(refused)


def test_an_inserted_column_is_told_where_it_begins():
    refused = refusal_of([*HEADER[:3], "年龄", *HEADER[3:]], ZHANG)

    assert refused.problems[0].column == "D"


@pytest.mark.parametrize("beside", [["备注"], [None, "备注"], ["床位"]])
def test_a_column_beside_the_template_is_ignored_with_a_note(beside):
    sheet = read([*HEADER, *beside], [*ZHANG, "x", "y"])

    letter = letter_of(9 + len(beside))
    assert sheet.notes[0] == f"“住户”中模板以外的列 ({letter}) 已忽略。"
    assert len(sheet.entries) == 1


def test_the_columns_of_an_export_are_passed_over():
    beside = ["认证状态", "房间Id", "原因"]

    sheet = read([*HEADER, *beside], [*row(F=None), "已认证", "-1-2-", "手机：…"])

    assert (len(sheet.entries), sheet.notes) == (1, [])


def test_without_any_header_the_template_is_asked_for():
    refused = refusal_of(["你好"], ["再见"])

    assert refused.problems == []
    assert "没有找到模板的表头" in str(refused)


def test_a_header_further_down_than_notes_are_is_not_looked_for():
    assert "没有找到" in str(refusal_of(*[["说明"]] * 10, HEADER, ZHANG))


def test_notes_above_the_header_are_passed_over():
    assert len(read(["请认真填写"], ["联系人 小何"], GROUPS, HEADER, ZHANG).entries) == 1


def test_a_header_alone_is_an_empty_sheet():
    assert read(GROUPS, HEADER).is_empty


@pytest.mark.parametrize("blank", [[" "], ["\u3000"], [None, "\n", ""], [" "] * 10])
def test_rows_with_nothing_but_spaces_are_blank(blank):
    assert read(HEADER, blank, ZHANG, blank).problems == []


def test_levels_have_the_names_of_the_community():
    levels = ["组 团", "一", "二", "三", "四", "五", "六", "1"]
    header = [*HEADER[:7], "组团", "一", "二", "三", "四", "五", "六", 1]

    sheet = read(header, [*ZHANG[:7], *"ABCDEFGH"], levels=levels)

    assert entries_of(sheet)[0].key[0] == tuple("ABCDEFGH")


def test_a_workbook_of_more_levels_is_refused():
    refused = refusal_of(HEADER, ZHANG, levels=["栋", "单元"])

    assert [each.column for each in refused.problems] == ["J"]


def test_a_row_without_a_person_is_there_for_its_room():
    sheet = read(HEADER, [*[None] * 6, *ZHANG[6:]])

    assert sheet.entries == {}
    assert list(sheet.places) == [(("A", "1", "101"), "")]


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"A": None}, "A2"),
        ({"C": None}, "C2"),
        ({"E": None}, "E2"),
        ({"H": None}, "H2"),
        ({"I": " "}, "I2"),
        ({"J": None}, "J2"),
    ],
)
def test_a_missing_cell_is_named(typed, place):
    assert problems_of(row(**typed)) == [(place, "missing")]


def test_every_problem_of_a_row_is_told_at_once():
    bad = row(A=CellError("#N/A"), B="?", C="?", D="?", E="?", F="?", G="?", H=None)

    assert [place for place, _code in problems_of(bad)] == [f"{letter}2" for letter in "ABCDEFGH"]


def test_a_gender_alone_asks_for_the_person():
    only = row(A=None, C=None, E=None, F=None)

    assert [place for place, _code in problems_of(only)] == ["A2", "C2", "E2"]


@pytest.mark.parametrize("typed", ["深圳小区", None, "腾讯", CellError("#REF!")])
def test_another_community_is_refused(typed):
    assert [place for place, _code in problems_of(row(G=typed))] == ["G2"]


@pytest.mark.parametrize("typed", [" 腾讯 小区", "腾讯小区\n"])
def test_the_community_may_have_other_spaces(typed):
    assert problems_of(row(G=typed)) == []


def test_a_term_tenant_needs_the_end_of_the_lease():
    assert problems_of(row(LIU, D=None)) == [("D2", "missing")]


def test_nobody_else_has_an_end_of_the_lease():
    assert problems_of(row(D="2018-12-31")) == [("D2", "not_for_this_identity")]


def test_two_sheets_with_the_header_are_both_read():
    both = [*rows_of(HEADER, ZHANG, sheet="一"), *rows_of(GROUPS, HEADER, LI, sheet="二")]

    sheet = read_sheet(both, contract())

    assert [(each.sheet, each.row) for each in entries_of(sheet)] == [("一", 2), ("二", 3)]


def test_other_sheets_are_passed_over():
    others = [
        *rows_of(["说明"], sheet="一"),
        *rows_of(["姓名", "车牌"], ["外人", "粤B"], sheet="三"),
    ]
    rows = [*others[:1], *rows_of(HEADER, ZHANG, sheet="二"), *others[1:]]

    sheet = read_sheet(rows, contract())

    assert [each.sheet for each in entries_of(sheet)] == ["二"]


def test_a_second_sheet_with_a_changed_header_is_not_passed_over():
    rows = [*rows_of(HEADER, ZHANG, sheet="一"), *rows_of(row(HEADER, A="名字"), LI, sheet="二")]

    with pytest.raises(HeaderRefused) as refused:
        read_sheet(rows, contract())

    assert [(each.sheet, each.column) for each in refused.value.problems] == [("二", "A")]


def test_the_name_of_a_sheet_can_be_stored():
    rows = rows_of(HEADER, row(E=None), sheet="住\x00户\ud800")

    (problem,) = read_sheet(rows, contract()).problems

    assert problem.sheet == "住户"


def test_progress_counts_rows():
    told = []

    read_sheet(
        rows_of(HEADER, *[ZHANG] * 1001),
        contract(),
        tick=told.append,
    )

    assert told == [500, 1000]


def test_letters_are_those_of_excel():
    assert [letter_of(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
