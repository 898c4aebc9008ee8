"""What every message to somebody in WeChat has, whatever it says: the row is the queue."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from haina.accounts.scope import ScopedQuerySet


class DeliveryQuerySet(ScopedQuerySet):
    def due(self, now: datetime) -> Self:
        return self.filter(state=Delivery.State.WAITING, next_at__lte=now)

    def accounts(self) -> set[int]:
        """The accounts that they belong to, by pk."""
        return set(self.order_by().values_list(self.account_path, flat=True).distinct())

    def over(self, now: datetime) -> Self:
        """Those that nobody asks for any more."""
        return self.filter(ended_at__lt=now - self.model.KEPT)


class Delivery(models.Model):
    """A message under way: by template message first, by SMS where that is refused for good.
    followers/sending.py is the only writer once a row is there. `key` says what it is about, so
    that nobody is told the same thing twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")

    class Channel(models.TextChoices):
        WECHAT = "wechat", _("微信")
        SMS = "sms", _("短信")

    KEPT = timedelta(days=30)
    EMPTIED: ClassVar[dict] = {}  # what is forgotten as soon as it is over

    key = models.CharField(max_length=80, unique=True)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    channel = models.CharField(_("渠道"), max_length=6, choices=Channel, default=Channel.WECHAT)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)  # by this channel
    next_at = models.DateTimeField()  # of one that is being sent: until when its worker has it
    # Since when it may have arrived without our knowing.
    unsure_since = models.DateTimeField(null=True)
    provider_id = models.CharField(_("流水号"), max_length=64, blank=True)
    fault = models.CharField(_("结果"), max_length=80, blank=True)  # followers/undelivered.py
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        abstract = True
