"""What bringing something to WeCom has in common: each answer is written down at once. What WeCom
refuses of one row is that row's alone, and is told beside it."""

from django.db import transaction

from haina.wechat.corp.account import CorpAccount
from haina.wechat.errors import WeChatRefused
from haina.wechat.models import Corp
from staff.models import Department, Removal, Sync


class Writing:
    """A part of the writing of one pass."""

    def __init__(self, sync: Sync, corp: Corp, wecom: CorpAccount) -> None:
        self.sync, self.corp, self.wecom = sync, corp, wecom

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
