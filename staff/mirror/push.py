"""Brings to WeCom what has changed here: one call after the other, as WeCom wants it, and each
answer is written down at once. A call that is made twice has one effect: a userid is chosen and
committed before anybody is created under it.

What WeCom refuses of one person is theirs alone, and is told beside them. What it would refuse of
the next as well is raised, and ends the pass for now."""

import secrets
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from haina.accounts import audit
from haina.lib import faults
from haina.lib.history import BY_ITSELF
from haina.lib.locks import Lock, hold
from haina.wechat.corp.account import CorpAccount, Member
from haina.wechat.corp.errors import FULL, MEMBER_EXISTS, NO_SUCH_MEMBER, PHONE_EXISTS
from haina.wechat.errors import NOBODYS_FAULT, BadArgument, WeChatRefused
from haina.wechat.models import Corp
from staff.mirror import here, store
from staff.mirror.faults import UNSENT_DEPARTMENT
from staff.mirror.push_departments import DepartmentPush
from staff.mirror.push_removals import RemovalPush
from staff.mirror.state import HALF, OWN, is_own, mark
from staff.mirror.writing import Writing
from staff.models import Department, Employee, Sync

BATCH = 500


def push(sync: Sync, corp: Corp, wecom: CorpAccount) -> None:
    """The writing of one pass. Departments before who is in them; who goes before who comes, since
    places are counted; and departments that go when they are empty."""
    departments, removals = DepartmentPush(sync, corp, wecom), RemovalPush(sync, corp, wecom)
    departments.all()
    removals.people()
    PeoplePush(sync, corp, wecom, departments.numbers).all()
    removals.departments()


class PeoplePush(Writing):
    """Who comes and who changes."""

    def __init__(self, sync: Sync, corp: Corp, wecom: CorpAccount, numbers: dict) -> None:
        super().__init__(sync, corp, wecom)
        self.numbers, self.is_full = numbers, False
        tops = Department.objects.filter(account=self.account_id, parent=None)
        self.root = tops.values_list("pk", flat=True).get()

    def all(self) -> None:
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
