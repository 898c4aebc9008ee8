"""Template messages: which of our values a template of the account can hold, and its filling."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haina.lib.language import in_chinese
from haina.wechat.errors import remembered
from haina.wechat.kinds import FIELD, KINDS, Value, fit, problem_of
from haina.wechat.models import Template

Purpose = Template.Purpose
TEXT = frozenset({"thing", "first", "keyword", "remark"})
MOMENTS = TEXT | {"time", "date", "character_string"}
WORDS = TEXT | {"phrase", "const", "enum", "enum_string"}
SOME_MORNING = datetime(2026, 11, 22, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
NOTHING = "无"  # what an empty reason says
PLACEHOLDER = re.compile(r"\{\{\s*(\w*)[^{}]*\}\}")  # also one that is written as no field is
OLD = "keyword"  # templates from before 2023 named their fields freely: any text will do


@dataclass(frozen=True)
class Ours:
    """A value that we have for a template: its name on the screen, an example, and the kinds of
    WeChat's fields that can hold whatever it may be."""

    label: Promise
    example: Value
    kinds: frozenset[str] = TEXT


@dataclass(frozen=True)
class Theirs:
    """A field of a template: {{thing1.DATA}} behind 小区名称 is thing1, thing, 小区名称."""

    name: str
    kind: str
    label: str

    @property
    def rule(self) -> str:
        return str(KINDS[self.kind].rule) if self.kind in KINDS else ""


ACCOUNT = Ours(_("服务号名称"), "蜂鸟小区A")
COMMUNITY = Ours(_("小区"), "腾讯小区")
FIELDS: dict[str, dict[str, Ours]] = {
    Purpose.REVIEW: {
        "account": ACCOUNT,
        "community": COMMUNITY,
        "count": Ours(_("待审核数量"), 3, TEXT | {"number", "character_string"}),
        "submitted_at": Ours(_("提交时间"), SOME_MORNING, MOMENTS),
        "state": Ours(_("审核状态"), _("待审核"), WORDS),
        "hint": Ours(_("提示"), _("请尽快审核")),
    },
    Purpose.DECISION: {
        "account": ACCOUNT,
        "community": COMMUNITY,
        "room": Ours(_("房间"), "A栋 1单元 101"),
        "applicant": Ours(_("申请人"), "张三", TEXT | {"name"}),
        "result": Ours(_("审核结果"), _("审核通过"), WORDS),
        "reason": Ours(_("未通过原因"), _("姓名与登记不符")),
        "decided_at": Ours(_("审核时间"), SOME_MORNING, MOMENTS),
        "hint": Ours(_("提示"), _("点击查看详情")),
    },
}


def fields_in(content: str) -> list[Theirs]:
    """The fields of a template's content, in their order, with the words in front of them."""
    found = []
    for row in content.splitlines():
        begins = 0
        for match in FIELD.finditer(row):
            label = row[begins : match.start()].strip(" :：")
            found.append(Theirs(match[1] + match[2], kind_of(match), label))
            begins = match.end()
    return found


def kind_of(match: re.Match) -> str:
    """WeChat's kinds are lower case and numbered; any other name is one of an old template."""
    name, is_numbered = match[1], bool(match[2])
    return name if name in KINDS or (is_numbered and name.islower()) else OLD


def choices_for(purpose: str, field: Theirs) -> dict[str, Ours]:
    """Those of our values that the field can hold."""
    return {name: ours for name, ours in FIELDS[purpose].items() if field.kind in ours.kinds}


def examples_of(purpose: str) -> dict[str, Value]:
    return {name: ours.example for name, ours in FIELDS[purpose].items()}


def fill(template: Template, values: Mapping[str, Value]) -> dict[str, dict[str, str]]:
    """What is sent for a template, in Chinese: every field of it, each value cut or written as its
    kind wants. Raises AccountRefused (47003) with the field that nothing of ours fits, as WeChat
    would."""
    with in_chinese():
        return {
            theirs.name: {"value": filled(theirs, template.fields.get(theirs.name), values)}
            for theirs in fields_in(template.content)
        }


def filled(theirs: Theirs, name: str | None, values: Mapping[str, Value]) -> str:
    if name in values and (told := fit(theirs.kind, values[name])):
        return told
    if name in values and not problem_of(theirs.kind, NOTHING):
        return NOTHING
    raise remembered(47003, theirs.name)


def preview(content: str, data: Mapping[str, Mapping[str, str]]) -> str:
    """The content as the recipient reads it; what is not filled in is told to be missing."""

    def value_of(match: re.Match) -> str:
        return data.get(match[1], {}).get("value", _("（未选择）"))

    return PLACEHOLDER.sub(lambda match: str(value_of(match)), content)
