import re

import pytest

from haina.search.addresses import pattern_of, pieces_of


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("A 1 101", ["A", "1", "101"]),
        ("A栋1单元101室", ["A", "1", "101"]),
        ("A-1-101", ["A", "1", "101"]),
        ("3号楼2单元1101房间", ["3", "2", "1101"]),
        ("腾讯小区A栋101", ["腾讯小区", "A", "101"]),
        ("东区 3 101", ["东区", "3", "101"]),
        ("1101", ["1101"]),
        ("单元", []),
        ("(.*)", []),
        ("", []),
    ],
)
def test_an_address_is_taken_to_pieces(text, pieces):
    assert pieces_of(text) == pieces


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A栋1单元101", "腾讯小区 A 1 101"),
        ("A 1 101", "腾讯小区 A栋 1单元 101室"),
        ("a-1-10", "腾讯小区 A 1 101"),
        ("腾讯小区 101", "腾讯小区 101"),
        ("腾讯小区A栋", "腾讯小区 A 1 101"),
        ("1 101", "腾讯小区 A 1 101"),
        ("万科2期3栋101", "万科2期 3 101"),
    ],
)
def test_a_pattern_finds_the_address_however_it_is_written(text, place):
    assert re.search(pattern_of(text), place, re.I)


@pytest.mark.parametrize("place", ["腾讯小区 AA 1 101", "腾讯小区 A 11 101", "腾讯小区 A 1 2101"])
def test_a_pattern_finds_no_other_address(place):
    assert not re.search(pattern_of("A 1 101"), place, re.I)


@pytest.mark.parametrize("text", ["", "1101", "A", "栋"])
def test_one_name_is_no_pattern(text):
    assert pattern_of(text) == ""
