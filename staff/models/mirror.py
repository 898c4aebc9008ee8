from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haina.accounts.models import ServiceAccount
from haina.accounts.scope import OfAccountQuerySet
from haina.lib.leases import Leased


class Removal(models.Model):
    """Somebody, or a department, deleted here and still to be deleted in WeCom."""

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="+")
    corp_id = models.CharField(max_length=64)
    userid = models.CharField(max_length=64, blank=True)
    wecom_id = models.PositiveBigIntegerField(null=True)  # of a department
    push_fault = models.IntegerField(null=True)
    push_detail = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("待删除的成员")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "corp_id", "userid", "wecom_id"],
                nulls_distinct=False,
                name="removal_once",
            ),
            models.CheckConstraint(
                condition=Q(userid="", wecom_id__isnull=False) | (~Q(userid="") & Q(wecom_id=None)),
                name="removal_is_of_one",
            ),
        ]

    def __str__(self):
        return f"{_('待删除的成员')} #{self.pk}"


class Sync(Leased):
    """How far the mirroring of an account's staff is. One row an account, and the queue of it."""

    LEASE = timedelta(minutes=10)  # more than a call can take, with all of its retries

    class Phase(models.TextChoices):
        READING = "reading", _("正在读取企业微信")
        PLANNED = "planned", _("待确认")  # it would create there, or delete here, too much unasked
        WRITING = "writing", _("正在同步")
        CHECKING = "checking", _("正在核对")
        OVER = "over", _("已完成")
        STOPPED = "stopped", _("已停止")  # a fault that the next call would meet as well

    RUNNING = (Phase.READING, Phase.WRITING, Phase.CHECKING)

    account = models.OneToOneField(ServiceAccount, models.CASCADE, related_name="+")
    phase = models.CharField(_("步骤"), max_length=8, choices=Phase, default=Phase.READING)
    asked_by = models.CharField(_("操作人"), max_length=60, blank=True)  # "" for the nightly one
    began_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("完成时间"), null=True)  # of the last that was completed
    # Somebody asked, or an event hinted, after the running pass had begun.
    asked_again_at = models.DateTimeField(null=True)
    # Reads names too; one that only has to bring our changes there does not.
    thorough = models.BooleanField(default=True)
    fault = models.IntegerField(null=True)  # WeCom's errcode that stopped the pass
    fault_detail = models.CharField(max_length=100, blank=True)
    counts = models.JSONField(default=dict)
    plan = models.JSONField(default=dict)  # pks, userids and numbers of what waits to be confirmed
    digest = models.BinaryField(max_length=32, null=True, editable=False)  # of the plan shown
    confirmed = models.BinaryField(max_length=32, null=True, editable=False)  # the one agreed to

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("员工同步")

    def __str__(self):
        return f"{_('员工同步')} #{self.pk}"

    @property
    def is_running(self) -> bool:
        return self.phase in self.RUNNING
