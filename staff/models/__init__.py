from staff.models.departments import MOST_LEVELS, Department
from staff.models.employees import Employee, EmployeeQuerySet
from staff.models.imports import StaffImport
from staff.models.mirror import Removal, Sync
from staff.models.mirrored import NAME_LENGTH, Mirrored, State

__all__ = [
    "Department",
    "Employee",
    "EmployeeQuerySet",
    "Mirrored",
    "MOST_LEVELS",
    "NAME_LENGTH",
    "Removal",
    "StaffImport",
    "State",
    "Sync",
]
