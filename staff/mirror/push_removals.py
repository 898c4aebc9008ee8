"""Who and what was deleted here is deleted in WeCom."""

from collections.abc import Callable, Sequence

from django.db import transaction

from haina.lib import faults
from haina.wechat.corp.account import MOST_DELETED
from haina.wechat.corp.errors import NO_SUCH_MEMBER
from haina.wechat.errors import NOBODYS_FAULT, WeChatRefused
from staff.mirror.writing import Writing
from staff.models import Removal

GONE_THERE = {NO_SUCH_MEMBER, 40003, 60003}  # 60003: no such department


class RemovalPush(Writing):
    def people(self) -> None:
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

    def departments(self) -> None:
        """Those below were deleted here before their parents."""
        for each in self.removals().filter(userid=""):
            self.remove(each, lambda each=each: self.wecom.delete_department(each.wecom_id))

    def removals(self):
        """Those that the plan of this pass has, and nobody who was deleted here since."""
        agreed = self.sync.plan.get("removals", [])
        return Removal.objects.filter(pk__in=agreed, push_fault=None).order_by("pk")

    def remove(self, removal: Removal, call: Callable[[], None]) -> None:
        try:
            call()
        except NOBODYS_FAULT:
            raise
        except WeChatRefused as refusal:
            if refusal.code not in GONE_THERE:
                self.refuse(Removal.objects.filter(pk=removal.pk), refusal)
                return
        faults.passing("mirror.deleted")
        self.removed([removal])

    @transaction.atomic
    def removed(self, removals: Sequence[Removal]) -> None:
        Removal.objects.filter(pk__in=[each.pk for each in removals]).delete()
        self.count("deleted", len(removals), sent=len(removals))
