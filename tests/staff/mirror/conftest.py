import pytest
from django.db import transaction
from django.utils import timezone

from haina.accounts.audit import Actor
from haina.wechat.corp.account import corp_account
from haina.wechat.models import Corp
from staff.mirror import asking, passes, reactions
from staff.models import Department, Employee, Sync
from tests import make


class WeCom:
    """The sandbox's first corp, as its administrator sees it."""

    def __init__(self, sandbox) -> None:
        self.sandbox = sandbox

    def do(self, act: str, **given) -> dict:
        return self.sandbox.do("wecom/console", act=act, **{"with": given})

    def fault(self, endpoint: str, **how) -> int:
        return self.sandbox.fault(f"wecom/cgi-bin/{endpoint}", **how)

    def calls(self, endpoint: str) -> list[dict]:
        return self.sandbox.calls(f"wecom/cgi-bin/{endpoint}")

    @property
    def members(self) -> dict[str, dict]:
        return {each["userid"]: each for each in self.sandbox.see("wecom/members")["members"]}

    @property
    def departments(self) -> dict[str, dict]:
        return {each["name"]: each for each in self.sandbox.see("wecom/departments")["departments"]}

    def named(self, name: str) -> list[dict]:
        return [each for each in self.members.values() if each["name"] == name]


@pytest.fixture
def wecom(sandbox):
    return WeCom(sandbox)


@pytest.fixture
def corp(account, sandbox):
    """The account's, connected and not read yet."""
    return make.corp(account)


@pytest.fixture
def pass_once(account, corp):
    """One pass, as a worker does it; its row."""

    def run() -> Sync:
        passes.work(account.pk)
        return Sync.objects.get(account=account)

    return run


@pytest.fixture
def synchronise(account, pass_once):
    """Somebody presses 同步, and agrees to the plan if there is one."""

    def run(*, agree: bool = True) -> Sync:
        asking.ask(account.pk, by=Actor("小林", account.pk), now=timezone.now())
        sync = pass_once()
        if agree and sync.phase == Sync.Phase.PLANNED:
            agree_to(sync)
            sync = pass_once()
        return sync

    return run


def agree_to(sync: Sync) -> bool:
    by = passes.author(sync)
    return asking.confirm(sync.account_id, bytes(sync.digest).hex(), by=by, now=timezone.now())


@pytest.fixture
def patience(account):
    """The time that a pass waits after a fault is over."""

    def over() -> None:
        Sync.objects.filter(account=account).update(leased_until=timezone.now())

    return over


@pytest.fixture
def same(account, corp, wecom):
    """Both sides, told in the same words; they should be equal."""

    def sides() -> tuple[set, set]:
        read = corp_account(corp)
        departments = Department.objects.filter(account=account)
        numbers = dict(departments.values_list("pk", "wecom_id"))
        here = {
            (each.userid, each.name, frozenset(numbers[pk] for pk in each.department_ids))
            for each in Employee.objects.filter(account=account)
        }
        names = {userid: member["name"] for userid, member in wecom.members.items()}
        there = {
            (userid, names[userid], departments)
            for userid, departments in read.memberships().items()
        }
        return here, there

    return sides


@pytest.fixture
def cut_off(account):
    """The account has no corp any more."""

    @transaction.atomic
    def end() -> None:
        Corp.objects.filter(account=account).delete()
        reactions.end(None, account=account, now=timezone.now())

    return end


@pytest.fixture
def reconnected(account, cut_off):
    """Another corp of the account's, in place of the first."""

    @transaction.atomic
    def connect(**fields) -> Corp:
        cut_off()
        new = make.corp(account, **fields)
        reactions.begin(None, corp=new, now=timezone.now())
        return new

    return connect
