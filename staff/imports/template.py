"""下载标准员工信息模板: the workbook to fill in, empty, with notes that tell what may stand where.

It has no examples: whoever left them in would have them invited to the company's WeCom."""

from collections.abc import Sequence
from pathlib import Path

from haina.sheets.writer import Column, write_workbook
from staff.imports import columns
from staff.imports.contract import StaffContract
from staff.imports.names import Names

TITLE = "员工信息"
FILE_NAME = "员工信息模板.xlsx"
MOST_NAMED = 30  # in a note

CLEARING = "选填。留空不改动已有员工的内容，填“-”并选择覆盖才会清除。"
NOTES = {
    columns.NAME: "必填。",
    columns.GENDER: "必填。男或女。",
    columns.POSITION: CLEARING,
    columns.RANK: CLEARING,
    columns.PHONE: (
        "必填。11 位手机号；境外号码以 + 开头。同一手机号视为同一位员工："
        "上传后如与已有员工不同，会先列出改动，由您选择跳过、补全空白或覆盖。"
    ),
    columns.WECHAT: CLEARING,
    columns.ADDRESS: CLEARING,
}
WIDTHS = {columns.COMMUNITIES: 24, columns.DEPARTMENTS: 24, columns.ADDRESS: 32}


def template_columns(contract: StaffContract) -> list[Column]:
    notes = NOTES | {
        columns.COMMUNITIES: several("小区", contract.communities),
        columns.DEPARTMENTS: several("部门", contract.departments)
        + "\n名称有重复的部门，请连同上级一起填写，如“总部/工程部”。",
    }
    return [
        Column(
            heading,
            note=notes[heading],
            width=WIDTHS.get(heading, 14),
            choices=("男", "女") if heading == columns.GENDER else (),
        )
        for heading in columns.HEADINGS
    ]


def several(kind: str, names: Names) -> str:
    known = [names.name_of(pk) for pk in names.paths]
    more = f"等 {len(known)} 个" if len(known) > MOST_NAMED else ""
    told = f"必填。须是已有的{kind}；有多个时用顿号“、”或换行隔开。"
    return f"{told}\n现有：{'、'.join(known[:MOST_NAMED])}{more}" if known else told


def write_template(path: Path, contract: StaffContract, rows: Sequence = ()) -> None:
    write_workbook(path, title=TITLE, columns=template_columns(contract), rows=rows)
