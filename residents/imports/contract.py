"""What the workbook of a community's residents says. Pure."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.imports.cells import GENDER_NAMES, gender_of, phone_of, remembering
from haina.imports.contract import Contract
from haina.imports.entries import Fault, Person
from haina.lib.masking import mask_id_number, mask_phone, national
from residents.id_numbers import checksum_fails
from residents.imports import cells, columns
from residents.imports.columns import IDENTITY_NAMES, Layout
from residents.models import Resident

# A person: the columns up to that of the community.
NAME, GENDER, IDENTITY, LEASE_END, PHONE, ID_NUMBER, COMMUNITY = range(7)
TOGETHER = (NAME, IDENTITY, PHONE)
TERM_TENANT = Resident.Identity.TERM_TENANT

Path = tuple[str, ...]  # the names of a room and of what it stands in, from the top
Key = tuple[Path, str]  # the same room and phone is the same resident

# Few different cells stand in these columns of all files.
GENDER_OF, IDENTITY_OF, LEASE_END_OF = map(
    remembering, (gender_of, cells.identity_of, cells.lease_end_of)
)


class ResidentContract(Contract):
    same = gettext_lazy("同一房间、同一手机号")
    out_of_place = gettext_lazy("小区的楼栋结构没有这一级。请删除这一列，或先在小区里增加这一级。")
    doubt = gettext_lazy("%(count)d 个证件号的校验码不正确 (不影响导入)，请核对：%(places)s。")
    fillable = (GENDER, ID_NUMBER)  # what may be blank on file; a lease end is not by itself
    labels = {
        NAME: columns.NAME,
        GENDER: columns.GENDER,
        IDENTITY: columns.IDENTITY,
        LEASE_END: columns.LEASE_END,
        ID_NUMBER: "证件号",
    }

    def __init__(self, levels: Sequence[str], community: str) -> None:
        self.layout, self.name = Layout.of(levels), community
        self.readers = (
            remembering(cells.name_of),  # as many names repeat, one text serves them all
            *(GENDER_OF, IDENTITY_OF, LEASE_END_OF, phone_of, cells.id_number_of),
            remembering(cells.community_reader(community)),
            *(remembering(cells.level_of) for _level in levels),
        )
        self.paths: dict[Path, Path] = {}

    def check(self, values: list, faults: dict[int, Fault]) -> None:
        """姓名, 身份 and 手机 go together; a lease ends for 限期租客, and only for them."""
        if not any(values[:COMMUNITY]) and not any(index < COMMUNITY for index in faults):
            return
        for index in TOGETHER:
            if not values[index]:
                message = _("姓名、身份、手机必须一同填写，请补上。")
                faults.setdefault(index, Fault("missing", message))
        if values[IDENTITY]:
            check_lease(values, faults)

    def entry(self, values: list) -> tuple[Key, Person | None]:
        path, phone = tuple(values[COMMUNITY + 1 :]), values[PHONE]
        path = self.paths.setdefault(path, path)
        return (path, phone), tuple(values[:COMMUNITY]) if phone else None

    def cells_of(self, key: Key, person: Person) -> tuple:
        name, gender, identity, lease_ends_on, phone, id_number = person
        shown = GENDER_NAMES.get(gender, gender), IDENTITY_NAMES[identity], lease_ends_on
        return (name, *shown, national(phone), id_number, self.name, *key[0])

    def doubtful(self, person: Person) -> int | None:
        return ID_NUMBER if checksum_fails(person[ID_NUMBER]) else None

    def after(self, before: Person, row: Person) -> Person:
        """Somebody who stops being a 限期租客 has no lease end any more."""
        after = super().after(before, row)
        if after[LEASE_END] is None or after[IDENTITY] == TERM_TENANT:
            return after
        return (*after[:LEASE_END], None, *after[LEASE_END + 1 :])

    def row_of(self, key: Key, person: Person) -> dict[str, str]:
        return {
            "name": person[NAME],
            "fact": IDENTITY_NAMES[person[IDENTITY]],
            "phone": mask_phone(person[PHONE]),
            "place": " ".join(key[0]),
        }

    def shown(self, index: int, value) -> str:
        if index == ID_NUMBER:
            return mask_id_number(value) if value else ""
        names = {GENDER: GENDER_NAMES, IDENTITY: IDENTITY_NAMES}.get(index, {})
        return names.get(value, super().shown(index, value))


def check_lease(values: list, faults: dict[int, Fault]) -> None:
    is_term = values[IDENTITY] == TERM_TENANT
    if is_term and not values[LEASE_END]:
        message = _("限期租客必须填写租约到期时间。")
        faults.setdefault(LEASE_END, Fault("missing", message))
    if not is_term and values[LEASE_END]:
        message = _("只有限期租客填写租约到期时间，请清空或更正身份。")
        faults.setdefault(LEASE_END, Fault("not_for_this_identity", message))
