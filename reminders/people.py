"""The rows of 住户审核提醒: an administrator, their WeChat, and whether they are told."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from followers.names import named_one
from haina.accounts.models import Administrator
from haina.accounts.scope import Scope
from haina.accounts.terms import Terms, may_touch
from haina.lib.masking import mask_phone
from haina.sms.models import Message
from haina.sms.services import is_set_up
from reminders.models import BindingInvitation
from reminders.recipients import reviewers

Role = Administrator.Role


@dataclass(frozen=True)
class Row:
    administrator: Administrator
    may_review: bool
    may_act: bool  # as binding.may_act_for() has it
    has_sms: bool  # of the account

    @property
    def pk(self) -> int:
        return self.administrator.pk

    @property
    def name(self) -> str:
        return self.administrator.user.name

    @property
    def phone(self) -> str:
        phone = self.administrator.user.phone
        return mask_phone(phone) if phone else ""

    @property
    def switch(self):
        return getattr(self.administrator, "reminders", None)

    @property
    def is_on(self) -> bool:
        return bool(self.switch and self.switch.is_on)

    @property
    def colleague(self):
        return getattr(self.administrator, "colleague", None)

    @property
    def is_bound(self) -> bool:
        return bool(self.colleague and self.colleague.follower.subscribed)

    @property
    def wechat(self) -> str:
        """The nickname that they gave: what others call them is no business of this page."""
        follower = self.colleague.follower
        follower.remark = ""
        return named_one(follower).name

    @property
    def state(self) -> str:
        if self.is_bound:
            return _("可微信提醒(微信: %s)") % self.wechat
        was_here = self.colleague is None and self.switch and self.switch.unbound_at
        return _("未关联公众号") if was_here else _("未关注公众号")

    @property
    def invites(self) -> str:
        return _("邀请关联") if self.state == _("未关联公众号") else _("邀请关注")

    @property
    def lack(self) -> str:
        """Why nobody can be told; "" if somebody can."""
        if not self.may_review:
            return _("没有住户信息的管理权限，不会收到提醒。")
        if self.is_bound or (self.phone and self.has_sms):
            return ""
        if self.phone:
            return _("没有关联微信，短信也没有接入，收不到提醒。")
        return _("没有关联微信，也没有手机号，收不到提醒。")


def rows_for(actor: Administrator, scope: Scope) -> list[Row]:
    """Everybody who is active in the account, the creator first."""
    active = Administrator.objects.within(scope).active()
    beside = active.select_related("user", "reminders", "colleague__follower")
    beside = beside.prefetch_related("grants", "communities")
    found = sorted(beside, key=lambda each: (Role.values.index(each.role), each.pk))
    able = set(reviewers(scope.account_id).values_list("pk", flat=True))
    has_sms, mine = is_set_up(actor.account, Message.Purpose.REVIEW), Terms.of(actor)
    return [
        Row(each, each.pk in able, each.pk == actor.pk or may_touch(each, mine), has_sms)
        for each in found
    ]


def row_of(actor: Administrator, scope: Scope, pk: int) -> Row | None:
    return next((row for row in rows_for(actor, scope) if row.pk == pk), None)


def has_open_invitations(scope: Scope, now) -> bool:
    return BindingInvitation.objects.within(scope).open_at(now).exists()
