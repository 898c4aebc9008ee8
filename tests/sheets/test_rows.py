from datetime import date, datetime

import pytest

from haina.sheets.reader import CellError, Row, read
from tests.sheets import make

UNCALCULATED = CellError("公式没有计算结果")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "upload"


def cells_of(path):
    return [row.cells for row in read(path)]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('<c r="A1" t="s"><v>0</v></c>', "张三"),
        ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> 李四\n</t></is></c>', " 李四\n"),
        ('<c r="A1" t="inlineStr"><is><r><t>王</t></r><r><t>五</t></r></is></c>', "王五"),
        ('<c r="A1" t="inlineStr"><is><t>課</t><rPh><t>カ</t></rPh></is></c>', "課"),
        ('<c r="A1" t="str"><f>B1</f><v>a_x000D_b_x005F_x0041_</v></c>', "a\rb_x0041_"),
        ('<c r="A1"><v>101.0</v></c>', 101),
        ('<c r="A1"><v>1.38E+10</v></c>', 13_800_000_000),
        ('<c r="A1"><v>440304198511080001</v></c>', 440304198511080001),
        ('<c r="A1"><v>2.5</v></c>', 2.5),
        ('<c r="A1"><v>1e999</v></c>', CellError("#NUM!")),
        ('<c r="A1"><v>一</v></c>', "一"),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v>0</v></c>', False),
        ('<c r="A1" t="e"><v>#N/A</v></c>', CellError("#N/A")),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', 2),
        ('<c r="A1"><f>1+1</f></c>', UNCALCULATED),
        ('<c r="A1"><f>1+1</f><v></v></c>', UNCALCULATED),
        ('<c r="A1" t="inlineStr"><is><t>' + "x" * 32_767 + "</t></is></c>", "x" * 32_767),
        (
            '<c r="A1" t="inlineStr"><is><t>' + "x" * 32_768 + "</t></is></c>",
            CellError("文字超过 32767 个字符"),
        ),
    ],
)
def test_read_hands_over_what_a_cell_holds(path, written, value):
    make.xlsx_of(path, f'<row r="1">{written}</row>')

    ((found,),) = cells_of(path)

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("written", ['<c r="A1"/>', '<c r="A1" t="str"><f>""</f><v></v></c>'])
def test_read_leaves_out_rows_without_values(path, written):
    make.xlsx_of(path, f'<row r="1">{written}</row><row r="9"><c r="B9"><v>9</v></c></row>')

    assert list(read(path)) == [Row("住户", 9, (None, 9))]


@pytest.mark.parametrize(
    ("number", "declared", "value", "shown"),
    [
        (14, "", "43465", date(2018, 12, 31)),
        (22, "", "43465.5", datetime(2018, 12, 31, 12)),  # noqa: DTZ001 - sheets know no zones
        (31, "", "43465", date(2018, 12, 31)),
        (57, "", "43465", date(2018, 12, 31)),
        (20, "", "0.5", "12:00:00"),
        (46, "", "1.5", "1 day, 12:00:00"),
        (164, 'yyyy"年"m"月"d"日"', "43465", date(2018, 12, 31)),
        (164, '0"days"', "43465", 43465),
        (14, "", "13800138000", 13_800_138_000),
        (14, "", "-1", -1),
    ],
)
def test_read_knows_a_date_by_its_format(path, number, declared, value, shown):
    declared = declared.replace('"', "&quot;")
    formats = make.styles(0, number, declared=f'<numFmt numFmtId="164" formatCode="{declared}"/>')
    row = f'<row r="1"><c r="A1" s="1"><v>{value}</v></c></row>'
    make.xlsx_of(path, row, **{"xl/styles.xml": formats})

    assert cells_of(path) == [(shown,)]


def test_read_counts_days_from_1904_where_the_workbook_says_so(path):
    since_1904 = make.workbook(properties='<workbookPr date1904="1"/>')
    row = '<row r="1"><c r="A1" s="1"><v>42003</v></c></row>'
    make.xlsx_of(path, row, **{"xl/workbook.xml": since_1904})

    assert cells_of(path) == [(date(2018, 12, 31),)]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2018-12-31", date(2018, 12, 31)),
        ("2018-12-31T00:00:00", date(2018, 12, 31)),
        ("09:30:00", "09:30:00"),
        ("9999-99-99", "9999-99-99"),
        ("soon", "soon"),
    ],
)
def test_read_takes_dates_in_words(path, written, value):
    make.xlsx_of(path, f'<row r="1"><c r="A1" t="d"><v>{written}</v></c></row>')

    assert cells_of(path) == [(value,)]


