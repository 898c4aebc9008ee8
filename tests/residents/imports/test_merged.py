"""Workbooks whose managers merged the cells of a building or of a person."""

import struct
from zipfile import ZipFile

import pytest

from communities.models import BuildingNode
from residents.models import Resident
from tests.residents.imports.workbooks import (
    FOUR,
    GROUPS,
    HEADER,
    LI,
    LIU,
    WANG,
    ZHANG,
    book,
    on_file,
    row,
    upload,
)
from tests.sheets import make as parts

ROWS = [ZHANG, row(LI, G=None, H=None, I=None), row(WANG, G=None), row(LIU, G=None, H=None, I=None)]


def merging(path, rows, *ranges):
    """By hand: openpyxl would make an object for every merged cell."""
    with ZipFile(book(path, rows)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    merges = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
    after = f"</sheetData><mergeCells>{merges}</mergeCells>".encode()
    sheet = members["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", after)
    return parts.xlsx(path, members | {"xl/worksheets/sheet1.xml": sheet})


def addresses(community):
    return [(each[0], each[-1]) for each in on_file(community)]


FOUND = [("张三", "A 1 101"), ("李四", "A 1 102"), ("王五", "B 1 101"), ("刘六", "B 1 102")]


def test_merged_buildings_hold_for_every_row(community, tmp_path):
    file = merging(tmp_path / "住户.xlsx", ROWS, "G3:G6", "H3:H4", "I3:I4", "H5:H6", "I5:I6")

    told = upload(file, community)

    assert (told.state, told.problems) == ("applied", [])
    assert addresses(community) == FOUND


def test_merged_buildings_of_an_old_workbook(community, tmp_path):
    cells = [
        parts.cell(number, column, value)
        for number, each in enumerate([GROUPS, HEADER, *ROWS])
        for column, value in enumerate(each)
        if value is not None
    ]
    ranges = [(2, 5, 6, 6), (2, 3, 7, 7), (2, 3, 8, 8), (4, 5, 7, 7), (4, 5, 8, 8)]
    listed = b"".join(struct.pack("<HHHH", *each) for each in ranges)
    cells.append(parts.record(0x00E5, struct.pack("<H", len(ranges)) + listed))

    told = upload(parts.xls(tmp_path / "住户.xls", {"住户信息": b"".join(cells)}), community)

    assert (told.state, told.problems) == ("applied", [])
    assert addresses(community) == FOUND


def test_a_merged_person_lives_in_every_room(community, tmp_path):
    second = row(ZHANG, **dict.fromkeys("ABCEF"), J="102")

    told = upload(
        merging(tmp_path / "x.xlsx", [ZHANG, second], *(f"{c}3:{c}4" for c in "ABCEF")), community
    )

    assert told.state == "applied"
    assert addresses(community) == [("张三", "A 1 101"), ("张三", "A 1 102")]


def test_cells_that_are_only_empty_are_a_problem_as_before(community, tmp_path):
    told = upload(book(tmp_path / "x.xlsx", ROWS), community)

    assert [each.message for each in told.problems][:1] == ["小区：不能为空，请填写。"]


@pytest.mark.parametrize("range_", ["G3:G1048576", "H7:XFD1048576"])
def test_a_range_to_the_end_of_the_sheet_makes_nobody(community, tmp_path, range_):
    told = upload(merging(tmp_path / "x.xlsx", FOUR, range_), community)

    assert told.state == "applied"
    assert Resident.objects.count() == 4
    assert BuildingNode.objects.filter(tree_id=community.pk, level=3).count() == 4
