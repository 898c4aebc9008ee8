"""How somebody stands with WeCom, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from haina.accounts.models import ServiceAccount
from haina.wechat.models import Corp
from staff.models import Employee, State


@dataclass(frozen=True)
class Told:
    """A state, and why if WeCom has refused."""

    state: State
    why: str = ""

    @classmethod
    def of(cls, employee: Employee, *, connected: bool) -> "Told":
        state = employee.state_when(connected=connected)
        why = _("企业微信返回错误码 %d。") % employee.push_fault if state == State.FAILED else ""
        return cls(state, why)

    @property
    def failed(self) -> bool:
        return self.state == State.FAILED


def corp_of(account: ServiceAccount) -> Corp | None:
    """The corp that an account is connected to."""
    return Corp.objects.filter(account=account).first()
