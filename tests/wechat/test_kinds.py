"""Kinds of template fields: WeChat's limits, and that whatever we send is within them."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haina.sandbox import kinds
from haina.wechat.kinds import KINDS, fit, kind_of, length, problem_of

MORNING = datetime(2026, 11, 22, 1, 5, tzinfo=UTC)  # 09:05 in Shanghai
MOMENTS = st.datetimes(datetime(1000, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
VALUES = (
    st.text(max_size=60)
    | st.text("张王李 a1-·，,。😀𠮷\n\t", max_size=60)
    | st.integers()
    | st.dates()
    | MOMENTS
)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("thing", "字" * 20),
        ("thing", "A1，！ 混合"),
        ("short_thing", "字" * 5),
        ("character_string", "!~ aZ09" + "x" * 25),
        ("number", "9" * 32),
        ("number", "0"),
        ("letter", "a" * 32),
        ("symbol", "!@#¥%"),
        ("phrase", "审核未通过"),
        ("name", "汉" * 10),
        ("name", "a" * 20),
        ("time", "15:01"),
        ("time", "2019年10月1日 15:01"),
        ("time", "2019-10-01 15:01:02"),
        ("time", "09:00~18:00"),
        ("date", "2019年10月1日"),
        ("date", "2019年10月1日~2019年10月8日"),
        ("amount", "¥1234567890"),
        ("amount", "100.00元"),
        ("phone_number", "+86-0766-66888866"),
        ("car_number", "粤A8Z888挂"),
        ("const", "字" * 20),
    ],
)
def test_taken(kind, value):
    assert problem_of(kind, value) == ""
    assert fit(kind, value) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("thing", ""),
        ("thing", " "),
        ("thing", "字" * 21),
        ("thing", "😀" * 11),  # two units each
        ("thing", "两\n行"),
        ("character_string", "1号"),
        ("character_string", "x" * 33),
        ("number", "9" * 33),
        ("number", "-1"),
        ("number", "１"),
        ("number", "٣"),
        ("letter", "a1"),
        ("symbol", "a"),
        ("phrase", "六个汉字太长"),
        ("phrase", "通过1"),
        ("name", "汉" * 11),
        ("name", "a" * 21),
        ("name", "张三a"),
        ("time", "25:00"),
        ("time", "明天"),
        ("time", "٠٩:٠٠"),
        ("date", "11月22日"),
        ("amount", "12345678901"),
        ("phone_number", "1" * 18),
        ("car_number", "粤A8Z888挂1"),
        ("enum_string", "字" * 21),
        ("unheard_of", "a"),
    ],
)
def test_not_taken(kind, value):
    assert problem_of(kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("thing", "字" * 30, "字" * 19 + "…"),
        ("thing", "第一行\n第二行", "第一行 第二行"),
        ("thing", "a\u200b\x00b", "ab"),
        ("thing", "字" * 18 + "😀😀", "字" * 18 + "…"),  # no half of it
        ("thing", MORNING, "2026年11月22日 09:05"),
        ("thing", 3, "3"),
        ("number", 3, "3"),
        ("number", "３０", "30"),
        ("number", "A101", ""),  # a part of it would be a lie
        ("number", "9" * 40, ""),
        ("character_string", "Ａ栋-101", "A-101"),
        ("character_string", "0 é 0", "0 0"),
        ("character_string", MORNING, "2026-11-22 09:05"),
        ("character_string", date(2026, 11, 2), "2026-11-02"),
        ("time", MORNING, "2026年11月22日 09:05"),
        ("time", date(2026, 11, 2), "2026年11月2日 00:00"),
        ("date", MORNING, "2026年11月22日"),
        ("date", datetime(2026, 11, 22, 17, tzinfo=UTC), "2026年11月23日"),  # there already
        ("phrase", "审核通过", "审核通过"),
        ("phrase", "审核结果未通过", ""),
        ("name", "阿卜杜拉·买买提", "阿卜杜拉买买提"),
        ("name", "张三 Tom", "张三"),
        ("name", "John A. Smith", "John A Smith"),
        ("name", "1234", ""),
        ("unheard_of", "a", ""),
    ],
)
def test_brought_into_the_kind(kind, value, told):
    assert fit(kind, value) == told


@given(kind=st.sampled_from(sorted(KINDS)), value=VALUES)
def test_what_is_sent_is_taken(kind, value):
    told = fit(kind, value)

    assert told == "" or problem_of(kind, told) == ""
    assert length(told) <= KINDS[kind].longest
    assert not re.search(r"[\n\r\x00]", told)
    assert fit(kind, told) == told


@given(kind=st.sampled_from(sorted(KINDS)), value=VALUES)
def test_the_sandbox_takes_it_as_well(kind, value):
    """Its rules were written from WeChat's documentation by somebody else."""
    told = fit(kind, value)

    assert told == "" or kinds.fits(f"{kind}1", told, None)


@given(value=st.text("字a", min_size=1, max_size=60))
def test_a_thing_keeps_its_beginning(value):
    assert value.startswith(fit("thing", value).removesuffix("…"))


@given(count=st.integers(0, 10**9), at=MOMENTS)
def test_numbers_and_moments_can_always_be_said(count, at):
    assert fit("number", count) == str(count)
    assert fit("time", at)
    assert fit("date", at)


def test_the_kind_of_a_field():
    assert [kind_of(name) for name in ("thing12", "character_string3", "first")] == [
        "thing",
        "character_string",
        "first",
    ]
