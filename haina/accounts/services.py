"""Accounts, administrators and their rights, and signing in."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.db import transaction
from django.utils.translation import gettext as _

from haina.accounts import audit
from haina.accounts.backends import who_is
from haina.accounts.models import (
    MOST_SYSTEM_ADMINISTRATORS,
    Administrator,
    Grant,
    ServiceAccount,
    User,
)
from haina.accounts.names import known_as
from haina.lib.locks import Lock, hold
from haina.lib.requests import neighbourhood_of
from haina.lib.throttle import Limit

Role = Administrator.Role

# docs/decisions/0007-own-sign-in-throttle.md says why these, and why they are counted by ourselves.
TRIES_PER_NAME = Limit("sign-in.name", 5, timedelta(minutes=30))
TRIES_PER_DEVICE = Limit("sign-in.device", 5, timedelta(minutes=30))
TRIES_PER_ADDRESS = Limit("sign-in.address", 20, timedelta(hours=1))
TRIES_AGAIN = Limit("password-again", 5, timedelta(minutes=30))


class TooManyTries(Exception):
    """Signing in, or proving oneself again, is closed for a while."""


class AccountRefused(Exception):
    """A change of administrators that the rules forbid; the message says which one."""


def sign_in(
    username: str,
    password: str,
    *,
    address: str,
    device: tuple[int, str] | None,
    now: datetime,
) -> User | None:
    """The user, or None for a wrong name or password. Raises TooManyTries.

    A device that the user has signed in on before has tries of its own. Right passwords do not
    count, but a success opens no other name and no other device.
    """
    limits = limits_of(username, address=address, device=device)
    taken = [limit.take(whose, now=now) for limit, whose in limits]
    if not all(taken):
        raise TooManyTries
    user = authenticate(None, username=username, password=password)
    if user is not None:
        for limit, whose in limits:
            limit.give_back(whose, now=now)
    return user


def is_still(user: User, password: str, *, now: datetime) -> bool:
    """Whether the signed-in user knows the password, before something that cannot be taken back.
    Raises TooManyTries."""
    if not TRIES_AGAIN.take(str(user.pk), now=now):
        raise TooManyTries
    right = user.check_password(password)
    if right:
        TRIES_AGAIN.give_back(str(user.pk), now=now)
    return right


def limits_of(username: str, *, address: str, device) -> list[tuple[Limit, str]]:
    user = who_is(username) if device else None
    if user is not None and user.pk == device[0]:
        return [(TRIES_PER_DEVICE, f"{device[0]} {device[1]}")]
    return [
        (TRIES_PER_NAME, known_as(username)),
        (TRIES_PER_ADDRESS, neighbourhood_of(address)),
    ]


@transaction.atomic
def open_account(
    *, slug: str, name: str, creator: User, by: audit.Actor, now: datetime
) -> ServiceAccount:
    """A new account with its creator."""
    refuse_ops(creator)
    account = ServiceAccount.objects.create(slug=slug, name=name)
    Administrator.objects.create(account=account, user=creator, role=Role.CREATOR)
    audit.record("account.opened", [account], by=by, at=now, account_id=account.pk)
    return account


@transaction.atomic
def add_administrator(
    account: ServiceAccount, user: User, *, role: str, by: audit.Actor, now: datetime
) -> Administrator:
    """Give a user a place, or a deactivated one back. An operator begins without any right."""
    hold(Lock.ACCOUNT, account.pk)
    if role == Role.CREATOR:
        raise AccountRefused(_("每个服务号只能有 1 位创建者。"))
    refuse_ops(user)
    administrator = account.administrators.filter(user=user).first()
    if administrator is None:
        administrator = Administrator(account=account, user=user)
    elif administrator.deactivated_at is None:
        raise AccountRefused(_("该用户已经是本服务号的管理员。"))
    else:
        administrator.grants.all().delete()
    administrator.role, administrator.deactivated_at = role, None
    administrator.seat = free_seat(account) if role == Role.SYSTEM else None
    administrator.save()
    audit.record("administrator.added", [administrator], by=by, at=now, account_id=account.pk)
    return administrator


def refuse_ops(user: User) -> None:
    if user.is_staff:
        raise AccountRefused(_("海纳小助手不能成为服务号的管理员，请另建登录用户。"))


def free_seat(account: ServiceAccount) -> int:
    taken = set(account.administrators.filter(role=Role.SYSTEM).values_list("seat", flat=True))
    for seat in range(1, MOST_SYSTEM_ADMINISTRATORS + 1):
        if seat not in taken:
            return seat
    raise AccountRefused(
        _("系统管理员最多支持添加 %d 个，请先停用一位。") % MOST_SYSTEM_ADMINISTRATORS
    )


@transaction.atomic
def set_rights(
    administrator: Administrator,
    *,
    sections: Mapping[str, int],
    fields: Mapping[str, int],
    by: audit.Actor,
    now: datetime,
) -> None:
    """Replace all rights of an operator. They bind from the next request on."""
    hold(Lock.ACCOUNT, administrator.account_id)
    administrator.refresh_from_db()
    if administrator.holds_everything:
        raise AccountRefused(_("创建者和系统管理员拥有全部权限，无需单独设置。"))
    grants = [*named("section", sections), *named("field", fields)]
    administrator.grants.all().delete()
    Grant.objects.bulk_create([Grant(administrator=administrator, **grant) for grant in grants])
    audit.record(
        "administrator.rights_set",
        [administrator],
        by=by,
        at=now,
        fields={grant.get("section") or grant["field"] for grant in grants if grant["level"]},
        account_id=administrator.account_id,
    )


def named(kind: str, levels: Mapping[str, int]) -> list[dict]:
    return [{kind: name, "level": level} for name, level in levels.items()]


@transaction.atomic
def deactivate(administrator: Administrator, *, by: audit.Actor, now: datetime) -> None:
    """End somebody's place in the account, from the next request on. The row stays."""
    hold(Lock.ACCOUNT, administrator.account_id)
    administrator.refresh_from_db()
    if administrator.role == Role.CREATOR:
        raise AccountRefused(_("创建者不能停用，请先移交创建者身份。"))
    administrator.deactivated_at = now
    if administrator.role == Role.SYSTEM:  # the seat becomes free; coming back needs a new one
        administrator.role, administrator.seat = Role.OPERATOR, None
    administrator.save(update_fields=["deactivated_at", "role", "seat"])
    audit.record(
        "administrator.deactivated",
        [administrator],
        by=by,
        at=now,
        account_id=administrator.account_id,
    )


@transaction.atomic
def hand_over(
    account: ServiceAccount, *, to: Administrator, by: audit.Actor, now: datetime
) -> None:
    """Make another active administrator the creator; the old one takes a system seat."""
    hold(Lock.ACCOUNT, account.pk)
    heir = account.administrators.active().filter(pk=to.pk).exclude(role=Role.CREATOR).first()
    if heir is None:
        raise AccountRefused(_("只能移交给本服务号另一位启用中的管理员。"))
    former = account.administrators.get(role=Role.CREATOR)
    account.administrators.filter(pk=former.pk).update(role=Role.OPERATOR)
    account.administrators.filter(pk=heir.pk).update(role=Role.CREATOR, seat=None)
    account.administrators.filter(pk=former.pk).update(role=Role.SYSTEM, seat=free_seat(account))
    audit.record("account.handed_over", [former, heir], by=by, at=now, account_id=account.pk)


def places_of(user: User):
    """The accounts that the user may enter."""
    places = Administrator.objects.active().filter(user=user).select_related("account")
    return places.order_by("account__name", "pk")
