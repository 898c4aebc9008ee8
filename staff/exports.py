"""导出员工信息: the template's columns with everybody in them, and beside them how each stands with
WeCom. It imports again without a change."""

from collections.abc import Iterator
from pathlib import Path

from haina.accounts.models import ServiceAccount
from haina.accounts.scope import Scope
from haina.imports.entries import Person
from haina.sheets.writer import Column, write_workbook
from staff.imports import apply, columns, template
from staff.imports.importer import contract_of
from staff.models import Employee
from staff.services import outside
from staff.states import Told, corp_of

FILE_NAME = "员工信息.xlsx"


def write_staff(path: Path, account: ServiceAccount, *, scope: Scope) -> int:
    """Write whom the scope reaches, in the order in which they came; how many. Communities outside
    of it are not told. Called inside one_moment()."""
    contract = contract_of(account)
    rows = (
        [*contract.cells_of(person[apply.PHONE], person), state]
        for person, state in people(account, scope)
    )
    shown = [*template.template_columns(contract), Column(columns.STATE, width=12)]
    return write_workbook(path, title=template.TITLE, columns=shown, rows=rows)


def people(account: ServiceAccount, scope: Scope) -> Iterator[tuple[Person, str]]:
    connected = corp_of(account) is not None
    staff = Employee.objects.within(scope).order_by("pk")
    for employee in staff.iterator(chunk_size=2000):
        elsewhere = outside(employee, scope)
        employee.community_ids = [pk for pk in employee.community_ids if pk not in elsewhere]
        values = [getattr(employee, name) for name in apply.PERSON]
        values[apply.PHONE] = str(employee.phone)
        state = Told.of(employee, connected=connected).state
        yield apply.person_of(values), str(state.label)
