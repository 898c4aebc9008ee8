"""What is deleted here and was in WeCom leaves a Removal behind, by which the mirror deletes it
there too. Part of the transaction of the deletion, and before it."""

from collections.abc import Iterable

from haina.accounts.models import ServiceAccount
from haina.wechat.models import Corp
from staff.models import Employee, Removal


def bury(account: ServiceAccount, employees: Iterable[Employee]) -> None:
    """Those who are known in the account's corp; while there is none, in the one before, which may
    be connected again."""
    connected = corp_id_of(account)
    known = [each for each in employees if each.userid]
    add(
        Removal(account=account, corp_id=each.corp_id, userid=each.userid)
        for each in known
        if each.corp_id == (connected or each.corp_id)
    )


def bury_department(account: ServiceAccount, number: int | None) -> None:
    """By its number in the corp that the account is connected to; None if it is not there."""
    if number is not None:
        add([Removal(account=account, corp_id=corp_id_of(account), wecom_id=number)])


def add(removals: Iterable[Removal]) -> None:
    Removal.objects.bulk_create(removals, ignore_conflicts=True)


def corp_id_of(account: ServiceAccount) -> str:
    """ "" without a corp."""
    corps = Corp.objects.filter(account=account)
    return corps.values_list("corp_id", flat=True).first() or ""
