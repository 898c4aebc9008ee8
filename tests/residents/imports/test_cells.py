"""What people type into single cells."""

from datetime import date, datetime

import pytest

from haina.imports.cells import BadCell, gender_of, phone_of
from haina.sheets.cells import TOO_LONG, CellError
from residents.imports import cells


def code_of(read, cell) -> str:
    with pytest.raises(BadCell) as bad:
        read(cell)
    return bad.value.code


@pytest.mark.parametrize(
    "typed",
    [
        "18913112121",
        18913112121,
        18913112121.0,
        "18913112121.0",
        "１８９１３１１２１２１",
        " 189 1311 2121 ",
        "189-1311-2121",
        "189\u20111311\u20112121",
        "+86 18913112121",
        "+8618913112121",
        8618913112121,
        "008618913112121",
        "(+86)18913112121",
        "＋８６１８９１３１１２１２１",
        "\u202d18913112121\u202c",
        "\u206818913112121\u2069",
        "189\x001311\ud8002121",
    ],
)
def test_a_phone_is_read_however_it_was_typed(typed):
    assert phone_of(typed) == "+8618913112121"


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0755-86013388", "+8675586013388"),
        (75586013388, "+8675586013388"),
        ("+852 2345 6789", "+85223456789"),
        ("+1 (202) 555-0143", "+12025550143"),
    ],
)
def test_landlines_and_numbers_from_abroad_are_phones(typed, phone):
    assert phone_of(typed) == phone


@pytest.mark.parametrize(
    "typed",
    [
        "2121",
        2121,
        "1891311212",
        "189131121211",
        "12345678901",
        "18913112121转8",
        "18913112121#8",
        "18913112121x8",
        "18913112121/13625895630",
        "18913112121、13625895630",
        1891311212.1,
        "400CALLNOW",
        "无",
        "١٨٩١٣١١٢١٢١",
    ],
)
def test_what_is_no_phone_is_refused(typed):
    assert code_of(phone_of, typed) == "bad_phone"


def test_a_phone_whose_digits_are_lost_is_told_as_such():
    assert code_of(phone_of, "1.89131E+10") == "digits_lost"


@pytest.mark.parametrize("typed", [None, "", " ", "\u3000", "\x00", "\ud800"])
@pytest.mark.parametrize(
    ("read", "blank"),
    [
        (cells.name_of, ""),
        (cells.room_of, ""),
        (gender_of, ""),
        (cells.identity_of, ""),
        (phone_of, ""),
        (cells.id_number_of, ""),
        (cells.lease_end_of, None),
    ],
)
def test_a_cell_without_anything_to_see_is_blank(read, blank, typed):
    assert read(typed) == blank


@pytest.mark.parametrize(
    ("typed", "room"),
    [
        (101.0, "101"),
        (101, "101"),
        ("101.0", "101"),
        ("１０１", "101"),
        (" A  座 ", "A 座"),
        ("0101", "0101"),
        ("3－2", "3-2"),
        (-1, "-1"),
        (1.5, "1.5"),
    ],
)
def test_a_room_is_read_as_it_is_meant(typed, room):
    assert cells.room_of(typed) == room


def test_a_room_that_excel_took_for_a_date_is_refused():
    assert code_of(cells.room_of, date(2026, 3, 2)) == "not_text"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (True, "not_text"),
        (CellError("#N/A"), "formula_error"),
        (TOO_LONG, "too_long"),
        ("长" * 41, "too_long"),
        (10**15, "digits_lost"),
        (4.4030419851108e17, "digits_lost"),
    ],
)
def test_cells_that_are_no_names_are_refused(cell, code):
    assert code_of(cells.name_of, cell) == code


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("=1+1", "=1+1"),
        ("张\x00三", "张三"),
        ("张\ud800三", "张三"),
        ("张\u200b三", "张三"),
        ("张\n三", "张 三"),
        ("长" * 40, "长" * 40),
        ("𠮷" * 40, "𠮷" * 40),
        ("e\u0301", "é"),
    ],
)
def test_a_name_is_one_line_of_what_can_be_seen(typed, name):
    assert cells.name_of(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        date(2018, 12, 31),
        datetime.fromisoformat("2018-12-31 23:59"),
        "2018-12-31",
        "2018/12/31",
        "2018.12.31",
        "2018年12月31日",
        "2018年12月31号",
        "2018 年 12 月 31 日",
        "２０１８－１２－３１",
        "2018/12/31 0:00",
        "2018-12-31 00:00:00",
        "20181231",
        20181231,
        20181231.0,
        43465,
        43465.5,
    ],
)
def test_a_date_is_read_however_it_was_typed(typed):
    assert cells.lease_end_of(typed) == date(2018, 12, 31)


def test_a_date_may_have_single_digits():
    assert cells.lease_end_of("2018/1/2") == date(2018, 1, 2)


@pytest.mark.parametrize(
    "typed",
    ["2018-02-30", "2018-13-01", "12/31/2018", "2018-12", "明年", 2018, 201812, 20181331, 2018.12]
    + ["0018-12-31", date(1018, 12, 31), -5, 1e300, "20181231x"],
)
def test_what_is_no_date_is_refused(typed):
    assert code_of(cells.lease_end_of, typed) in {"bad_date", "digits_lost"}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("440304198511080000", "440304198511080000"),
        ("11010519491231002x", "11010519491231002X"),
        ("１１０１０５ 19491231 ００２Ｘ", "11010519491231002X"),
        (440304851108001, "440304851108001"),
        ("E12345678", "E12345678"),
        ("K123456(7)", "K123456(7)"),
    ],
)
def test_an_id_number_is_kept_whatever_its_checksum(typed, number):
    assert cells.id_number_of(typed) == number


@pytest.mark.parametrize(
    "typed", [440304198511080000, 4.4030419851108e17, 10**15, "4.40304E+17", "4.4030419851108E17"]
)
def test_an_id_number_that_excel_has_cut_is_refused(typed):
    assert code_of(cells.id_number_of, typed) == "digits_lost"


@pytest.mark.parametrize("typed", ["身份证", "'440304198511080000", "1" * 31])
def test_what_is_no_id_number_is_refused(typed):
    assert code_of(cells.id_number_of, typed) == "bad_id_number"


@pytest.mark.parametrize(
    ("typed", "identity"),
    [
        ("业主", "owner"),
        (" 业 主 ", "owner"),
        ("限租租客", "term_tenant"),
        ("限期租客", "term_tenant"),
    ],
)
def test_an_identity_has_the_spellings_of_the_guide(typed, identity):
    assert cells.identity_of(typed) == identity


@pytest.mark.parametrize(("typed", "gender"), [("男", "male"), ("女性", "female"), ("", "")])
def test_a_gender_may_be_left_blank(typed, gender):
    assert gender_of(typed) == gender


@pytest.mark.parametrize("read", [gender_of, cells.identity_of])
def test_other_words_are_no_choice(read):
    assert code_of(read, "房东") == "not_a_choice"


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (phone_of, "89131"),
        (cells.id_number_of, "张三440304"),
        (gender_of, "张三"),
        (cells.identity_of, "张三"),
        (cells.lease_end_of, "张三生日"),
        (cells.name_of, "张三" * 30),
    ],
)
def test_a_sentence_does_not_repeat_what_was_typed(read, typed):
    with pytest.raises(BadCell) as bad:
        read(typed)

    assert typed[:2] not in bad.value.message
