"""The columns of the staff's workbook, the same in template, import, export and error workbook.
Headings and cell values are a file format, so they are not translated."""

from haina.imports.layout import REASON, Layout

COMMUNITIES, NAME, GENDER, DEPARTMENTS = "服务小区*", "姓名*", "性别*", "所属部门*"
POSITION, RANK, PHONE, WECHAT, ADDRESS = "职位", "职级", "手机号*", "微信号", "地址"
HEADINGS = (COMMUNITIES, NAME, GENDER, DEPARTMENTS, POSITION, RANK, PHONE, WECHAT, ADDRESS)

STATE = "同步状态"  # to the right in exports; an import passes over it


class StaffLayout(Layout):
    PASSED_OVER = ("", STATE, REASON)
    ALIASES = {heading.rstrip("*"): heading for heading in HEADINGS}


LAYOUT = StaffLayout(HEADINGS)
