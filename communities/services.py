"""Adding, correcting and closing communities. The tree itself is written by communities/tree.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from communities import levels as level_names
from communities import tree
from communities.models import BuildingNode, Community
from haina.accounts import audit
from haina.accounts.models import Administrator, ServiceAccount
from haina.lib.locks import Lock, hold
from haina.lib.natural import natural_key

# Called in the transaction that deletes a community: each package lets go of what it keeps of it.
before_closing: list[Callable[[Community], None]] = []


class NameTaken(Exception):
    """The account has a community of this name."""

    def __str__(self):
        return _("该服务号下已有同名小区，请换一个名称。")


class LevelsRefused(Exception):
    """The levels cannot be changed like this while the tree is as it is; the message says why."""


class LastCommunity(Exception):
    """It is the only community of an administrator, who would see all of them without it."""

    def __init__(self, administrator: Administrator) -> None:
        name = administrator.user.name
        super().__init__(
            _("这是管理员“%s”唯一负责的小区，请先为其指定其他小区或停用该管理员。") % name
        )


@dataclass(frozen=True)
class Level:
    """A level of the editor: its name, and its number (from 0) before the change, if it had one."""

    name: str
    was: int | None = None


@transaction.atomic
def add(
    account: ServiceAccount,
    *,
    name: str,
    levels: Sequence[str],
    address: str = "",
    phone: str = "",
    by: audit.Actor,
    now: datetime,
) -> Community:
    """A new community with the root of its tree. Raises NameTaken or LevelsRefused.

    An administrator who is cut down to some communities gets the new one as well.
    """
    if fault := level_names.fault_of_all(levels):
        raise LevelsRefused(fault)
    told = {"address": address, "phone": phone, "levels": list(levels)}
    community = Community(account=account, name=name, name_key=natural_key(name), **told)
    save_named(community)
    tree.plant(community)
    adder = Administrator.objects.filter(pk=by.administrator_id, communities__isnull=False)
    community.administrators.add(*adder.distinct())
    audit.record("community.added", [community], by=by, at=now, account_id=account.pk)
    return community


@transaction.atomic
def correct(
    community: Community,
    *,
    name: str,
    address: str,
    phone: str,
    levels: Sequence[Level],
    by: audit.Actor,
    now: datetime,
) -> None:
    """Change what the form shows. Raises NameTaken, LevelsRefused or CommunityGone, and then
    changes nothing."""
    hold(Lock.COMMUNITY, community.pk)
    before = still_there(community)
    check_levels(before, levels)
    wanted = {"name": name, "address": address, "phone": phone}
    wanted["levels"] = [level.name for level in levels]
    changed = [field for field, value in wanted.items() if getattr(before, field) != value]
    for field, value in wanted.items():
        setattr(community, field, value)
    community.name_key = natural_key(name)
    save_named(community, fields=[*wanted, "name_key"])
    if "name" in changed:
        root = BuildingNode.objects.root_of(community)
        tree.rename(community, root.pk, name, by=by, now=now)
    if changed:
        audit.record("community.corrected", [community], by=by, at=now, fields=changed)


def still_there(community: Community) -> Community:
    """The row as it is now that its lock is held. Raises CommunityGone."""
    found = Community.objects.filter(pk=community.pk).first()
    if found is None:
        raise tree.CommunityGone
    return found


def save_named(community: Community, *, fields: Sequence[str] | None = None) -> None:
    """All columns, or only some: others may have been changed since the row was read."""
    try:
        with transaction.atomic():
            community.save(update_fields=fields)
    except IntegrityError as error:
        if "community_name_once_per_account" in str(error):
            raise NameTaken from None
        raise


def check_levels(community: Community, levels: Sequence[Level]) -> None:
    """Names may always change; levels that hold nodes stay, in their order; a new last level
    needs rooms without residents, because they stop being rooms."""
    if fault := level_names.fault_of_all([level.name for level in levels]):
        raise LevelsRefused(fault)
    used = BuildingNode.objects.filter(tree_id=community.pk).aggregate(n=Max("level"))["n"] or 0
    for number in range(used):
        kept = levels[number].was if number < len(levels) else None
        if kept != number:
            name = community.levels[number]
            raise LevelsRefused(
                _("“%s”这一级已有楼栋或房间，不能删除或调整顺序，只能改名。") % name
            )
    if len(levels) != community.depth and used == community.depth:
        refuse_while_inhabited(community)


def refuse_while_inhabited(community: Community) -> None:
    root = BuildingNode.objects.root_of(community)
    if residents := tree.residents_between(community, root.lft, root.rght):
        raise LevelsRefused(
            _("房间里已有 %d 位住户，不能再增加下一级。请先移走或删除住户。") % residents
        )


@transaction.atomic
def close(community: Community, *, by: audit.Actor, now: datetime) -> None:
    """Delete a community and its tree. Raises StillInhabited or LastCommunity."""
    hold(Lock.ACCOUNT, community.account_id)  # two closings must not take somebody's last two
    hold(Lock.COMMUNITY, community.pk)
    still_there(community)
    refuse_to_close(community)
    audit.explain("community.closed", by=by)
    for let_go in before_closing:
        let_go(community)
    tree.uproot(community)
    audit.record("community.closed", [community], by=by, at=now)
    community.delete()


def refuse_to_close(community: Community) -> None:
    """Raises what would stop close(); nothing if nobody comes in between."""
    root = BuildingNode.objects.root_of(community)
    if residents := tree.residents_between(community, root.lft, root.rght):
        raise tree.StillInhabited(residents)
    # A user whom ops locked out counts too: unlocked again, they would see the whole account.
    others = community.account.communities.exclude(pk=community.pk)
    bound = community.administrators.filter(deactivated_at=None)
    bound = bound.exclude(role=Administrator.Role.CREATOR)  # who is never cut down
    elsewhere = Administrator.objects.filter(communities__in=others)
    last = bound.exclude(pk__in=elsewhere.values("pk")).select_related("user").order_by("pk")
    if administrator := last.first():
        raise LastCommunity(administrator)


def switch_owners_review(community: Community, *, on: bool, by: audit.Actor, now: datetime) -> None:
    """是否允许业主审核所属房间住户的申请."""
    with transaction.atomic():
        Community.objects.filter(pk=community.pk).update(owners_review=on)
        audit.record("community.corrected", [community], by=by, at=now, fields=["owners_review"])
    community.owners_review = on
