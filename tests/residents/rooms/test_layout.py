"""Which floor and column a room's name tells, and how rooms stand in sections."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from residents.rooms.layout import Room, layout, spots_of
from residents.rooms.paper import STEPS, paper_for


def drawn(*names: str, section: str = "") -> dict[str, list]:
    """The names as they stand, row by row: "12: 1201 1202", with . where there is no room."""
    sections = layout(Room(number, name, section) for number, name in enumerate(names))
    return {part.label: [line(floor) for floor in part.floors] for part in sections}


def line(floor) -> str:
    names = " ".join(room.name if room else "." for room in floor.rooms)
    return names if floor.number is None else f"{floor.label}: {names}"


@pytest.mark.parametrize(
    ("name", "floor", "column"),
    [
        ("101", 1, "01"),
        ("1203", 12, "03"),
        ("0905", 9, "05"),
        ("1201A", 12, "01A"),
        ("12A", 12, "A"),
        ("１２０１", 12, "01"),
        ("三〇二", 3, "02"),
        ("301室", 3, "01"),
        ("301号房", 3, "01"),
        ("3楼02", 3, "02"),
        ("12F-03", 12, "03"),
        ("B101", -1, "01"),
        ("负101", -1, "01"),
        ("-101", -1, "01"),
        ("B1层01", -1, "01"),
    ],
)
def test_a_name_tells_floor_and_column(name, floor, column):
    [spot] = spots_of([name])

    assert (spot.section, spot.floor, spot.column) == ("", floor, column)


@pytest.mark.parametrize(
    "name", ["8", "商铺1", "001", "10101", "会所", "一单元101", "A", "", "12-"]
)
def test_other_names_tell_nothing(name):
    assert spots_of([name]) == [None]


def test_the_top_floor_stands_on_top_and_columns_are_kept():
    assert drawn("101", "102", "202", "1001", "1002", "B101") == {
        "": ["10: 1001 1002", "2: . 202", "1: 101 102", "B1: B101 ."]
    }


def test_names_that_do_not_tell_stand_below_in_the_order_of_the_tree():
    assert drawn("101", "102", "会所", "商铺2", "商铺1") == {"": ["1: 101 102", "会所 商铺2 商铺1"]}
    shops = [f"商铺{number}" for number in range(1, 11)]
    assert drawn(*shops) == {"": [" ".join(shops[:8]), " ".join(shops[8:])]}


def test_numbers_that_run_on_from_one_tell_no_floor():
    houses = [str(number) for number in range(96, 106)]

    assert drawn(*houses) == {"": [" ".join(houses[:8]), " ".join(houses[8:])]}


def test_floors_that_number_their_rooms_on_are_not_torn_apart():
    assert drawn("101", "102", "203", "204", "305", "306") == {
        "": ["3: 305 306", "2: 203 204", "1: 101 102"]
    }


def test_names_may_tell_sections_of_their_own():
    assert drawn("1-101", "1-102", "2-101") == {"1": ["1: 1-101 1-102"], "2": ["1: 2-101"]}
    assert drawn("A101", "B101") == {"A": ["1: A101"], "B": ["1: B101"]}
    assert drawn("1-101", "2-101", "会所", section="东区") == {
        "东区 1": ["1: 1-101"],
        "东区 2": ["1: 2-101"],
        "东区": ["会所"],
    }


def test_two_rooms_in_one_place_are_both_shown():
    assert drawn("101", "101室") == {"": ["1: 101", "101室"]}


digits = st.from_regex(r"[0-9]{1,5}[A-F]?", fullmatch=True)
doors = st.from_regex(r"(B|负|-|[1-3]-|[A-C])?[0-9]{2,4}(室|号)?", fullmatch=True)
some_rooms = st.lists(
    st.tuples(st.one_of(digits, doors, st.text(max_size=8)), st.sampled_from("甲乙"))
)


@given(some_rooms)
def test_every_room_stands_exactly_once(named):
    rooms = [Room(number, *each) for number, each in enumerate(named)]

    sections = layout(rooms)

    shown = [room for part in sections for floor in part.floors for room in floor.rooms if room]
    assert sorted(shown, key=lambda room: room.pk) == rooms
    if sections:
        assert paper_for(sections).step in range(len(STEPS))


@given(some_rooms)
def test_rooms_that_do_not_tell_keep_their_order(named):
    sections = layout(Room(number, *each) for number, each in enumerate(named))

    for part in sections:
        rest = [room.pk for floor in part.floors if floor.number is None for room in floor.rooms]
        assert rest == sorted(rest)


@pytest.mark.parametrize(
    ("floors", "sections", "is_upright"),
    [(25, 4, False), (33, 1, True), (6, 2, True), (1, 1, False)],
)
def test_a_tall_house_stands_upright_on_paper(floors, sections, is_upright):
    doors = [f"{floor}{door:02d}" for floor in range(1, floors + 1) for door in range(1, 5)]
    rooms = [Room(0, door, f"{part}单元") for part in range(sections) for door in doors]

    assert paper_for(layout(rooms)).is_upright == is_upright
