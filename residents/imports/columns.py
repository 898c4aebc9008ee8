"""The contract of the residents' workbook: its two header rows, the same in template, import,
export and error workbook. Headings and cell values are a file format, so they are not translated.
"""

from collections.abc import Sequence

from communities.exports import ROOM_ID
from haina.imports.layout import REASON
from haina.imports.layout import Layout as AnyLayout
from residents.models import Resident

PERSON_GROUP = (
    "基本信息 (选填, 但填写时姓名和身份必须与手机一同填写才有效; 限期租客必须填写租约到期时间)"
)
PROOF_GROUP = "身份验证信息 (选填, 但填写时姓名和身份必须与手机一同填写才有效)"
PLACE_GROUP = "小区楼栋信息 (必填)"

NAME, GENDER, IDENTITY, LEASE_END = "姓名", "性别", "身份", "租约到期时间"
PHONE, ID_NUMBER = "手机", "证件号 (如身份证, 护照)"
COMMUNITY = "小区"

FIXED = (NAME, GENDER, IDENTITY, LEASE_END, PHONE, ID_NUMBER, COMMUNITY)
STATE = "认证状态"  # to the right in exports

IDENTITIES = {
    "业主": Resident.Identity.OWNER.value,
    "家属": Resident.Identity.FAMILY.value,
    "长期租客": Resident.Identity.TENANT.value,
    "限期租客": Resident.Identity.TERM_TENANT.value,
    "限租租客": Resident.Identity.TERM_TENANT.value,  # as the guide's own template spells it
}
IDENTITY_NAMES = {
    Resident.Identity.OWNER.value: "业主",
    Resident.Identity.FAMILY.value: "家属",
    Resident.Identity.TENANT.value: "长期租客",
    Resident.Identity.TERM_TENANT.value: "限期租客",
}


class Layout(AnyLayout):
    """Of one community: a column for each of its levels stands behind the fixed ones."""

    PASSED_OVER = ("", STATE, ROOM_ID, REASON)
    # Words for a level. One that the community does not have would make its rows mean something
    # smaller than the import would take them for.
    MEANT = {
        *("楼栋", "栋", "幢", "座", "单元", "楼层", "层"),
        *("房间", "房间号", "房号", "室", "门牌号"),
    }
    ALIASES = {"放房间号": "房间号"}  # as the guide's own template spells it

    @classmethod
    def of(cls, levels: Sequence[str]) -> "Layout":
        return cls((*FIXED, *levels))
