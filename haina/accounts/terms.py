"""What a place in an account comes with, and who may give it: nobody gives more than they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from django.utils.translation import gettext as _

from haina.accounts.audit import Actor
from haina.accounts.models import Administrator, Invitation
from haina.accounts.permissions import Level, Rights, Section

Role = Administrator.Role


class AccountRefused(Exception):
    """A change of administrators that the rules forbid; the message says which one."""


@dataclass(frozen=True)
class Terms:
    """Role, levels, communities (none: all of them) and last day."""

    role: str
    sections: Mapping[str, int] = field(default_factory=dict)
    fields: Mapping[str, int] = field(default_factory=dict)
    communities: frozenset[int] = frozenset()
    ends_on: date | None = None

    @classmethod
    def of(cls, administrator: Administrator) -> Self:
        """Those that somebody has now."""
        rights, limits = Rights.of(administrator), administrator.communities.all()
        return cls(
            role=administrator.role,
            sections=rights.sections,
            fields=rights.fields,
            communities=frozenset(community.pk for community in limits),
            ends_on=administrator.ends_on,
        )

    @classmethod
    def offered_by(cls, invitation: Invitation) -> Self:
        return cls(
            role=invitation.role,
            sections=invitation.rights.get("sections", {}),
            fields=invitation.rights.get("fields", {}),
            communities=frozenset(invitation.communities),
            ends_on=invitation.ends_on,
        )

    @property
    def rights(self) -> Rights:
        everything = self.role != Role.OPERATOR
        return Rights(everything=everything, sections=self.sections, fields=self.fields)

    def tidied(self) -> Self:
        """Without what the role has anyway."""
        return self if self.role == Role.OPERATOR else type(self)(role=self.role)

    def excess_over(self, mine: Self) -> str:
        """A sentence about what these hold and the other terms do not; "" if there is nothing."""
        if self.role == Role.CREATOR or (self.role == Role.SYSTEM and not mine.rights.everything):
            return _("只有创建者和系统管理员可以设置系统管理员，创建者只能移交。")
        if not mine.rights.everything and self.rises_above(mine):
            return _("不能授予您自己没有的权限。")
        if mine.communities and not (self.communities and self.communities <= mine.communities):
            return _("您只管理部分小区，请从您管理的小区中选择至少一个。")
        if mine.ends_on and (self.ends_on is None or self.ends_on > mine.ends_on):
            return _("截止日期不能晚于您自己的截止日期 %s。") % mine.ends_on
        return ""

    def rises_above(self, mine: Self) -> bool:
        pairs = ((self.sections, mine.sections), (self.fields, mine.fields))
        return any(
            level > theirs.get(name, Level.NONE)
            for ours, theirs in pairs
            for name, level in ours.items()
        )


def terms_of_actor(account, by: Actor) -> Terms | None:
    """What bounds whoever acts, as it is now; None for ops and commands, which nothing bounds.
    Asked under the account's lock, so that nobody acts by rights that have just been taken."""
    if by.administrator_id is None:
        return None
    acting = account.administrators.active().filter(pk=by.administrator_id).first()
    mine = acting and Terms.of(acting)
    if not mine or not mine.rights.cover(Section.ADMINISTRATORS.manage):
        raise AccountRefused(_("您已没有管理员设置的权限，请刷新页面。"))
    return mine


def refuse_to_give(account, terms: Terms, *, by: Actor) -> None:
    """Raises AccountRefused where the terms exceed those of whoever gives them."""
    mine = terms_of_actor(account, by)
    if mine and (sentence := terms.excess_over(mine)):
        raise AccountRefused(sentence)


def refuse_to_touch(administrator: Administrator, *, by: Actor) -> None:
    """Raises AccountRefused for oneself, the creator, and whoever holds more than oneself."""
    mine = terms_of_actor(administrator.account, by)
    if mine and (sentence := why_untouchable(administrator, mine, by=by)):
        raise AccountRefused(sentence)


def why_untouchable(administrator: Administrator, mine: Terms, *, by: Actor) -> str:
    """A sentence; "" where nothing speaks against it."""
    if administrator.pk == by.administrator_id:
        return _("不能修改自己的权限，请由其他管理员修改。")
    if not may_touch(administrator, mine):
        return _("不能修改创建者，也不能修改权限、小区或期限超过您的管理员。")
    return ""


def may_touch(administrator: Administrator, mine: Terms) -> bool:
    return not Terms.of(administrator).excess_over(mine)
