"""How somebody stands with WeCom, in words."""

from dataclasses import dataclass

from haina.accounts.models import ServiceAccount
from haina.wechat.models import Corp
from staff.mirror.faults import sentence
from staff.models import Employee, State


@dataclass(frozen=True)
class Told:
    """A state, and why if WeCom has refused."""

    state: State
    why: str = ""

    @classmethod
    def of(cls, employee: Employee, *, connected: bool) -> "Told":
        state = employee.state_when(connected=connected)
        failed = state == State.FAILED
        why = sentence(employee.push_fault, employee.push_detail) if failed else ""
        return cls(state, why)

    @property
    def failed(self) -> bool:
        return self.state == State.FAILED


def corp_of(account: ServiceAccount) -> Corp | None:
    """The corp that an account is connected to."""
    return Corp.objects.filter(account=account).first()
