"""Text files with separated values, as spreadsheet programs write them and as people break them."""

import random

import pytest

from haina.sheets.csv import LONGEST, MAX_ROWS
from haina.sheets.reader import CellError, Refused, Row, read
from tests.sheets import make

MB = 1024 * 1024
HEADER = "服务小区*,姓名*,手机号*\r\n"
ROW = "腾讯小区,张三,13800138000\r\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "upload"


@pytest.fixture
def cells_of(path):
    def written(content):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return [row.cells for row in read(path, with_csv=True)]

    return written


@pytest.fixture
def refusal_of(cells_of):
    def refused(content):
        with pytest.raises(Refused) as refusal:
            cells_of(content)
        assert "%" not in refusal.value.message
        return refusal.value

    return refused


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_what_spreadsheet_programs_write_is_read(cells_of, encoding, separator, end):
    text = (HEADER + "腾讯小区,㐂𠮷,013800138000\r\n").replace(",", separator)

    found = cells_of(text.replace("\r\n", end).encode(encoding))

    assert found == [("服务小区*", "姓名*", "手机号*"), ("腾讯小区", "㐂𠮷", "013800138000")]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("0755", "0755"),
        ("1.38E+10", "1.38E+10"),
        ("440304198511080001", "440304198511080001"),
        ("=1+1", "=1+1"),
        ("2018-12-31", "2018-12-31"),
        ("TRUE", "TRUE"),
        (" 张三 ", " 张三 "),
        ('"张""三"', '张"三'),
        ('"工程部,客服部"', "工程部,客服部"),
        ('"工程部\n客服部"', "工程部\n客服部"),
        ('"工程部\r\n客服部"', "工程部\r\n客服部"),
        ('张"三', '张"三'),
    ],
)
def test_every_value_stays_the_text_it_is(cells_of, written, text):
    assert cells_of(f"{HEADER}{written},x")[1:] == [(text, "x")]


def test_rows_are_numbered_as_excel_shows_them(path):
    path.write_text('一,二\n"上\n下",\n\n,,\n,三')

    found = list(read(path, with_csv=True))

    assert found == [
        Row("CSV", 1, ("一", "二")),
        Row("CSV", 2, ("上\n下",)),
        Row("CSV", 5, (None, "三")),
    ]


def test_cells_beyond_the_width_are_left_out(path):
    path.write_text("1,2,3,4\n,,3,4\n")

    assert [row.cells for row in read(path, width=2, with_csv=True)] == [("1", "2")]


def test_a_declared_separator_is_no_row(cells_of):
    assert cells_of("sep=|\r\na,b|c\r\n") == [("a,b", "c")]


def test_a_separator_inside_quotes_separates_nothing(cells_of):
    assert cells_of('"a;b;c;d",二\n一,二\n') == [("a;b;c;d", "二"), ("一", "二")]


def test_an_ascii_line_does_not_tell_the_encoding(cells_of):
    assert cells_of("name,phone\n张三,1\n".encode("gb18030"))[1] == ("张三", "1")


@pytest.mark.parametrize("content", ["\ufeff", "\n\n\n", ",,,\n,,,"])
def test_a_file_without_values_has_no_rows(cells_of, content):
    assert cells_of(content) == []


def test_a_text_longer_than_excel_takes_is_told_of_its_cell(cells_of):
    assert cells_of("x" * 32_768 + ",y") == [(CellError("文字超过 32767 个字符"), "y")]


@pytest.mark.parametrize(
    ("good", "bad"),
    [("utf-8", "gb18030"), ("utf-8-sig", "gb18030"), ("gb18030", "utf-8")],
)
def test_a_row_in_another_encoding_is_named(refusal_of, good, bad):
    content = (HEADER + ROW).encode(good) + ROW.encode(bad) + ROW.encode(good.removesuffix("-sig"))

    refusal = refusal_of(content)

    assert (refusal.code, "第 3 行" in refusal.message) == ("undecodable_row", True)


@pytest.mark.parametrize("odd", [b"\xff\xff", b"\x00", b"\x07", b"\x81"])
def test_a_row_with_odd_bytes_far_down_is_named(refusal_of, odd):
    content = (HEADER + ROW * 500).encode() + b"a," + odd + b"\r\n" + ROW.encode()

    refusal = refusal_of(content)

    assert (refusal.code, "第 502 行" in refusal.message) == ("undecodable_row", True)


@pytest.mark.parametrize(
    "broken",
    ['"张三,1\n李四,2\n', '"张三,1\n"李四",2\n', '"张三"李四,2\n', '"张三" ,2\n'],
)
def test_a_quote_that_does_not_close_is_named_where_it_opens(refusal_of, broken):
    refusal = refusal_of(HEADER + ROW + broken + ROW * 9)

    assert (refusal.code, "第 3 行" in refusal.message) == ("broken_row", True)


@pytest.mark.parametrize("cell", ["x" * 10 * MB, '"' + "x\n" * 5 * MB + '"', "," * 10 * MB])
def test_a_cell_or_a_line_of_ten_megabytes_is_refused_with_its_row(refusal_of, cell):
    refusal = refusal_of(HEADER + cell + "\n" + ROW)

    assert (refusal.code, "第 2 行" in refusal.message) == ("broken_row", True)


def test_a_record_of_many_million_columns_takes_no_more_memory_than_given(cells_of):
    assert cells_of(('"\n"' + "," * (LONGEST - 10)) * 19) == [("\n",)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        ((HEADER + ROW).replace(",", "\t").encode("utf-16"), "utf_16"),
        (b"\xfe\xff" + HEADER.encode("utf-16-be"), "utf_16"),
        (HEADER.encode("utf-32"), "utf_16"),
        (HEADER.encode("utf-16-le"), "not_a_workbook"),
        (b"\x00" + HEADER.encode(), "not_a_workbook"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "not_a_workbook"),
        (b"\n <html><table>", "web_page"),
        ("\ufeff<!DOCTYPE html>".encode(), "web_page"),
        (b"<?xml version='1.0'?>", "web_page"),
        (b"PK\x03\x04" + random.Random(1).randbytes(1000), "damaged"),
        (b"x" * (20 * MB + 1), "too_large"),
        (b"\n" * (MAX_ROWS + 1), "too_many_rows"),
    ],
)
def test_what_is_no_text_is_refused(refusal_of, content, code):
    assert refusal_of(content).code == code


def test_a_workbook_is_read_under_any_name(tmp_path):
    workbook = make.xlsx(tmp_path / "people.csv")
    text = tmp_path / "people.xlsx"
    text.write_text("张三")

    found = [[row.cells for row in read(file, with_csv=True)] for file in (workbook, text)]

    assert found == [[(1,)], [("张三",)]]


def test_a_zip_that_is_no_workbook_is_refused_under_any_name(tmp_path):
    path = make.xlsx(tmp_path / "people.csv", {"people.txt": "x"})

    with pytest.raises(Refused) as refusal:
        list(read(path, with_csv=True))

    assert refusal.value.code == "not_a_workbook"


def test_the_row_limit_holds(path):
    path.write_text("x\n" * 301)

    assert len(list(read(path, with_csv=True, max_rows=301))) == 301
    with pytest.raises(Refused) as refusal:
        list(read(path, with_csv=True, max_rows=300))
    assert refusal.value.code == "too_many_rows"


def test_text_is_refused_where_the_caller_does_not_take_it(path):
    path.write_text(HEADER + ROW)

    with pytest.raises(Refused) as refusal:
        list(read(path))

    assert refusal.value.code == "html_or_csv"
