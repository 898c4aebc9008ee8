"""Rows that a pattern takes are the rows that expat reads."""

import random

import pytest

from haina.sheets.reader import Refused, read
from tests.sheets import make

PLAIN = (
    '<c r="A{row}" s="1" t="s"><v>0</v></c><c r="B{row}"/><c r="D{row}" s="1"><v>43465</v></c>',
    '<c r="C{row}" t="s"><v>1</v></c><c r="B{row}"><v>2.50</v></c>',
    '<c r="A{row}"><v>1.2.3</v></c><c r="BZ{row}" t="s"><v>99</v></c>',
    "",
)
ODD = (
    '<c r="A{row}" t="inlineStr"><is><t>&lt;row r="1"&gt;</t></is></c>',
    '<c r="A{row}"><f>1+1</f><v>-2</v></c>',
    '<c><v>7</v></c><!-- <row r="5"><c r="A5"><v>5</v></c></row> -->',
    '<c r="A{row}" t="str"><v><![CDATA[</row><row r="6"><c r="A6"><v>6</v></c></row>]]></v></c>',
    '<x xmlns="other"><c r="A{row}"><v>8</v></c></x><c r="B{row}" ><v>9</v></c>',
)
BEGINNINGS = (
    '<row r="{row}">',
    '\n <row r="{row}" spans="1:3" ht="18.5" x:dyDescent="0.2">',
)
WHOLLY_ODD = ('<row xmlns="other" r="{row}">', "<row>", "<row r='{row}'>", '<row r="{row}" >')


def row_of(chance, number):
    odd = chance.random() < 0.01
    beginning = chance.choice(WHOLLY_ODD if odd and chance.random() < 0.5 else BEGINNINGS)
    cells = chance.choice(ODD if odd else PLAIN)
    return (beginning + cells + "</row>").format(row=number)


def outcome(path, rows, *, before):
    before = f'{before}<sheetFormatPr xmlns:x="more"/>'
    sheet = make.sheet(rows, before=before).replace("<worksheet ", '<worksheet xmlns:x="more" ')
    make.xlsx(
        path,
        **{
            "xl/worksheets/sheet1.xml": sheet,
            "xl/sharedStrings.xml": make.strings("<t>张三</t>", "<t>李四</t>"),
        },
    )
    try:
        return [(row.number, row.cells) for row in read(path)]
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize("seed", range(12))
def test_a_sheet_reads_the_same_whether_or_not_a_pattern_may_take_its_rows(tmp_path, seed):
    chance = random.Random(seed)
    rows = "".join(row_of(chance, number) for number in range(1, 2_000))

    by_pattern = outcome(tmp_path / "plain", rows, before="")
    by_expat = outcome(tmp_path / "commented", rows, before="<!-- -->")

    assert by_pattern == by_expat
    assert len(by_pattern) > 1_000


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',  # no such string
        '<row r="1"><c r="A1" t="s"><v>1.5</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row></wrong>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c>',
        '<row r="1"><c r="A1"><v>1</v></c></row>&lol;',
    ],
)
def test_what_is_damaged_is_refused_by_both(tmp_path, rows):
    assert outcome(tmp_path / "plain", rows, before="") == "damaged"
    assert outcome(tmp_path / "commented", rows, before="<!-- -->") == "damaged"


@pytest.mark.parametrize("hiding", ["<!--{}-->", "<?hidden {}?>"])
def test_what_only_looks_like_rows_is_none(tmp_path, hiding):
    hidden = hiding.format('<sheetData><row r="9"><c r="A9"><v>9</v></c></row>')
    sheet = make.sheet(f'{hidden}<row r="1"><c r="A1"><v>1</v></c></row>')
    sheet = sheet.replace("<sheetData>", "<sheetData >", 1)
    make.xlsx(tmp_path / "hiding", **{"xl/worksheets/sheet1.xml": sheet})

    assert [row.number for row in read(tmp_path / "hiding")] == [1]