def test_read_counts_on_where_places_are_not_given(path):
    make.xlsx_of(path, "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>")

    assert list(read(path)) == [Row("住户", 1, (1, 2)), Row("住户", 3, (3,))]


def test_read_goes_no_further_than_the_width(path):
    row = '<row r="1"><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c><c r="XFD1"><v>4</v></c></row>'
    make.xlsx_of(path, row)

    assert [row.cells for row in read(path, width=3)] == [(None, 2, 3)]


@pytest.mark.parametrize("declared", ["A1:A1", "A1:XFD1048576", "nonsense"])
def test_read_does_not_believe_the_dimension(path, declared):
    rows = "".join(f'<row r="{n}"><c r="B{n}"><v>{n}</v></c></row>' for n in (1, 2, 1_048_576))
    written = make.sheet(rows, before=f'<dimension ref="{declared}"/>')
    make.xlsx_of(path, "", **{"xl/worksheets/sheet1.xml": written})

    assert [row.number for row in read(path)] == [1, 2, 1_048_576]


def test_read_passes_over_sheets_that_nobody_sees(path):
    listed = make.workbook(
        '<sheet name="图" sheetId="1" r:id="chartsheet"/>'
        '<sheet name="藏" sheetId="2" state="hidden" r:id="worksheet1"/>'
        '<sheet name="深藏" sheetId="3" state="veryHidden" r:id="worksheet1"/>'
        '<sheet name="乙" sheetId="4" r:id="worksheet2"/>'
        '<sheet name="甲" sheetId="5" r:id="worksheet1"/>'
    )
    targets = make.relations(chartsheet="c.xml", worksheet1="1.xml", worksheet2="2.xml")
    one, two = (make.sheet(f"<row><c><v>{number}</v></c></row>") for number in (1, 2))
    changes = {"xl/workbook.xml": listed, "xl/_rels/workbook.xml.rels": targets}
    make.xlsx_of(path, "", **changes, **{"xl/1.xml": one, "xl/2.xml": two, "xl/c.xml": "<x/>"})

    assert list(read(path)) == [Row("乙", 1, (2,)), Row("甲", 1, (1,))]


def test_read_takes_the_strict_dialect(path):
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>43465</v></c></row>'
    strict = {
        name: text.replace(make.MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
            make.OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships"
        )
        for name, text in make.parts(row).items()
    }

    assert cells_of(make.xlsx(path, strict)) == [("张三", date(2018, 12, 31))]


@pytest.mark.parametrize("spelling", [str.upper, lambda name: name.replace("/", "\\")])
def test_read_finds_parts_under_other_spellings(path, spelling):
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    make.xlsx(path, {spelling(name): text for name, text in make.parts(row).items()})

    assert cells_of(path) == [("张三",)]


def test_read_is_not_kept_busy_by_styles(path):
    named = "".join(f'<cellStyle name="{hash(n):x}" xfId="{n}"/>' for n in range(60_000))
    heavy = make.styles(0, 14).replace("<numFmts>", f"<cellStyles>{named}</cellStyles><numFmts>")
    row = '<row r="1"><c r="A1" s="1"><v>43465</v></c></row>'
    make.xlsx_of(path, row, **{"xl/styles.xml": heavy})

    assert cells_of(path) == [(date(2018, 12, 31),)]


def test_read_opens_the_old_format(path):
    cells = b"".join(
        [
            make.cell(0, 0, "张三"),
            make.cell(0, 1, 101.0),
            make.cell(0, 2, 4.4030419851108e17),
            make.cell(0, 3, 43465.0, style=1),
            make.cell(0, 5, True),
            make.cell(0, 6, b"\x2a"),
            make.cell(0, 7, ""),
            make.cell(4, 0, 13_800_138_000.0, style=1),
        ]
    )
    make.xls(path, {"住户": cells, "藏": make.cell(0, 0, "secret")}, hidden=["藏"])

    first = ("张三", 101, 440304198511080000, date(2018, 12, 31), None, True, CellError("#N/A"))
    assert list(read(path)) == [Row("住户", 1, first), Row("住户", 5, (13_800_138_000,))]


def test_read_counts_days_from_1904_in_the_old_format_too(path):
    make.xls(path, {"住户": make.cell(0, 0, 42003.0, style=1)}, since_1904=True)

    assert cells_of(path) == [(date(2018, 12, 31),)]
