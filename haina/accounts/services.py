"""Accounts, administrators and their rights, and signing in."""

from collections.abc import Collection, Mapping
from dataclasses import replace
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
from haina.accounts.signals import raised
from haina.accounts.terms import AccountRefused, Terms, refuse_to_give, refuse_to_touch
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
def require_second_factor(
    account: ServiceAccount, required: bool, *, by: audit.Actor, now: datetime
) -> None:
    """Whether everybody needs one; it binds from the next request on."""
    hold(Lock.ACCOUNT, account.pk)
    changed = ServiceAccount.objects.filter(pk=account.pk).exclude(second_factor_required=required)
    if changed.update(second_factor_required=required):
        action = "account.second_factor_required" if required else "account.second_factor_optional"
        audit.record(action, [account], by=by, at=now, account_id=account.pk)


@transaction.atomic
def add_administrator(
    account: ServiceAccount, user: User, *, role: str, by: audit.Actor, now: datetime
) -> Administrator:
    """Give a user a place, or a deactivated one back. An operator begins without any right."""
    hold(Lock.ACCOUNT, account.pk)
    if role == Role.CREATOR:
        raise AccountRefused(_("每个服务号只能有 1 位创建者。"))
    refuse_ops(user)
    refuse_to_give(account, Terms(role), by=by)
    administrator = account.administrators.filter(user=user).first()
    if administrator is None:
        administrator = Administrator(account=account, user=user)
    elif administrator.deactivated_at is None:
        raise AccountRefused(_("该用户已经是本服务号的管理员。"))
    else:
        administrator.grants.all().delete()
        administrator.communities.clear()
    administrator.role, administrator.deactivated_at = role, None
    administrator.ends_on = None
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
def set_terms(
    administrator: Administrator, terms: Terms, *, by: audit.Actor, now: datetime
) -> None:
    """Replace role, rights, communities and last day; whoever was deactivated comes back. All of it
    binds from the next request on. Nobody changes their own, or gives more than they hold."""
    account, terms = administrator.account, terms.tidied()
    hold(Lock.ACCOUNT, account.pk)
    administrator.refresh_from_db()
    refuse_to_touch(administrator, by=by)
    refuse_to_give(account, terms, by=by)
    refuse_strange_communities(account, terms)
    before, was_active = Terms.of(administrator), administrator.deactivated_at is None
    take_role(administrator, terms.role)
    administrator.ends_on, administrator.deactivated_at = terms.ends_on, None
    administrator.save(update_fields=["role", "seat", "ends_on", "deactivated_at"])
    grants = [*named("section", terms.sections), *named("field", terms.fields)]
    administrator.grants.all().delete()
    Grant.objects.bulk_create([Grant(administrator=administrator, **grant) for grant in grants])
    administrator.communities.set(terms.communities)
    note_changes(administrator, before, terms, was_active=was_active, by=by, now=now)
    if terms.excess_over(before):
        raised.send(Administrator, administrator=administrator, by=by, now=now)


def set_rights(
    administrator: Administrator,
    *,
    sections: Mapping[str, int],
    fields: Mapping[str, int],
    by: audit.Actor,
    now: datetime,
) -> None:
    """Replace all rights of an operator, and nothing else: as set_terms()."""
    if administrator.holds_everything:
        raise AccountRefused(_("创建者和系统管理员拥有全部权限，无需单独设置。"))
    terms = replace(Terms.of(administrator), sections=sections, fields=fields)
    set_terms(administrator, terms, by=by, now=now)


def take_role(administrator: Administrator, role: str) -> None:
    if administrator.role == Role.CREATOR or role == Role.CREATOR:
        raise AccountRefused(_("创建者拥有全部权限，创建者身份只能移交。"))
    if administrator.role != role:
        seat = free_seat(administrator.account) if role == Role.SYSTEM else None
        administrator.role, administrator.seat = role, seat


def refuse_strange_communities(account: ServiceAccount, terms: Terms) -> None:
    """No communities mean all of them, so none may get lost on the way."""
    known = account.communities.filter(pk__in=terms.communities).count()
    if known != len(terms.communities):
        raise AccountRefused(_("所选小区中有的已被删除，请重新选择。"))


def named(kind: str, levels: Mapping[str, int]) -> list[dict]:
    return [{kind: name, "level": level} for name, level in levels.items()]


def note_changes(
    administrator: Administrator,
    before: Terms,
    after: Terms,
    *,
    was_active: bool,
    by: audit.Actor,
    now: datetime,
) -> None:
    def note(action: str, fields: Collection[str] = ()) -> None:
        account_id = administrator.account_id
        audit.record(action, [administrator], by=by, at=now, fields=fields, account_id=account_id)

    if not was_active:
        note("administrator.restored")
    if before.role != after.role:
        note("administrator.role_changed", ["role"])
    levels = {**after.sections, **after.fields}
    if levels != {**before.sections, **before.fields}:
        note("administrator.rights_set", [name for name, level in levels.items() if level])
    limits = ("communities", "ends_on")
    if limited := [name for name in limits if getattr(before, name) != getattr(after, name)]:
        note("administrator.limited", limited)


@transaction.atomic
def deactivate(administrator: Administrator, *, by: audit.Actor, now: datetime) -> None:
    """End somebody's place in the account, from the next request on. The row stays."""
    hold(Lock.ACCOUNT, administrator.account_id)
    administrator.refresh_from_db()
    if administrator.role == Role.CREATOR:
        raise AccountRefused(_("创建者不能停用，请先移交创建者身份。"))
    refuse_to_touch(administrator, by=by)
    if administrator.deactivated_at is not None:
        return
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
    heir = heir_of(account, to)
    former = account.administrators.get(role=Role.CREATOR)
    account.administrators.filter(pk=former.pk).update(role=Role.OPERATOR)
    account.administrators.filter(pk=heir.pk).update(role=Role.CREATOR, seat=None, ends_on=None)
    heir.grants.all().delete()
    heir.communities.clear()  # or they would cut down a later system administrator
    account.administrators.filter(pk=former.pk).update(role=Role.SYSTEM, seat=free_seat(account))
    audit.record("account.handed_over", [former, heir], by=by, at=now, account_id=account.pk)
    heir.refresh_from_db()
    raised.send(Administrator, administrator=heir, by=by, now=now)


def heir_of(account: ServiceAccount, to: Administrator) -> Administrator:
    heir = account.administrators.active().filter(pk=to.pk).exclude(role=Role.CREATOR).first()
    if heir is None:
        raise AccountRefused(_("只能移交给本服务号另一位启用中的管理员。"))
    return heir


def places_of(user: User):
    """The accounts that the user may enter."""
    places = Administrator.objects.active().filter(user=user).select_related("account")
    return places.order_by("account__name", "pk")
