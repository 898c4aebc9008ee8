"""Workbooks as they really arrive: the right result, or the right sentence and nothing written."""

from datetime import date

import pytest

from communities.models import BuildingNode
from residents.imports.template import write_template
from residents.models import Resident
from tests import make
from tests.residents.imports.workbooks import (
    FOUR,
    GROUPS,
    HEADER,
    LI,
    LIU,
    ZHANG,
    book,
    counts,
    old_book,
    on_file,
    places,
    row,
    sheets,
    upload,
)
from tests.sheets import make as parts

GUIDES = [
    ("张三", "male", "owner", "", "+8618913112121", "440304198511080000", "A 1 101"),
    ("李四", "female", "family", "", "+8613625895630", "440304199003080001", "A 1 102"),
    ("王五", "male", "tenant", "", "+8613625895631", "440304199003080002", "B 1 101"),
    (
        *("刘六", "male", "term_tenant", "2018-12-31", "+8618124768126"),
        *("440304199003080002", "B 1 102"),
    ),
]


def test_the_guides_four_rows_import_as_they_stand(community, importing):
    report = importing(*FOUR)

    assert (report.state, report.created, report.nodes_created) == ("applied", 4, 8)
    assert on_file(community) == GUIDES


def test_the_template_imports_as_it_is_downloaded(community, tmp_path):
    path = tmp_path / "模板.xlsx"
    write_template(path, community)

    assert upload(path, community).created == 4
    assert on_file(community) == GUIDES


def test_the_same_file_twice_changes_nothing(community, importing):
    importing(*FOUR)
    before = list(Resident.objects.order_by("pk").values())

    report = importing(*FOUR)

    assert (report.created, report.updated, report.unchanged) == (0, 0, 4)
    assert list(Resident.objects.order_by("pk").values()) == before


def test_phones_and_rooms_may_be_numbers(community, importing):
    importing(row(E=18913112121.0, I=1.0, J=101.0))

    assert on_file(community) == GUIDES[:1]


def test_digits_may_be_full_width_and_spaced(community, importing):
    importing(row(A=" 张三 ", E="１８９ １３１１ ２１２１", H=" Ａ", I="１ ", J="１０１"))

    assert on_file(community) == GUIDES[:1]


@pytest.mark.parametrize(
    "typed", [date(2018, 12, 31), "2018/12/31", "2018年12月31日", "20181231", 20181231]
)
def test_dates_may_be_typed_in_many_ways(community, importing, typed):
    importing(*FOUR[:3], row(LIU, D=typed))

    assert on_file(community) == GUIDES


def test_gender_may_be_left_blank(community, importing):
    importing(row(B=None))

    assert on_file(community)[0][1] == ""


def test_blank_cells_erase_nothing(community, importing):
    importing(*FOUR)

    report = importing(row(B=None, F=None))

    assert report.unchanged == 1
    assert on_file(community) == GUIDES


def test_rows_with_only_the_building_make_only_the_building(community, importing):
    report = importing([*[None] * 6, *ZHANG[6:]], [*[None] * 6, *LI[6:]])

    assert (report.created, report.nodes_created) == (0, 4)
    rooms = BuildingNode.objects.rooms().values_list("address", flat=True)
    assert sorted(rooms) == ["A 1 101", "A 1 102"]


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        (row(G="深圳小区"), ("G3", "wrong_community")),
        (row(E=None), ("E3", "missing")),
        (row(E="2121"), ("E3", "bad_phone")),
        (row(E=2121), ("E3", "bad_phone")),
        (row(LIU, D=None), ("D3", "missing")),
        (row(F=440304198511080000), ("F3", "digits_lost")),
        (row(A="长" * 41), ("A3", "too_long")),
        (row(J="长" * 41), ("J3", "too_long")),
        (row(J=date(2026, 1, 2)), ("J3", "not_text")),
        (row(A='=HYPERLINK("http://x")'), ("A3", "formula_error")),
    ],
)
def test_one_bad_cell_stops_everything_and_is_named(refused, typed, place):
    assert refused(typed, LI) == [place]


def test_a_message_says_what_to_do_and_nothing_personal(community, importing):
    report = importing(row(A="金丝雀" * 20, E="2121", F=440304198511080000))

    told = report.message + "".join(problem.message for problem in report.problems)
    assert report.message == "共 3 处需要修改，没有导入任何内容。请按下面的说明修改后重新上传。"
    assert report.problems[1].message.startswith("手机：手机号格式不正确")
    assert not [leak for leak in ("金丝雀", "2121", "4403") if leak in told]


def test_the_same_row_twice_is_fine(importing):
    report = importing(ZHANG, LI, ZHANG)

    assert (report.state, report.created, report.unchanged) == ("applied", 2, 1)


def test_rows_that_contradict_each_other_are_told(importing):
    before = counts()

    report = importing(ZHANG, LI, row(A="张三丰"))

    assert places(report) == [("5", "repeated")]
    assert report.problems[0].message.startswith("与第 3 行")
    assert counts() == before


def test_a_changed_header_is_named(importing):
    before = counts()

    report = importing(ZHANG, header=row(HEADER, E="电话"))

    assert (report.state, report.code) == ("refused", "header")
    assert places(report) == [("E2", "header_changed")]
    assert counts() == before


def test_a_header_may_be_spelt_with_other_spaces_and_brackets(community, importing):
    importing(*FOUR, header=row(HEADER, D="租约\n到期时间", F="证件号（如身份证，护照）"))

    assert on_file(community) == GUIDES


