from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from haina.accounts.models import ServiceAccount
from haina.accounts.scope import OfAccountQuerySet
from haina.lib.leases import Leased


class Sync(Leased):
    """How far the synchronisation of an account's followers is. One row an account, and the queue
    of it."""

    LEASE = timedelta(minutes=3)  # more than a step can take, with every request as slow as may be

    class Phase(models.TextChoices):
        OPENIDS = "openids", _("读取关注列表")
        DETAILS = "details", _("读取用户详情")
        BLACKLIST = "blacklist", _("读取黑名单")
        OVER = "over", _("已完成")

    account = models.OneToOneField(ServiceAccount, models.CASCADE, related_name="+")
    phase = models.CharField(_("步骤"), max_length=10, choices=Phase, default=Phase.OPENIDS)
    cursor = models.CharField(max_length=64, blank=True)  # of the phase: where to go on
    began_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("完成时间"), null=True)  # of the last pass that was completed
    fault = models.IntegerField(null=True)  # WeChat's errcode that stopped the pass
    # What the pass has met so far, and what it did about it
    seen = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    arrived = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("关注用户同步")

    def __str__(self):
        return f"{_('关注用户同步')} #{self.pk}"

    @property
    def is_running(self) -> bool:
        return self.phase != self.Phase.OVER


class Seen(models.Model):
    """An openid that the running pass has met in a list of WeChat's; removed when it ends."""

    sync = models.ForeignKey(Sync, models.CASCADE, related_name="+")
    phase = models.CharField(max_length=10, choices=Sync.Phase)
    openid = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sync", "phase", "openid"], name="seen_once")
        ]

    def __str__(self):
        return f"{self.phase} #{self.pk}"
