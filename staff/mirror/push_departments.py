"""Departments that are new here, renamed or moved, on their way to WeCom."""

from django.db import transaction

from haina.lib import faults
from haina.lib.locks import Lock, hold
from haina.wechat.errors import NOBODYS_FAULT, BadArgument, WeChatRefused
from staff.mirror import here
from staff.mirror.faults import UNSENT_DEPARTMENT
from staff.mirror.state import HALF, mark, marks_of_department
from staff.mirror.writing import Writing
from staff.models import Department
from staff.removals import bury_department

NAMESAKE = 60008


class DepartmentPush(Writing):
    """`numbers` are WeCom's, by pk; None of what is not there."""

    numbers: dict[int, int | None]

    def all(self) -> None:
        """Parents before their children."""
        rows = Department.objects.filter(account=self.account_id)
        self.numbers = dict(rows.values_list("pk", "wecom_id"))
        for each in rows.filter(to_push=True, push_fault=None).order_by("lft"):
            row = Department.objects.filter(pk=each.pk, name=each.name, parent=each.parent_id)
            try:
                self.department(each)
            except NOBODYS_FAULT:
                raise
            except WeChatRefused as refusal:
                self.refuse(row, refusal)

    def department(self, department: Department) -> None:
        """WeCom has taken it then. That it is so is said once it has been read back."""
        parent = self.numbers[department.parent_id] if department.parent_id else 0
        if parent is None:
            raise BadArgument(UNSENT_DEPARTMENT)
        number = department.wecom_id
        if number is None:
            number = self.create_department(department.name, parent)
        else:
            self.wecom.update_department(number, new_name_of(department), parent)
        faults.passing("mirror.department")
        self.numbers[department.pk] = number
        told = {"wecom_id": number, "there": marks_of_department(department.name, parent)}
        with transaction.atomic():
            hold(Lock.STAFF, self.account_id)
            if not Department.objects.filter(pk=department.pk).update(**told):  # deleted meanwhile
                bury_department(self.corp.account, number)
            self.count("departments")

    def create_department(self, name: str, parent: int) -> int:
        """Of the same name there can only be the one that we have created, and whose number was
        lost on the way."""
        try:
            return self.wecom.create_department(name, parent)
        except BadArgument as refusal:
            if refusal.code != NAMESAKE:
                raise
            for each in self.wecom.departments():
                if (each.name, each.parent_id) == (name, parent):
                    return each.id
            raise


def new_name_of(department: Department) -> str:
    """Nothing if WeCom has shown it to us, or if it stands in for one that we may not read."""
    there = here.opened(department.there)
    is_shown = there is not None and mark(department.name) == there[:HALF]
    return "" if is_shown else department.name