def test_a_header_alone_is_told(importing):
    report = importing()

    assert (report.state, report.code) == ("refused", "no_rows")
    assert "除了表头没有任何内容" in report.message


def test_a_hidden_sheet_before_is_passed_over(community, importing):
    importing(*FOUR, hidden=[GROUPS, HEADER, row(A="藏", E="13800000000")])

    assert on_file(community) == GUIDES


def test_notes_may_stand_above_the_header(community, importing):
    importing(*FOUR, above=(["请于月底前交回"], [None, "联系人：小何"], GROUPS))

    assert on_file(community) == GUIDES


def test_two_sheets_are_both_imported(community, tmp_path):
    path = sheets(tmp_path / "两张.xlsx", 甲=[HEADER, *FOUR[:2]], 乙=[HEADER, *FOUR[2:]])

    assert upload(path, community).created == 4
    assert on_file(community) == GUIDES


def test_two_different_sheets_import_the_one_with_the_header(community, tmp_path):
    path = sheets(tmp_path / "两张.xlsx", 说明=[["填写说明"]], 住户=[HEADER, *FOUR])

    assert upload(path, community).created == 4


def test_up_to_eight_levels_with_spaces_in_their_names(account, tmp_path):
    levels = ["组 团", "区", "片", "栋", "座", "单元", "楼层", "房 间"]
    deep = make.community(account, "八级小区", levels=levels)
    path = book(
        tmp_path / "深.xlsx",
        [[*ZHANG[:6], "八级小区", *"甲乙丙丁", 1.0, "2", 3, "4"]],
        header=[*HEADER[:7], "组团", *levels[1:7], "房间"],
    )

    report = upload(path, deep)

    assert (report.created, report.nodes_created) == (1, 8)
    assert on_file(deep)[0][-1] == "甲 乙 丙 丁 1 2 3 4"


def test_names_may_look_like_formulas_and_hold_odd_characters(community, tmp_path):
    path = tmp_path / "怪.xls"
    strange = [row(A="=1+1"), row(LI, A="李\x00四"), row(LIU, A="刘\u202e六", J="1\x0702")]

    upload(old_book(path, strange), community)

    assert [each[0] for each in on_file(community)] == ["=1+1", "李四", "刘六"]
    assert on_file(community)[2][-1] == "B 1 102"


def test_nul_and_half_characters_of_a_new_workbook_are_dropped(community, importing):
    importing(row(A="张_x0000_三"), row(LI, A="李_xD800_四"))

    assert [each[0] for each in on_file(community)] == ["张三", "李四"]


def test_an_old_workbook_says_the_same(community, tmp_path):
    path = old_book(tmp_path / "旧.xls", [row(E=18913112121.0, J=101.0), *FOUR[1:]])

    assert upload(path, community).created == 4
    assert on_file(community) == GUIDES


def test_an_old_workbook_named_xlsx_says_the_same(community, tmp_path):
    path = old_book(tmp_path / "旧.xlsx", FOUR)

    assert upload(path, community).created == 4


def damaged(path):
    whole = book(path, FOUR).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def word(path):
    parts.xlsx(
        path, parts.parts() | {"[Content_Types].xml": parts.content_types(parts.DOCUMENT_TYPE)}
    )


@pytest.mark.parametrize(
    ("make_file", "code"),
    [
        (word, "not_a_workbook"),
        (lambda path: parts.compound(path, "EncryptedPackage"), "encrypted"),
        (lambda path: path.write_bytes(b""), "empty_file"),
        (lambda path: path.write_bytes(b"PK\x03\x04" + bytes(21 * 1024 * 1024)), "too_large"),
        (lambda path: path.write_text("姓名,性别\n张三,男"), "html_or_csv"),
        (damaged, "damaged"),
    ],
)
def test_what_is_no_readable_workbook_is_refused(community, tmp_path, make_file, code):
    path = tmp_path / "住户.xlsx"
    make_file(path)
    before = counts()

    report = upload(path, community)

    assert (report.state, report.code, report.problems) == ("refused", code, [])
    assert report.message
    assert counts() == before


def test_rows_before_the_damage_do_not_count(community, tmp_path):
    """The first sheet is whole, the second is not."""
    path = tmp_path / "半.xlsx"
    row_of = "".join(f'<c t="inlineStr"><is><t>{text or ""}</t></is></c>' for text in HEADER)
    zhang = "".join(f'<c t="inlineStr"><is><t>{text or ""}</t></is></c>' for text in ZHANG)
    members = parts.parts(f"<row>{row_of}</row><row>{zhang}</row>") | {
        "xl/workbook.xml": parts.workbook(
            '<sheet name="住户" sheetId="1" r:id="worksheet"/>'
            '<sheet name="二" sheetId="2" r:id="worksheet2"/>'
        ),
        "xl/_rels/workbook.xml.rels": parts.relations(
            worksheet="worksheets/sheet1.xml", worksheet2="worksheets/sheet2.xml"
        ),
        "xl/worksheets/sheet2.xml": parts.sheet("<row><c></row>"),
    }
    before = counts()

    report = upload(parts.xlsx(path, members), community)

    assert (report.state, report.code) == ("refused", "damaged")
    assert counts() == before


def test_all_problems_are_counted(importing):
    report = importing(*[row(E="2121")] * 1001)

    assert (len(report.imported.problems), report.counts["problems"]) == (200, 1001)
