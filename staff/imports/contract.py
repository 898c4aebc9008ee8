"""What the workbook of an account's staff says. Pure."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.imports.cells import (
    GENDER_NAMES,
    GENDERS,
    Reader,
    clears,
    missing,
    name_reader,
    one_of,
    phone_of,
    refuse_to_clear,
    remembering,
    text_of,
)
from haina.imports.contract import Contract
from haina.imports.entries import Fault, Key, Person
from haina.lib.masking import mask_phone, national
from haina.lib.text import tidy
from haina.sheets.cells import Cell
from haina.sheets.names import CLEAR
from staff.imports.columns import HEADINGS, LAYOUT
from staff.imports.names import Names
from staff.models import NAME_LENGTH, Employee

# A person: all columns in their order.
COMMUNITIES, NAME, GENDER, DEPARTMENTS, POSITION, RANK, PHONE, WECHAT, ADDRESS = range(9)


def required(read: Reader) -> Reader:
    """As `read`, for a cell that may neither be blank nor clear anything."""

    def read_filled(cell: Cell):
        refuse_to_clear(cell)
        if value := read(cell):
            return value
        raise missing()

    return read_filled


def gender_of(cell: Cell) -> str:
    return one_of(cell, GENDERS, _("请填写男或女。"))


def optional(field: str) -> Reader:
    """Reads a text of the model's length, or that it is to be cleared."""
    longest = Employee._meta.get_field(field).max_length

    def read_text(cell: Cell) -> str:
        return CLEAR if clears(cell) else text_of(cell, longest=longest)

    return read_text


class StaffContract(Contract):
    name = gettext_lazy("员工信息")
    layout = LAYOUT
    with_csv = True
    same = gettext_lazy("同一手机号")
    fillable = (COMMUNITIES, GENDER, DEPARTMENTS, POSITION, RANK, WECHAT, ADDRESS)
    labels = {
        index: heading.rstrip("*") for index, heading in enumerate(HEADINGS) if index != PHONE
    }

    def __init__(self, communities: Names, departments: Names) -> None:
        self.communities, self.departments = communities, departments
        self.readers = (
            remembering(communities.read),
            required(name_reader(NAME_LENGTH)),
            required(remembering(gender_of)),
            remembering(departments.read),
            remembering(optional("position")),
            remembering(optional("rank")),
            required(phone_of),
            optional("wechat"),
            optional("address"),
        )

    def after(self, before: Person, row: Person) -> Person:
        """Texts that differ in spaces only, as WeCom may have them, are no change."""
        both = zip(before, super().after(before, row), strict=True)
        return tuple(was if isinstance(was, str) and tidy(was) == now else now for was, now in both)

    def check(self, values: list, faults: dict[int, Fault]) -> None:
        """No cell of somebody speaks against another one."""

    def entry(self, values: list) -> tuple[Key, Person]:
        return values[PHONE], tuple(values)

    def cells_of(self, key: Key, person: Person) -> tuple[Cell, ...]:
        """The texts of the columns; also of somebody on file who lacks what an import takes."""
        return tuple(
            national(value) if index == PHONE else self.shown(index, value)
            for index, value in enumerate(person)
        )

    def row_of(self, key: Key, person: Person) -> dict[str, str]:
        return {
            "name": person[NAME],
            "fact": self.departments.written(person[DEPARTMENTS]),
            "phone": mask_phone(person[PHONE]),
            "place": self.communities.written(person[COMMUNITIES]),
        }

    def shown(self, index: int, value) -> str:
        if index == COMMUNITIES:
            return self.communities.written(value)
        if index == DEPARTMENTS:
            return self.departments.written(value)
        return GENDER_NAMES.get(value, value) if index == GENDER else value
