"""What cells of the staff's workbook say, and what is wrong with them."""

import pytest

from haina.sheets.refusals import SENTENCES
from staff.models import Employee
from tests import make
from tests.staff.imports.workbooks import CHEN, HEADER, on_file, places, row, text


def test_a_whole_row_makes_an_employee(importing, account, community, engineering):
    told = importing(CHEN)

    assert (told.state, told.created) == ("applied", 1)
    assert on_file(account) == [
        ([community.pk], "陈三三", "male", [engineering.pk], "维修师父", "二级")
        + ("+8613500000000", "chen33", "蛇口")
    ]
    employee = Employee.objects.get()
    assert (employee.phone_last4, employee.to_push, employee.invite) == ("0000", True, False)
    assert employee.name_key == make.employee(account, name="陈三三").name_key


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_files_are_read_as_workbooks_are(importing_text, account, encoding, separator):
    told = importing_text(
        text([CHEN, row(B="李四", G="13500000001")], separator=separator).encode(encoding)
    )

    assert (told.state, told.created) == ("applied", 2)
    assert [each.name for each in Employee.objects.order_by("pk")] == ["陈三三", "李四"]


def test_a_heading_may_stand_without_its_star(importing):
    assert importing(CHEN, header=[heading.rstrip("*") for heading in HEADER]).state == "applied"


def test_another_header_is_refused_with_its_cells(importing):
    told = importing(CHEN, header=[*HEADER[:6], "电话", *HEADER[7:]])

    assert (told.state, told.code, places(told)) == (
        "refused",
        "header",
        [("G1", "header_changed")],
    )


@pytest.mark.parametrize("letter", ["A", "B", "C", "D", "G"])
@pytest.mark.parametrize(
    ("typed", "code"), [(None, "missing"), (" ", "missing"), ("-", "cannot_clear")]
)
def test_what_is_required_is_neither_blank_nor_cleared(importing, letter, typed, code):
    told = importing(row(**{letter: typed}))

    assert (told.state, places(told)) == ("refused", [(f"{letter}2", code)])


@pytest.mark.parametrize(
    ("letter", "typed", "code"),
    [
        ("A", "海纳小区", "unknown"),
        ("B", "张" * 65, "too_long"),
        ("C", "未知", "not_a_choice"),
        ("D", "工程二部", "unknown"),
        ("E", "师" * 65, "too_long"),
        ("G", "1350000000", "bad_phone"),
        ("G", "1.38E+10", "digits_lost"),
        ("G", "1.38001e+10", "digits_lost"),
        ("I", "=1/0", "formula_error"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(importing, letter, typed, code):
    told = importing(row(**{letter: typed}))

    assert (told.state, places(told)) == ("refused", [(f"{letter}2", code)])


def test_an_unknown_department_is_told_with_those_there_are(importing, account):
    make.department(account, "客服部")

    told = importing(row(D="工程部、工程二部"))

    assert told.problems[0].message == (
        "所属部门*：没有“工程二部”这个部门，请改正或先添加。"
        f"现有：{account.name}、工程部、客服部 (共 3 个)。"
    )


def test_what_may_be_a_phone_is_not_repeated(importing):
    told = importing(row(D="13500000000"))

    assert "13500000000" not in str(told.imported.problems)


def test_several_names_may_be_parted_in_many_ways(importing, account, community):
    other = make.community(account, "海纳小区")
    service = make.department(account, "客服部")
    guards = make.department(account, "保安部")

    told = importing(
        row(A="腾讯小区、海纳小区", D="工程部，客服部;保安部"),
        row(A="海纳小区\n腾讯小区", D="工程部/客服部/保安部", G="13500000001"),
        row(A="海纳小区；腾讯小区，", D="客服部\r\n工程部,保安部、工程部", G="13500000002"),
    )

    assert (told.state, told.created) == ("applied", 3)
    assert {tuple(each[0]) for each in on_file(account)} == {(community.pk, other.pk)}
    assert len({tuple(each[3]) for each in on_file(account)}) == 1
    assert {service.pk, guards.pk} < set(on_file(account)[0][3])


def test_a_department_whose_name_is_not_the_only_one_takes_its_way(importing, account, engineering):
    south, north = make.department(account, "南区"), make.department(account, "北区")
    make.department(account, "维修组", parent=south)
    wanted = make.department(account, "维修组", parent=north)

    told = importing(row(D="维修组"))
    assert places(told) == [("D2", "ambiguous")]
    assert f"“{account.name}/北区/维修组”" in told.problems[0].message

    importing(row(D="北区/维修组"), row(D=f"{account.name}/北区/维修组、工程部", G="13500000001"))
    assert [each[3] for each in on_file(account)] == [[wanted.pk], [engineering.pk, wanted.pk]]


def test_names_that_hold_a_separator_are_read_on_a_line_of_their_own(importing, account):
    odd = make.department(account, "工程、维修/保养")

    importing(row(D="工程、维修/保养"), row(D="工程部\n工程、维修/保养", G="13500000001"))

    assert [odd.pk in each[3] for each in on_file(account)] == [True, True]


def test_one_phone_told_in_two_ways_is_wrong_in_both_rows(importing, account):
    told = importing(CHEN, row(B="李四"), row(B="王五", G="13500000009"))

    assert (told.state, told.bad_rows) == ("planned", 2)
    assert "同一手机号" in told.problems[0].message
    assert on_file(account) == []


def test_what_looks_like_a_formula_stays_text(importing_text, account):
    importing_text(text([row(E="=1+1", I="@SUM(A1)")]).encode())

    (found,) = on_file(account)
    assert (found[4], found[8]) == ("=1+1", "@SUM(A1)")


def test_an_empty_template_is_told_so(importing):
    told = importing()

    assert (told.state, told.code) == ("refused", "no_rows")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (text([CHEN]).encode("utf-16"), "utf_16"),
        (text([CHEN]).encode() + "x,李四\n".encode("gb18030"), "undecodable_row"),
        (text([CHEN]).encode() + b'"x,y\n', "broken_row"),
        (b"<html><table>", "web_page"),
        (b"\x00\x01\x02", "not_a_workbook"),
    ],
)
def test_a_text_file_that_is_broken_is_refused(importing_text, account, content, code):
    told = importing_text(content)

    assert (told.state, told.code) == ("refused", code)
    assert told.message == str(SENTENCES[code]) % {"row": 3}
    assert on_file(account) == []
