"""Brings to WeCom what has changed here: one call after the other, as WeCom wants it, and each
answer is written down at once. A call that is made twice has one effect: a userid is chosen and
committed before anybody is created under it.

What WeCom refuses of one person is theirs alone, and is told beside them. What it would refuse of
the next as well is raised, and ends the pass for now."""

import secrets
from collections.abc import Callable, Iterator, Sequence

from django.db import transaction
from django.utils import timezone

from haina.accounts import audit
from haina.lib import faults
from haina.lib.history import BY_ITSELF
from haina.lib.locks import Lock, hold
from haina.wechat.corp.account import MOST_DELETED, CorpAccount, Member
from haina.wechat.corp.errors import FULL, MEMBER_EXISTS, NO_SUCH_MEMBER, PHONE_EXISTS
from haina.wechat.errors import NOBODYS_FAULT, BadArgument, WeChatRefused
from haina.wechat.models import Corp
from staff.mirror import here, store
from staff.mirror.faults import UNSENT_DEPARTMENT
from staff.mirror.state import HALF, OWN, is_own, mark, marks_of_department
from staff.models import Department, Employee, Removal, Sync
from staff.removals import bury_department

BATCH = 500
GONE_THERE = {NO_SUCH_MEMBER, 40003}
NO_DEPARTMENT, NAMESAKE = 60003, 60008


