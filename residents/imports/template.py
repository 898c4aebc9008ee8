"""The workbook that a manager downloads, fills in and uploads: made from the community's levels."""

import re
from pathlib import Path

from communities.models import Community
from haina.sheets.writer import Column, Group, write_workbook
from residents.imports import columns

TITLE = "住户信息"
GENDERS = ("男", "女")
IDENTITIES = ("业主", "家属", "长期租客", "限期租客")

# The four rows of the guide. They import as they stand.
PEOPLE = (
    ("张三", "男", "业主", "", "18913112121", "440304198511080000"),
    ("李四", "女", "家属", "", "13625895630", "440304199003080001"),
    ("王五", "男", "长期租客", "", "13625895631", "440304199003080002"),
    ("刘六", "男", "限期租客", "2018-12-31", "18124768126", "440304199003080002"),
)
ROOMS = (("A", "1", "101"), ("A", "1", "102"), ("B", "1", "101"), ("B", "1", "102"))

CLEARING = "留空不改动已有住户的内容，填“-”并选择覆盖才会清除。"
NOTES = {
    columns.NAME: "选填。填写时，姓名、身份、手机三项必须一同填写。只录入楼栋结构时可以都不填。",
    columns.GENDER: "选填。男或女。" + CLEARING,
    columns.IDENTITY: "业主、家属、长期租客或限期租客。",
    columns.LEASE_END: "只有限期租客填写，且必须填写。如 2018-12-31。",
    columns.PHONE: (
        "11 位手机号；境外号码以 + 开头。同一房间、同一手机号视为同一位住户："
        "上传后如与已有住户不同，会先列出改动，由您选择跳过、补全空白或覆盖。"
    ),
    columns.ID_NUMBER: (
        "选填。请保持单元格为文本格式，否则 Excel 会丢失第 16 位以后的数字。" + CLEARING
    ),
    columns.COMMUNITY: "必填。必须是本模板的小区名称。",
}
NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|]')
LONGEST_PLACE = 60  # of 255 bytes a Chinese character takes three
LEVEL_NOTE = "必填。不存在的楼栋或房间会自动建立。"


def layout_columns(community: Community) -> list[Group]:
    """The columns of the workbook under their three group headings."""
    fixed = {
        name: Column(name, note=note, width=16, choices=choices_of(name, community))
        for name, note in NOTES.items()
    }
    levels = tuple(Column(name, note=LEVEL_NOTE, width=12) for name in community.levels)
    return [
        Group(columns.PERSON_GROUP, tuple(fixed[name] for name in columns.FIXED[:4])),
        Group(columns.PROOF_GROUP, tuple(fixed[name] for name in columns.FIXED[4:6])),
        Group(columns.PLACE_GROUP, (fixed[columns.COMMUNITY], *levels)),
    ]


def choices_of(heading: str, community: Community) -> tuple[str, ...]:
    choices = {
        columns.GENDER: GENDERS,
        columns.IDENTITY: IDENTITIES,
        columns.COMMUNITY: (community.name,),
    }
    return choices.get(heading, ())


def example_path(room: tuple[str, ...], depth: int) -> tuple[str, ...]:
    """The guide's room on as many levels as the community has: its last ones, or 1s before it."""
    return ("1",) * (depth - len(room)) + room[-depth:]


def write_template(path: Path, community: Community) -> None:
    examples = [
        (*person, community.name, *example_path(room, community.depth))
        for person, room in zip(PEOPLE, ROOMS, strict=True)
    ]
    write_workbook(path, title=TITLE, columns=layout_columns(community), rows=examples)


def file_name(community: Community) -> str:
    """腾讯小区住户信息.xlsx, as the guide's dialog shows it."""
    return workbook_name(community.name)


def workbook_name(place: str) -> str:
    """A name that every file system takes, whatever the place is called."""
    return f"{NOT_IN_FILE_NAMES.sub('_', place)[:LONGEST_PLACE]}{TITLE}.xlsx"
