"""The names of a community's levels: what they may be, and what the editor calls their places."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import MOST_LEVELS, NAME_LENGTH
from haina.lib.text import compact, tidy

# The other headings of the workbooks in which the levels are columns: a level of the same name
# could not be told from them.
TAKEN = frozenset(
    {"姓名", "性别", "身份", "租约到期时间", "手机", "手机号", "证件号", "小区", "住址"}
    | {"证件号(如身份证,护照)", "认证状态", "小区id", "小区名称", "房间id"}
)
ORDINALS = (
    *(gettext_lazy("一"), gettext_lazy("二"), gettext_lazy("三"), gettext_lazy("四")),
    *(gettext_lazy("五"), gettext_lazy("六"), gettext_lazy("七"), gettext_lazy("八")),
)
EXAMPLES = (
    *(gettext_lazy("组团"), gettext_lazy("楼栋")),
    *(gettext_lazy("单元"), gettext_lazy("门牌号")),
)
SEPARATORS = ",，、"


def label_of(number: int) -> str:
    """一级结构 for 0."""
    return _("%s级结构") % ORDINALS[number]


def placeholder_of(number: int) -> str:
    """The guide's: 请输入一级结构名称，如组团."""
    if number < len(EXAMPLES):
        return _("请输入%(label)s名称，如%(example)s") % {
            "label": label_of(number),
            "example": EXAMPLES[number],
        }
    return _("请输入%s名称") % label_of(number)


def key_of(name: str) -> str:
    """Names with equal keys are the same to whoever reads a heading."""
    return compact(name).casefold()


def fault_of(name: str, before: Sequence[str]) -> str:
    """What is wrong with a tidied name that stands after the others; "" if nothing is."""
    if not name:
        return _("请填写名称，或删除这一级。")
    if len(name) > NAME_LENGTH:
        return _("名称最多 %d 个字。") % NAME_LENGTH
    if key_of(name) in TAKEN:
        return _("“%s”是住户表格中已有的列名，请换一个名称。") % name
    if key_of(name) in map(key_of, before):
        return _("“%s”与前面的一级重名，请换一个名称。") % name
    return ""


def faults_of(names: Sequence[str]) -> list[str]:
    """One for each name, "" for a good one."""
    return [fault_of(name, names[:number]) for number, name in enumerate(names)]


def fault_of_all(names: Sequence[str]) -> str:
    """The first fault of the levels as a whole, as one sentence; "" if there is none."""
    if not 1 <= len(names) <= MOST_LEVELS:
        return _("楼栋结构需要 1 至 %d 级。") % MOST_LEVELS
    for number, fault in enumerate(faults_of(names)):
        if fault:
            return _("%(label)s：%(fault)s") % {"label": label_of(number), "fault": fault}
    return ""


def split(text: str) -> list[str]:
    """栋,单元,房间号 as the command line has it."""
    for separator in SEPARATORS:
        text = text.replace(separator, ",")
    return [tidy(part) for part in text.split(",")]
