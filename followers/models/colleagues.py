from django.db import models
from django.utils.translation import gettext_lazy as _

from followers.models.followers import Follower
from haina.accounts.models import Administrator
from haina.accounts.scope import ScopedQuerySet


class ColleagueQuerySet(ScopedQuerySet):
    account_path = "administrator__account"
    community_path = None


class Colleague(models.Model):
    """An administrator who is known in WeChat: there they see their reminders and review. One
    follower is one administrator of the account at most."""

    administrator = models.OneToOneField(
        Administrator, models.CASCADE, related_name="colleague", verbose_name=_("管理员")
    )
    follower = models.OneToOneField(Follower, models.CASCADE, related_name="colleague")
    bound_at = models.DateTimeField(_("绑定时间"))

    objects = ColleagueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("微信中的管理员")

    def __str__(self):
        return f"{_('微信中的管理员')} #{self.pk}"
