"""Reads all of a corp, to the end or not at all."""

from collections.abc import Iterable
from itertools import islice

from haina.wechat.corp.account import CorpAccount
from haina.wechat.corp.errors import NARROW_SCOPE
from haina.wechat.errors import AccountRefused, BadArgument
from staff.mirror.state import DepartmentThere, There
from staff.models import Employee

MOST_READ_BACK = 200  # one by one


def read(wecom: CorpAccount, *, with_names: bool) -> There:
    """Raises what WeCom refuses; and NARROW_SCOPE if the company itself is not shown, since what is
    outside of our scope is not to be taken for deleted."""
    departments = [
        DepartmentThere(each.id, each.parent_id, each.name) for each in wecom.departments()
    ]
    if not any(each.parent_id == 0 for each in departments):
        raise AccountRefused(NARROW_SCOPE)
    memberships = wecom.memberships()
    names = wecom.names() if with_names else {}
    return There(departments, memberships, names)


def odd_ones(wecom: CorpAccount, told: Iterable[Employee]) -> list[int]:
    """Of those who were just brought there, whose name or position WeCom shows otherwise, as far as
    it shows them to us."""
    odd = []
    for employee in islice(told, MOST_READ_BACK):
        try:
            member = wecom.member(employee.userid)
        except BadArgument:
            continue  # not in our scope, or deleted meanwhile
        except AccountRefused:
            break
        pairs = [(member.name, employee.name), (member.position, employee.position)]
        if any(there and here and there != here for there, here in pairs):
            odd.append(employee.pk)
    return odd
