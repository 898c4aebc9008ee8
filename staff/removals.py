"""What is deleted here and was in WeCom leaves a Removal behind, by which the mirror deletes it
there too. Part of the transaction of the deletion, and before it."""

from collections.abc import Collection, Iterable

from haina.accounts.models import ServiceAccount
from haina.wechat.models import Corp
from staff.models import Department, Employee, Removal


def bury(account: ServiceAccount, employees: Iterable[Employee]) -> int:
    """How many of them are to be deleted in WeCom too: those who are known in this very corp."""
    corp_id = corp_of(account)
    userids = [each.userid for each in employees if each.userid and each.corp_id == corp_id]
    return add(account, corp_id, [{"userid": userid} for userid in userids])


def bury_departments(account: ServiceAccount, pks: Collection[int]) -> int:
    rows = Department.objects.filter(account=account, pk__in=pks, wecom_id__isnull=False)
    numbers = rows.values_list("wecom_id", flat=True)
    return add(account, corp_of(account), [{"wecom_id": number} for number in numbers])


def add(account: ServiceAccount, corp_id: str, whom: Collection[dict]) -> int:
    if not corp_id:
        return 0
    rows = [Removal(account=account, corp_id=corp_id, **each) for each in whom]
    Removal.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def corp_of(account: ServiceAccount) -> str:
    """The corp that the account is connected to; "" for none."""
    corps = Corp.objects.filter(account=account)
    return corps.values_list("corp_id", flat=True).first() or ""
