"""Merged cells, in both formats: what the first one holds is handed down to those below it."""

import io
import struct

import pytest

from haina.sheets import merged
from haina.sheets.gate import Stop
from haina.sheets.reader import CellError, Refused, read
from haina.sheets.xlsx import merged_ranges
from tests.sheets import make

TEXT = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'


@pytest.fixture
def path(tmp_path):
    return tmp_path / "upload"


def xlsx(path, rows: list[list], *ranges: str, mark: str = "", more: str = "", encoding="utf-8"):
    """Cells of letters A, B, ...; None for an empty one."""
    lines = ""
    for number, values in enumerate(rows, 1):
        cells = zip("ABCDEFGH", values, strict=False)
        written = [TEXT.format(f"{letter}{number}", value) for letter, value in cells if value]
        lines += f'<row r="{number}">{"".join(written)}</row>'
    merges = "".join(f'<{mark}mergeCell ref="{each}"/>' for each in ranges)
    spaces = f'xmlns="{make.MAIN}" xmlns:x="{make.MAIN}"'
    sheet = f"<worksheet {spaces}><sheetData>{lines}</sheetData>"
    sheet += f"<{mark}mergeCells>{merges}</{mark}mergeCells>{more}</worksheet>"
    return make.xlsx_of(path, "", **{"xl/worksheets/sheet1.xml": sheet.encode(encoding)})


def xls(path, rows: list[list], *ranges: tuple):
    """Ranges of first row, last row, first column and last column, from 0."""
    cells = [
        make.cell(number, column, value)
        for number, values in enumerate(rows)
        for column, value in enumerate(values)
        if value
    ]
    listed = b"".join(struct.pack("<HHHH", *each) for each in ranges)
    merges = make.record(0x00E5, struct.pack("<H", len(ranges)) + listed)
    return make.xls(path, {"住户": b"".join([*cells, merges])})


def cells_of(path):
    return [(row.number, *row.cells) for row in read(path)]


SHEET = [["A", "1", "101"], [None, None, "102"], [None, "2", "201"], ["B", None, "301"]]
SHOWN = [(1, "A", "1", "101"), (2, "A", "1", "102"), (3, "A", "2", "201"), (4, "B", None, "301")]


def test_what_stands_above_is_handed_down(path):
    assert cells_of(xlsx(path, SHEET, "A1:A3", "B1:B2")) == SHOWN


def test_what_stands_above_is_handed_down_in_the_old_format(path):
    assert cells_of(xls(path, SHEET, (0, 2, 0, 0), (0, 1, 1, 1))) == SHOWN


@pytest.mark.parametrize("kinds", [{"mark": "x:"}, {"encoding": "utf-16"}])
def test_however_the_ranges_are_written(path, kinds):
    assert cells_of(xlsx(path, SHEET, "A1:A3", "B1:B2", **kinds)) == SHOWN


class Pieces(io.BytesIO):
    """A part that is read some bytes at a time."""

    def __init__(self, content: bytes, size: int):
        super().__init__(content)
        self.size = size

    def read(self, size=-1):
        return super().read(self.size)


@pytest.mark.parametrize("size", range(1, 90, 4))
def test_ranges_are_found_across_the_pieces_that_are_read(size):
    markup = '<a>mergeCell</a><mergeCells count="2"><mergeCell ref="A1:A3"/><mergeCell x="1" ref='
    part = Pieces(f"{markup}'C7:D99' /></mergeCells>".encode(), size)

    assert list(merged_ranges(part)) == [(0, 1, 3), (2, 7, 99)]


def test_nothing_is_handed_to_the_right_nor_past_the_end(path):
    rows = [["A", None, "x"], [None, None, "y"], [None, None, "z"]]

    assert cells_of(xlsx(path, rows, "A1:B2")) == [
        (1, "A", None, "x"),
        (2, "A", None, "y"),
        (3, None, None, "z"),
    ]


def test_a_cell_with_something_of_its_own_keeps_it(path):
    assert cells_of(xlsx(path, [["A"], ["B"], [None, "x"]], "A1:A3")) == [
        (1, "A"),
        (2, "B"),
        (3, "A", "x"),
    ]


@pytest.mark.parametrize("range_", ["A1:XFD1048576", "A1:A1048576", "A1:A9999999"])
def test_a_range_over_everything_makes_no_rows(path, range_):
    assert cells_of(xlsx(path, [["A", "x"], [None, "y"], []], range_)) == [
        (1, "A", "x"),
        (2, "A", "y"),
    ]


def test_thousands_of_ranges_over_each_other_cost_nothing_more(path):
    ranges = [f"A{first}:XFD1048576" for first in range(1, 5_001)]
    rows = [["A", "x"], *([None, "y"] for _ in range(300))]

    found = cells_of(xlsx(path, rows, *ranges))

    assert found[0] == (1, "A", "x")
    assert found[1] == (2, None, "y")  # the range that begins here has nothing to hand down
    assert len(found) == 301


def test_of_two_ranges_that_begin_together_the_longer_counts(path):
    assert cells_of(xlsx(path, SHEET, "A1:A3", "A1:A2", "B1:B2")) == SHOWN


def test_too_many_ranges_are_refused(path):
    ranges = [f"A{first}:A{first + 1}" for first in range(1, 2 * merged.MOST_RANGES + 3, 2)]

    with pytest.raises(Refused) as refused:
        cells_of(xlsx(path, [["A"]], *ranges))

    assert refused.value.code == "too_many_merged"
    with pytest.raises(Stop):
        merged.Merged((merged.Range(0, 1, 2) for _ in range(merged.MOST_RANGES + 1)), 1)


@pytest.mark.parametrize("odd", ["A1", "A:A", "1:3", "A3:A1", "A0:A2", "", "ZZZZ1:ZZZZ2", "A1:A1"])
def test_a_range_that_is_none_is_passed_over(path, odd):
    assert cells_of(xlsx(path, [["A", "x"], [None, "y"]], odd))[1] == (2, None, "y")


def test_errors_are_handed_down_too(path):
    rows = '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row><row r="2"><c r="B2"><v>1</v></c></row>'
    sheet = make.sheet(rows).replace("</sheetData>", '</sheetData><mergeCell ref="A1:A2"/>')
    make.xlsx_of(path, "", **{"xl/worksheets/sheet1.xml": sheet})

    assert cells_of(path)[1] == (2, CellError("#N/A"), 1)
