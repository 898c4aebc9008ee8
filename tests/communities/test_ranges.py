import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.ranges import MOST, BadRange, batch_of, expand, sample


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1-3", ["1", "2", "3"]),
        ("1-3栋", ["1栋", "2栋", "3栋"]),
        ("1–3 栋", ["1栋", "2栋", "3栋"]),
        ("1栋-3栋", ["1栋", "2栋", "3栋"]),
        ("1至3单元", ["1单元", "2单元", "3单元"]),
        ("A1-A3", ["A1", "A2", "A3"]),
        ("2期1-3栋", ["2期1栋", "2期2栋", "2期3栋"]),
        ("A-D", ["A", "B", "C", "D"]),
        ("a座-c座", ["a座", "b座", "c座"]),
        ("08-11", ["08", "09", "10", "11"]),
        ("１－３", ["1", "2", "3"]),
        ("5-5", ["5"]),
        ("东、西，南,北", ["东", "西", "南", "北"]),
        ("1-2、商铺;7-8", ["1", "2", "商铺", "7", "8"]),
        ("2,1-3", ["2", "1", "3"]),
        ("、1，", ["1"]),
        ("", []),
    ],
)
def test_a_list_of_names_and_ranges_is_written_out(text, names):
    assert expand(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("101-203", ["101", "102", "103", "201", "202", "203"]),
        ("0101-0202", ["0101", "0102", "0201", "0202"]),
        ("A101-A202室", ["A101室", "A102室", "A201室", "A202室"]),
        ("901-1002", ["901", "902", "1001", "1002"]),
        ("99-101", ["99", "100", "101"]),
        ("001-003", ["001", "002", "003"]),
        ("1-3", ["1", "2", "3"]),
        ("101", ["101"]),
    ],
)
def test_rooms_run_over_floors_and_over_doors(text, names):
    assert expand(text, rooms=True) == names


def test_101_to_1804_are_eighteen_floors_of_four():
    rooms = expand("101-1804", rooms=True)

    assert len(rooms) == 18 * 4
    assert sample(rooms) == "101、102、103、104 … 1804"


def test_only_the_last_level_has_floors():
    assert len(expand("101-203")) == 103


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("18-1", "“18-1”要从小到大。"),
        ("F-A", "“F-A”的字母要从前到后"),
        ("a-C", "“a-C”的字母要从前到后"),
        ("101-200", "不能从 01 到 00"),
        ("A-01", "看不懂“A-01”"),
        ("1-2-3", "看不懂“1-2-3”"),
        ("1栋-3座", "看不懂“1栋-3座”"),
        ("A1-B3", "看不懂“A1-B3”"),
        ("1-100001", f"一次最多添加 {MOST} 个"),
        ("1-99999999999999999999", f"一次最多添加 {MOST} 个"),
        ("101-9999999999999999", f"一次最多添加 {MOST} 个"),
        ("9" * 5000 + "-" + "9" * 5001, "超过"),
        ("很" * 41, "超过 40 个字"),
        ("很" * 91, "超过 40 个字"),
    ],
)
def test_what_cannot_be_read_is_named(text, told):
    with pytest.raises(BadRange, match=told):
        expand(text, rooms=True)


def test_a_batch_counts_every_level():
    batch = batch_of([["1", "2", "3"], ["1", "2"], ["101", "102", "201"]])

    assert batch.counts == [3, 6, 18]
    assert batch.total == 27
    assert len(list(batch.paths())) == 18


def test_a_batch_that_is_too_large_is_refused_before_it_is_built():
    with pytest.raises(BadRange, match="一次最多添加 100000 个"):
        batch_of([[str(n) for n in range(1000)]] * 3)


@given(start=st.integers(0, 3000), more=st.integers(0, 200), width=st.integers(1, 5))
def test_counting_keeps_the_width_and_misses_nothing(start, more, width):
    first, last = f"{start:0{width}d}", f"{start + more:0{width}d}"

    names = expand(f"{first}-{last}栋")

    assert [int(name.removesuffix("栋")) for name in names] == [*range(start, start + more + 1)]
    assert (names[0], names[-1]) == (f"{first}栋", f"{last}栋")


@given(
    floors=st.tuples(st.integers(1, 60), st.integers(0, 60)),
    doors=st.tuples(st.integers(0, 99), st.integers(0, 99)),
)
def test_every_floor_has_every_door(floors, doors):
    low, high = floors[0], floors[0] + floors[1]
    near, far = sorted(doors)

    names = expand(f"{low}{near:02d}-{high}{far:02d}", rooms=True)

    wanted = [f"{f}{d:02d}" for f in range(low, high + 1) for d in range(near, far + 1)]
    assert names == wanted


@given(st.text(max_size=60))
def test_any_text_gives_names_or_a_sentence(text):
    try:
        names = expand(text, rooms=True)
    except BadRange:
        return
    assert len(names) == len(set(names)) <= MOST
    assert all(0 < len(name) <= 40 for name in names)
