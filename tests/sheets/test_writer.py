import re
import tempfile
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haina.sheets.reader import Row, read
from haina.sheets.writer import Column, Group, Marked, write_workbook
from tests.drawing import percent
from tests.sheets import make

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+8613800138000",
    "-",
    "-1+1",
    "\t=1+1",
    "\r=1+1",
    "\0=1+1",
    "＝１＋１",
    "＋1",
    "－1",
    "＠a",
    "|a",
    "%0A",
    "#N/A",
    "#REF!",
    '=HYPERLINK("http://x")',
    "{=1}",
]
ODD_TEXTS = ["_x0041_", "_x0041_x0042_", "_x0041\x07", "\x00\x01\x1f", "\ufffe", "\ud800", "\r\n"]
ODD_TEXTS += ["  a  ", "\n", "😀", "<&>\"'", "]]>", "　住　", "0101", "1e5", "TRUE", "2018-12-31"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out.xlsx"


def write(path, rows, **options):
    columns = [Column("姓名"), Column("手机号")]
    return write_workbook(path, **{"title": "住户", "columns": columns, "rows": rows} | options)


def parts_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_writer_gives_back_what_it_was_given(path):
    count = write(path, [[text, "1"] for text in PAYLOADS + ODD_TEXTS])

    rows = list(read(path))

    assert count == len(PAYLOADS + ODD_TEXTS)
    assert rows[0] == Row("住户", 1, ("姓名", "手机号"))
    assert [row.cells[0] for row in rows[1:]] == PAYLOADS + ODD_TEXTS


@settings(max_examples=percent(15))
@given(st.lists(st.text(min_size=1), min_size=1, max_size=60))
def test_writer_loses_no_text(texts):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.xlsx"
        write(path, [["1", text] for text in texts])

        assert [row.cells[1] for row in read(path)][1:] == texts


pieces = st.sampled_from(["_", "x", "_x", "0041", "_x0041_", "\x07", "\r", "005F", "A", "a"])


@settings(max_examples=percent(15))
@given(st.lists(st.lists(pieces, min_size=1).map("".join), min_size=1, max_size=60))
def test_writer_tells_escapes_from_texts_that_look_like_them(texts):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.xlsx"
        write(path, [["1", text] for text in texts])

        assert [row.cells[1] for row in read(path)][1:] == texts


def test_writer_writes_no_formula(path):
    marked = [[Marked(text, text), text] for text in PAYLOADS]
    columns = [Column(text, note=text, choices=tuple(PAYLOADS)) for text in PAYLOADS[:2]]

    write(path, marked, columns=[Group("=1+1", tuple(columns))])

    sheets = openpyxl.load_workbook(path).worksheets
    kinds = {cell.data_type for sheet in sheets for row in sheet.rows for cell in row if cell.value}
    assert kinds == {"s"}
    written = [text for name, text in parts_of(path).items() if "sheets/" in name]
    assert not any(re.search("<f[ >]", text) for text in written)


@pytest.mark.parametrize("payload", PAYLOADS[:15])
def test_writer_marks_what_looks_like_a_formula_as_text(path, payload):
    write(path, [[payload, "plain"], [Marked(payload), None]])

    sheet = openpyxl.load_workbook(path).active

    assert [sheet[place].quotePrefix for place in ("A2", "B2", "A3")] == [True, False, True]
    assert {sheet[place].number_format for place in ("A2", "B2", "A3")} == {"@"}


def test_writer_keeps_numbers_and_dates_where_asked_to(path):
    columns = [Column("a"), Column("b", text=False)]
    day = date(2018, 12, 31)

    write(path, [[101, 101], [day, day], [None, 2.5], ["", None]], columns=columns)

    found = [row.cells for row in read(path)][1:]
    assert found == [("101", 101), ("2018-12-31", day), (None, 2.5)]


def test_writer_makes_the_template(path):
    many = tuple(f"小区{number}" for number in range(300))
    address = (Column("小区", choices=many), Column("楼栋", note="如 A 栋", width=20))
    person = (Column("姓名"), Column("性别", choices=("男", "女")))

    write(path, [["小区1", "A", "张三", "男"]], columns=[Group("住址", address), *person])

    book = openpyxl.load_workbook(path)
    sheet, hidden = book.worksheets
    lists = {str(choice.sqref): choice.formula1 for choice in sheet.data_validations.dataValidation}
    assert [[cell.value for cell in row] for row in sheet["A1:D3"]] == [
        ["住址", None, None, None],
        ["小区", "楼栋", "姓名", "性别"],
        ["小区1", "A", "张三", "男"],
    ]
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:B1"]
    assert lists == {"A3:A1048576": "'选项'!$A$1:$A$300", "D3:D1048576": '"男,女"'}
    assert (hidden.sheet_state, hidden["A300"].value) == ("hidden", "小区299")
    assert sheet["B2"].comment.text == "如 A 栋"
    assert sheet.freeze_panes == "A3"
    assert sheet.column_dimensions["B"].width == 20
    assert sheet.column_dimensions["B"].number_format == "@"


@pytest.mark.parametrize("choice", ["a,b", 'a"b', "a\nb", " a"])
def test_writer_puts_choices_that_a_list_would_split_into_the_hidden_sheet(path, choice):
    write(path, [], columns=[Column("小区", choices=(choice, "其他"))])

    assert openpyxl.load_workbook(path).worksheets[1]["A1"].value == choice


def test_writer_marks_cells_without_colouring_their_neighbours(path):
    write(path, [[Marked("1380", "手机号不足 11 位"), "1381"], ["1382", Marked(None, "必填")]])

    sheet = openpyxl.load_workbook(path).active

    colours = {place: sheet[place].fill.start_color.rgb for place in ("A2", "B2", "A3", "B3")}
    assert colours == {"A2": "00FFC7CE", "B2": "00000000", "A3": "00000000", "B3": "00FFC7CE"}
    assert [sheet[place].comment.text for place in ("A2", "B3")] == ["手机号不足 11 位", "必填"]


@pytest.mark.parametrize("title", ["a/b[c]*?:\\", "x" * 40, "", "'", "住户\0"])
def test_writer_makes_a_title_that_excel_takes(path, title):
    write(path, [], title=title)

    assert 1 <= len(openpyxl.load_workbook(path).sheetnames[0]) <= 31


@pytest.mark.parametrize("text", ["x" * 32_768, "\x07" * 5_000, "😀" * 16_384])
def test_writer_cuts_no_text(path, text):
    with pytest.raises(ValueError, match="32,767"):
        write(path, [["a", text]])

    assert not path.exists()


def test_writer_refuses_rows_of_another_length(path):
    with pytest.raises(ValueError, match="longer"):
        write(path, [["a"]])


def test_writer_leaves_no_file_when_the_rows_fail(path, tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    with pytest.raises(ZeroDivisionError):
        write(path, (["a", str(1 // number)] for number in (1, 0)))

    assert list(folder.iterdir()) == []
    assert not path.exists()


def test_reader_takes_every_format_the_writer_has_for_a_heading(path):
    write(path, [["=1", "2"]], columns=[Group("=人", (Column("@姓名"), Column("+手机")))])

    assert [row.cells for row in read(path)] == [("=人",), ("@姓名", "+手机"), ("=1", "2")]
    assert make.MAIN in parts_of(path)["xl/workbook.xml"]


@pytest.mark.parametrize("read_only", [False, True])
def test_openpyxl_reads_what_is_written(path, read_only):
    texts = ["张三", "<&>\"'", "  a  ", "a\nb", "=1+1", "0101"]
    columns = [Column("a"), Column("b", text=False)]

    write(path, [[text, n] for n, text in enumerate(texts, 1)], columns=columns)

    book = openpyxl.load_workbook(path, read_only=read_only)
    rows = list(book.active.iter_rows(min_row=2, values_only=True))
    book.close()
    assert rows == [(text, n) for n, text in enumerate(texts, 1)]


def test_rows_are_never_in_a_file_with_a_name(path, tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    found = []

    def rows():
        for number in range(20_000):
            yield ["金丝雀", str(number)]
        found.extend(file.read_bytes() for file in [*folder.iterdir(), *tmp_path.glob("*.*")])

    write(path, rows())

    assert not any("金丝雀".encode() in content for content in found)
