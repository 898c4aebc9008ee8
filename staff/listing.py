"""Which employees a list shows, as its URL says."""

from dataclasses import dataclass

from django.http import QueryDict

from haina.accounts.scope import Scope
from haina.lib.requests import number
from haina.lib.sealed import opened
from staff.branches import Departments
from staff.filters import EmployeeFilter
from staff.models import Department, Employee, EmployeeQuerySet


@dataclass(frozen=True)
class Listing:
    """A department, and what the list is narrowed by there. With a refusal it shows nobody."""

    departments: Departments
    department: Department
    filter: EmployeeFilter
    is_lost: bool = False  # a department was asked for that is gone
    refusal: str = ""

    @property
    def employees(self) -> EmployeeQuerySet:
        return self.filter.qs.none() if self.refusal else self.filter.qs

    @property
    def narrows(self) -> bool:
        return bool(self.filter.asked) or not self.department.is_root


def listing(query: QueryDict, *, scope: Scope, root: Department, connected: bool) -> Listing:
    """The list in the state that a query string names. A department that is gone gives way to all
    of the company: whoever is in none is found there too."""
    query = opened(query)
    departments = Departments(scope)
    asked = query.get("department")
    found = departments.by_pk.get(number(asked, 0)) if asked else None
    department = found or departments.root or root
    employees = Employee.objects.within(scope).for_list()
    if not department.is_root:
        employees = employees.in_any(departments.inside(department))
    narrowed = EmployeeFilter(query, employees, scope=scope, connected=connected)
    return Listing(departments, department, narrowed, bool(asked) and found is None)
