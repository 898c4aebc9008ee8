"""The lines of 管理员设置: who, with what, and what may be done about it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.accounts import invitations
from haina.accounts.models import Administrator, Invitation
from haina.accounts.permissions import Level, ResidentField, Section
from haina.accounts.terms import Terms, may_touch
from haina.lib.masking import mask_phone

LEVELS = {Level.VIEW: gettext_lazy("查看"), Level.MANAGE: gettext_lazy("管理")}


@dataclass(frozen=True)
class Line:
    """An administrator. Communities that the reader does not reach are not named."""

    administrator: Administrator
    terms: Terms
    named: dict[int, str]
    can_change: bool

    @property
    def phone(self) -> str:
        phone = self.administrator.user.phone
        return mask_phone(phone) if phone else ""

    @property
    def rights(self) -> list[str]:
        return in_words(self.terms)

    @property
    def communities(self) -> str:
        return communities_in_words(self.terms, self.named)


@dataclass(frozen=True)
class InvitedLine:
    invitation: Invitation
    terms: Terms
    named: dict[int, str]
    can_change: bool

    @property
    def phone(self) -> str:
        return mask_phone(self.invitation.phone)

    @property
    def rights(self) -> list[str]:
        return in_words(self.terms)

    @property
    def communities(self) -> str:
        return communities_in_words(self.terms, self.named)


def lines(request) -> list[Line]:
    """All of the account, in the order in which they came. A fixed number of queries."""
    ours = Administrator.objects.within(request.scope).select_related("user")
    ours = ours.prefetch_related("grants", "communities").order_by("seat", "pk")
    mine, named = Terms.of(request.administrator), names_within(request)
    return [Line(each, Terms.of(each), named, changeable(request, each, mine)) for each in ours]


def changeable(request, administrator: Administrator, mine: Terms) -> bool:
    is_me = administrator.pk == request.administrator.pk
    return request.rights.manage_administrators and not is_me and may_touch(administrator, mine)


def invited_lines(request, now: datetime) -> list[InvitedLine]:
    """Whose link still opens something, newest first."""
    standing = invitations.standing(now).within(request.scope).order_by("-created_at", "-pk")
    mine, named = Terms.of(request.administrator), names_within(request)
    manages = request.rights.manage_administrators
    offered = [(each, Terms.offered_by(each)) for each in standing]
    return [
        InvitedLine(each, terms, named, manages and not terms.excess_over(mine))
        for each, terms in offered
    ]


def names_within(request) -> dict[int, str]:
    return dict(request.account.communities.within(request.scope).values_list("pk", "name"))


def in_words(terms: Terms) -> list[str]:
    """住户信息 管理, and which of the six fields are less than that."""
    if terms.rights.everything:
        return [_("全部权限")]
    words = [
        f"{section.label} {LEVELS[level]}"
        for section in Section
        if (level := terms.sections.get(section, Level.NONE))
    ]
    if terms.sections.get(Section.RESIDENTS):
        words += fields_in_words(terms)
    return words or [_("没有任何栏目的权限")]


def fields_in_words(terms: Terms) -> list[str]:
    """住户通讯录权限, where it is not 可管理 throughout."""
    by_level = {level: [] for level in (Level.NONE, Level.VIEW)}
    for field in ResidentField:
        level = terms.fields.get(field, Level.NONE)
        if level < Level.MANAGE:
            by_level[level].append(str(field.label))
    return [
        f"{_('、').join(fields)} {Level(level).label}"
        for level, fields in by_level.items()
        if fields
    ]


def communities_in_words(terms: Terms, named: dict[int, str]) -> str:
    if not terms.communities:
        return _("全部小区")
    shown = [name for pk, name in named.items() if pk in terms.communities]
    if len(shown) < len(terms.communities):
        shown.append(_("其他小区"))
    return _("、").join(shown)
