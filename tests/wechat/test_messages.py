"""Templates of the account: which fields they have, what can be put in, what is sent."""

from datetime import UTC, datetime

import pytest

from haina.wechat.errors import AccountRefused
from haina.wechat.kinds import fit, problem_of
from haina.wechat.messages import FIELDS, choices_for, examples_of, fields_in, fill, preview
from haina.wechat.models import Template

CONTENT = "小区名称:{{thing1.DATA}}\n待审核数：{{number2.DATA}}\n提交时间: {{time13.DATA}}"
MAPPED = {"thing1": "community", "number2": "count", "time13": "submitted_at"}
VALUES = {
    "community": "腾讯小区",
    "count": 12,
    "submitted_at": datetime(2026, 11, 22, 1, 5, tzinfo=UTC),
}


def template(content=CONTENT, fields=MAPPED) -> Template:
    return Template(purpose=Template.Purpose.REVIEW, content=content, fields=fields)


def test_fields_are_found_with_their_labels():
    assert [(each.name, each.kind, each.label) for each in fields_in(CONTENT)] == [
        ("thing1", "thing", "小区名称"),
        ("number2", "number", "待审核数"),
        ("time13", "time", "提交时间"),
    ]


def test_fields_of_an_old_template_are_found():
    content = "{{first.DATA}}\n小区：{{keyword1.DATA}}，共{{keyword2.DATA}}\n{{remark.DATA}}"

    assert [each.name for each in fields_in(content)] == ["first", "keyword1", "keyword2", "remark"]


@pytest.mark.parametrize("content", ["", "没有字段", "{{thing1}}", "{{.DATA}}", "{{thing1.DATA"])
def test_nothing_else_is_a_field(content):
    assert fields_in(content) == []


def test_a_field_is_offered_only_what_it_can_hold():
    community, count, at = fields_in(CONTENT)

    assert "community" in choices_for("review", community)
    assert list(choices_for("review", count)) == ["count"]
    assert list(choices_for("review", at)) == ["submitted_at"]
    assert choices_for("review", fields_in("{{unheard_of1.DATA}}")[0]) == {}


@pytest.mark.parametrize("purpose", Template.Purpose.values)
def test_every_example_fits_wherever_it_is_offered(purpose):
    for ours in FIELDS[purpose].values():
        for kind in ours.kinds:
            told = fit(kind, ours.example)
            assert told, (ours.label, kind)
            assert problem_of(kind, told) == ""


def test_a_template_is_filled():
    assert fill(template(), VALUES) == {
        "thing1": {"value": "腾讯小区"},
        "number2": {"value": "12"},
        "time13": {"value": "2026年11月22日 09:05"},
    }


def test_what_is_too_long_is_cut():
    told = fill(template(), {**VALUES, "community": "很" * 40})

    assert told["thing1"]["value"] == "很" * 19 + "…"


def test_an_empty_value_is_said_to_be_none():
    assert fill(template(), {**VALUES, "community": " "})["thing1"] == {"value": "无"}


@pytest.mark.parametrize(
    ("fields", "values", "field"),
    [
        ({"thing1": "community"}, VALUES, "number2"),  # nothing chosen for it
        (MAPPED, {**VALUES, "count": "许多"}, "number2"),
        ({**MAPPED, "number2": "community"}, VALUES, "number2"),
        ({**MAPPED, "thing1": "no_longer_ours"}, VALUES, "thing1"),
    ],
)
def test_a_field_that_nothing_fits_is_named(fields, values, field):
    with pytest.raises(AccountRefused) as error:
        fill(template(fields=fields), values)

    assert (error.value.code, error.value.detail) == (47003, field)
    assert field in str(error.value)


def test_a_preview_reads_as_the_message_will():
    told = preview(CONTENT, fill(template(), examples_of("review")))

    assert told == "小区名称:腾讯小区\n待审核数：3\n提交时间: 2026年11月22日 09:30"


@pytest.mark.parametrize(
    "content",
    ["{{productType.DATA}}", "{{ thing1.DATA }}", "{{thing1.data}}", "{{}}", "{{小区.DATA}}"],
)
def test_a_preview_shows_no_raw_field(content):
    assert preview(content, {}) == "（未选择）"


def test_a_preview_tells_what_is_not_chosen_yet():
    assert preview(CONTENT, {"thing1": {"value": "腾讯小区"}}).splitlines() == [
        "小区名称:腾讯小区",
        "待审核数：（未选择）",
        "提交时间: （未选择）",
    ]


def test_fields_of_old_templates_take_any_text():
    old = template("{{productType.DATA}}", {"productType": "community"})

    (field,) = fields_in(old.content)

    assert "community" in choices_for("review", field)
    assert fill(old, VALUES) == {"productType": {"value": "腾讯小区"}}