class Push:
    """The writing of one pass."""

    def __init__(self, sync: Sync, corp: Corp, wecom: CorpAccount) -> None:
        self.sync, self.corp, self.wecom = sync, corp, wecom
        self.is_full = False
        self.numbers: dict[int, int | None] = {}
        self.root = 0

    def all(self) -> None:
        """Departments before who is in them; who goes before who comes, since places are counted;
        and departments that go when they are empty."""
        self.departments()
        self.people_gone()
        self.people()
        self.departments_gone()

    @property
    def account_id(self) -> int:
        return self.corp.account_id

    def count(self, what: str, number: int = 1, *, sent: int = 0) -> None:
        """Part of the transaction that writes down what was done."""
        counts = dict(self.sync.counts)
        counts[what] = counts.get(what, 0) + number
        counts["sent"] = counts.get("sent", 0) + sent
        self.sync.note(counts=counts)

    def refuse(self, rows, refusal: WeChatRefused) -> None:
        """Told beside the row; it is tried again when somebody asks."""
        told = {"push_fault": refusal.code, "push_detail": refusal.detail[:100]}
        told |= {} if rows.model is Removal else {"to_push": False}
        with transaction.atomic():
            rows.update(**told)
            self.count("failed", sent=int(rows.model is not Department))

    # Departments

    def departments(self) -> None:
        rows = Department.objects.filter(account=self.account_id)
        self.numbers = dict(rows.values_list("pk", "wecom_id"))
        self.root = rows.filter(parent=None).values_list("pk", flat=True).get()
        for each in rows.filter(to_push=True, push_fault=None).order_by("lft"):
            row = Department.objects.filter(pk=each.pk, name=each.name, parent=each.parent_id)
            try:
                self.department(each)
            except NOBODYS_FAULT:
                raise
            except WeChatRefused as refusal:
                self.refuse(row, refusal)

    def department(self, department: Department) -> None:
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
            row = Department.objects.filter(pk=department.pk)
            if not row.update(**told, to_push=False):  # deleted here meanwhile
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

    def departments_gone(self) -> None:
        """Those below were deleted here before their parents."""
        for each in self.removals().filter(userid=""):
            self.remove(each, lambda each=each: self.wecom.delete_department(each.wecom_id))

    # Who goes

    def removals(self):
        """Those that the plan of this pass has, and nobody who was deleted here since."""
        agreed = self.sync.plan.get("removals", [])
        return Removal.objects.filter(pk__in=agreed, push_fault=None).order_by("pk")

    def people_gone(self) -> None:
        going = list(self.removals().exclude(userid=""))
        for start in range(0, len(going), MOST_DELETED):
            chunk = going[start : start + MOST_DELETED]
            try:
                self.wecom.delete_members([each.userid for each in chunk])
            except NOBODYS_FAULT:
                raise
            except WeChatRefused:  # because of one of them nobody was deleted
                for each in chunk:
                    self.remove(each, lambda each=each: self.wecom.delete_member(each.userid))
                continue
            faults.passing("mirror.deleted")
            self.removed(chunk)

    def remove(self, removal: Removal, call: Callable[[], None]) -> None:
        try:
            call()
        except NOBODYS_FAULT:
            raise
        except WeChatRefused as refusal:
            if refusal.code not in GONE_THERE | {NO_DEPARTMENT}:
                self.refuse(Removal.objects.filter(pk=removal.pk), refusal)
                return
        faults.passing("mirror.deleted")
        self.removed([removal])

    @transaction.atomic
    def removed(self, removals: Sequence[Removal]) -> None:
        Removal.objects.filter(pk__in=[each.pk for each in removals]).delete()
        self.count("deleted", len(removals), sent=len(removals))

    # Who comes and who changes

    def people(self) -> None:
        for each in self.waiting():
            row = Employee.objects.filter(pk=each.pk, updated_at=each.updated_at)
            try:
                self.person(each)
            except NOBODYS_FAULT:
                raise
            except WeChatRefused as refusal:
                self.is_full |= refusal.code == FULL
                self.refuse(row, refusal)

    def waiting(self) -> Iterator[Employee]:
        """Everybody once: who is changed meanwhile comes with the next round."""
        last = 0
        rows = Employee.objects.filter(account=self.account_id, to_push=True, push_fault=None)
        while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
            yield from batch
            last = batch[-1].pk

    def person(self, employee: Employee) -> None:
        known = {pk for pk in employee.department_ids if pk in self.numbers} or {self.root}
        wanted = {self.numbers[pk] for pk in known}
        if None in wanted:
            raise BadArgument(UNSENT_DEPARTMENT)
        if not employee.userid or employee.corp_id != self.corp.corp_id:
            if not self.choose(employee):
                return
        elif here.is_told(employee, self.numbers):
            return
        if employee.there is not None or employee.departments_there:
            self.update(employee, wanted)
        elif is_own(employee.userid):
            self.create(employee, wanted)
        # Else it is a member whom we know by the phone, and have not read yet.

    def choose(self, employee: Employee) -> bool:
        """A userid, for good: should the answer to its creation be lost, we meet ourselves. False
        for somebody who was deleted here before it was their turn."""
        chosen = {"userid": OWN + secrets.token_hex(10), "corp_id": self.corp.corp_id}
        chosen |= {"there": None, "departments_there": []}
        with transaction.atomic():
            hold(Lock.STAFF, self.account_id)  # who is being deleted is gone, or has this userid
            audit.explain("employee.pushed", by=audit.Actor(BY_ITSELF, self.account_id))
            is_here = Employee.objects.filter(pk=employee.pk).update(**chosen) == 1
            self.sync.note()
        for name, value in chosen.items():
            setattr(employee, name, value)
        faults.passing("mirror.chosen")
        return is_here

    def create(self, employee: Employee, wanted: set[int]) -> None:
        if self.is_full:
            raise BadArgument(FULL)
        try:
            self.wecom.create_member(member_of(employee, wanted), invite=employee.invite)
        except BadArgument as refusal:
            if refusal.code == MEMBER_EXISTS:
                self.update(employee, wanted)
                return
            if refusal.code == PHONE_EXISTS:
                self.link(employee, wanted, refusal)
                return
            raise
        self.told(employee, wanted, "created")

    def update(self, employee: Employee, wanted: set[int]) -> None:
        try:
            self.wecom.update_member(member_of(employee, wanted))
        except BadArgument as refusal:
            if refusal.code == NO_SUCH_MEMBER:
                return  # deleted there meanwhile: so the reading will find
            raise
        self.told(employee, wanted, "updated")

    def told(self, employee: Employee, wanted: set[int], what: str) -> None:
        """WeCom has taken it. That it is so is said once it has been read back."""
        faults.passing("mirror.told")
        taken = {"there": here.marks_of(employee), "departments_there": sorted(wanted)}
        with transaction.atomic():
            audit.explain("employee.pushed", by=audit.Actor(BY_ITSELF, self.account_id))
            Employee.objects.filter(pk=employee.pk).update(**taken)
            self.count(what, sent=1)

    def link(self, employee: Employee, wanted: set[int], refusal: WeChatRefused) -> None:
        """Somebody in WeCom has this phone: if they are nobody else's here, it is them. Where they
        came here without a phone, both rows are one person."""
        userid = self.wecom.userid_of(str(employee.phone))
        if not userid:
            raise refusal
        if userid == employee.userid:
            self.update(employee, wanted)
            return
        with transaction.atomic():
            hold(Lock.STAFF, self.account_id)
            row = Employee.objects.filter(pk=employee.pk).first()
            if row is None:
                return  # deleted here meanwhile
            if not store.take_over(row, userid, self.corp, now=timezone.now()):
                raise refusal
            self.count("linked")
            row.refresh_from_db()
        faults.passing("mirror.linked")
        self.person(row)


def new_name_of(department: Department) -> str:
    """Nothing if WeCom has shown it to us, or if it stands in for one that we may not read."""
    there = here.opened(department.there)
    is_shown = there is not None and mark(department.name) == there[:HALF]
    return "" if is_shown else department.name


def member_of(employee: Employee, wanted: set[int]) -> Member:
    """A name that WeCom has shown us is not sent back: it may stand in for one we may not read."""
    there = here.opened(employee.there)
    is_shown = there is not None and mark(employee.name) == there[:HALF]
    stands_in = employee.name == employee.userid
    return Member(
        userid=employee.userid,
        name="" if is_shown or stands_in else employee.name,
        phone=str(employee.phone or ""),
        gender=employee.gender,
        position=employee.position,
        address=employee.address,
        departments=sorted(wanted),
        is_ours=is_own(employee.userid),
    )
