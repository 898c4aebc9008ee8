"""The contract of the residents' workbook: its two header rows, the same in template, import,
export and error workbook. Headings and cell values are a file format, so they are not translated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from communities.exports import ROOM_ID
from haina.lib.text import compact
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
# To the right in exports and error workbooks; an import passes over them.
STATE, REASON = "认证状态", "原因"
PASSED_OVER = ("", STATE, ROOM_ID, REASON)

GENDERS = {
    "男": Resident.Gender.MALE.value,
    "女": Resident.Gender.FEMALE.value,
    "男性": Resident.Gender.MALE.value,
    "女性": Resident.Gender.FEMALE.value,
}
IDENTITIES = {
    "业主": Resident.Identity.OWNER.value,
    "家属": Resident.Identity.FAMILY.value,
    "长期租客": Resident.Identity.TENANT.value,
    "限期租客": Resident.Identity.TERM_TENANT.value,
    "限租租客": Resident.Identity.TERM_TENANT.value,  # as the guide's own template spells it
}
GENDER_NAMES = {Resident.Gender.MALE.value: "男", Resident.Gender.FEMALE.value: "女"}
IDENTITY_NAMES = {
    Resident.Identity.OWNER.value: "业主",
    Resident.Identity.FAMILY.value: "家属",
    Resident.Identity.TENANT.value: "长期租客",
    Resident.Identity.TERM_TENANT.value: "限期租客",
}
# Right of the last level these mean a level that the community does not have; without them its
# rows would be taken for something larger than they are.
LEVEL_WORDS = {
    *("楼栋", "栋", "幢", "座", "单元", "楼层", "层"),
    *("房间", "房间号", "房号", "室", "门牌号"),
}
ALIASES = {"放房间号": "房间号"}  # likewise


@dataclass(frozen=True)
class Layout:
    """Where each column of one community's workbook stands, from 0."""

    headings: tuple[str, ...]

    @classmethod
    def of(cls, levels: Sequence[str]) -> "Layout":
        return cls((*FIXED, *levels))

    @property
    def width(self) -> int:
        return len(self.headings)

    @property
    def first_level(self) -> int:
        return len(FIXED)

    def index(self, heading: str) -> int:
        return self.headings.index(heading)

    def likeness(self, cells: Sequence[object]) -> int:
        """How many of the headings stand in a row, wherever."""
        keys = {heading_key(cell) for cell in cells}
        return sum(heading_key(heading) in keys for heading in self.headings)

    def beside(self, cells: Sequence[object]) -> list[int]:
        """Columns right of the template's own that have a heading which no export writes there."""
        passed_over = set(map(heading_key, PASSED_OVER))
        return [
            index
            for index in range(self.width, len(cells))
            if heading_key(cells[index]) not in passed_over
        ]

    def deeper(self, cells: Sequence[object]) -> list[int]:
        """Those among them that are called like a level."""
        return [index for index in self.beside(cells) if heading_key(cells[index]) in LEVEL_WORDS]

    def matches(self, cells: Sequence[object]) -> list[bool]:
        """For each heading, whether the cell says the same but for spaces, line breaks and
        full-width brackets."""
        texts = [heading_key(cell) for cell in cells[: self.width]]
        texts += [""] * (self.width - len(texts))
        return [
            text == heading_key(heading) for text, heading in zip(texts, self.headings, strict=True)
        ]


def heading_key(cell: object) -> str:
    text = compact(str(cell)) if isinstance(cell, str | int) else ""
    return ALIASES.get(text, text)


def letter_of(index: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
