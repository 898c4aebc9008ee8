"""Who is told of what waits for review, how, and what became of each message."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from followers.daytime import by_day
from followers.delivery import Delivery, DeliveryQuerySet
from haina.accounts.models import Administrator, ServiceAccount
from haina.accounts.scope import OfAccountQuerySet, ScopedQuerySet
from haina.lib.encryption import EncryptedTextField
from residents.models import VerificationApplication


class OfAdministratorQuerySet(ScopedQuerySet):
    account_path = "administrator__account"
    community_path = None


class PlanQuerySet(OfAccountQuerySet):
    def of(self, account_id: int) -> "Plan":
        """That of an account; what holds without any is not saved."""
        return self.filter(account=account_id).first() or Plan(account_id=account_id)


class Plan(models.Model):
    """提醒规则 of an account: when nobody is told, who is told once more, how many SMS. One
    without a row has the defaults."""

    account = models.OneToOneField(ServiceAccount, models.CASCADE, related_name="+")
    night_begins = models.PositiveSmallIntegerField(_("晚上从几点起不提醒"), default=22)
    night_ends = models.PositiveSmallIntegerField(_("早上从几点起提醒"), default=8)
    again_hours = models.PositiveSmallIntegerField(_("多少小时未处理时再次提醒"), default=24)
    creator_hours = models.PositiveSmallIntegerField(
        _("再过多少小时仍未处理时提醒创建者"), default=24
    )  # of both: 0 for never
    sms_per_month = models.PositiveIntegerField(_("每月短信提醒上限"), default=1000)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("提醒规则")

    def __str__(self):
        return f"{_('提醒规则')} #{self.pk}"

    def by_day(self, now: datetime) -> datetime:
        """Now, or in the morning."""
        return by_day(now, begins=self.night_ends, ends=self.night_begins)


class Switch(models.Model):
    """是否开启提醒 of an administrator. Without a row it is off. `unbound_at`: their WeChat was
    taken back last then."""

    administrator = models.OneToOneField(
        Administrator, models.CASCADE, related_name="reminders", verbose_name=_("管理员")
    )
    is_on = models.BooleanField(_("是否开启提醒"), default=False)
    unbound_at = models.DateTimeField(null=True)

    objects = OfAdministratorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("提醒开关")

    def __str__(self):
        return f"{_('提醒开关')} #{self.pk}"


class BindingInvitationQuerySet(OfAdministratorQuerySet):
    def open_at(self, now: datetime) -> Self:
        return self.filter(used_at=None, expires_at__gt=now)


class BindingInvitation(models.Model):
    """邀请关注: a QR code that makes whoever scans it known in WeChat as the administrator, once.
    Of its scene only the keyed hash is kept; `address` is what the code says."""

    class Refusal(models.TextChoices):
        TAKEN = "taken", _("扫码的微信已关联本服务号的另一位管理员，没有关联。")
        BOUND = "bound", _("这位管理员已经关联了微信，没有再次关联。")

    LIFE = timedelta(days=3)

    administrator = models.ForeignKey(Administrator, models.CASCADE, related_name="+")
    # Without whom it opens nothing any more.
    invited_by = models.ForeignKey(Administrator, models.CASCADE, null=True, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    address = EncryptedTextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=8, choices=Refusal, blank=True)  # of the latest scan

    objects = BindingInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("关联邀请")

    def __str__(self):
        return f"{_('关联邀请')} #{self.pk}"

    @property
    def is_over(self) -> bool:
        return self.expires_at <= timezone.now()


class Trouble(models.Model):
    """What is wrong with the settings of a channel, so that no reminder of the account can go that
    way. Until `until` none is tried; the first that arrives, or another setting, ends it."""

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=6, choices=Delivery.Channel)
    fault = models.CharField(max_length=80)  # followers/undelivered.py
    settings = models.CharField(max_length=64)  # a digest of what they were
    since = models.DateTimeField()
    until = models.DateTimeField()

    objects = OfAccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("提醒故障")
        constraints = [
            models.UniqueConstraint(fields=["account", "channel"], name="trouble_once_per_channel")
        ]

    def __str__(self):
        return f"{_('提醒故障')} #{self.pk}"


class ReminderQuerySet(DeliveryQuerySet):
    account_path = "administrator__account"
    community_path = None

    def for_list(self) -> Self:
        return self.select_related("administrator__user", "again").order_by("-created_at", "-pk")


class Reminder(Delivery):
    """审核提醒: one message to one administrator. While its key is that of `open_key` it has not
    begun to be sent and stands for whatever else comes meanwhile: there is one of these at most."""

    class Kind(models.TextChoices):
        NEW = "new", _("新的申请")
        AGAIN = "again", _("再次提醒")
        CREATOR = "creator", _("提醒创建者")
        LEASES = "leases", _("租约将到期")

    KEPT = timedelta(days=90)

    administrator = models.ForeignKey(
        Administrator, models.CASCADE, related_name="+", verbose_name=_("管理员")
    )
    kind = models.CharField(_("内容"), max_length=8, choices=Kind)
    count = models.PositiveIntegerField(_("数量"), null=True)  # as it was told
    begun_at = models.DateTimeField(null=True)  # by this channel
    # The one that it repeats by hand, once.
    resent = models.OneToOneField("self", models.SET_NULL, null=True, related_name="again")

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("审核提醒")
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="reminder_waiting"),
            models.Index(
                fields=["provider_id"], condition=~Q(provider_id=""), name="reminder_by_provider_id"
            ),
            models.Index(fields=["administrator", "-created_at"], name="reminder_newest_first"),
            models.Index(fields=["administrator", "begun_at"], name="reminder_by_beginning"),
        ]

    def __str__(self):
        return f"{_('审核提醒')} #{self.pk}"

    @classmethod
    def open_key(cls, kind: str, administrator: int) -> str:
        about = "leases" if kind == cls.Kind.LEASES else "review"
        return f"{about}:{administrator}"

    @property
    def is_open(self) -> bool:
        return self.key == self.open_key(self.kind, self.administrator_id)

    @property
    def own_key(self) -> str:
        """Once it is being sent."""
        return f"{self.open_key(self.kind, self.administrator_id)}:{self.pk}"


class Escalation(models.Model):
    """An application of which somebody was reminded once more; each kind once."""

    application = models.ForeignKey(VerificationApplication, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Reminder.Kind)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "kind"], name="escalated_once")
        ]

    def __str__(self):
        return f"{self.kind} #{self.pk}"


class LeaseTold(models.Model):
    """A lease of which a reviewer is told, at a stage (residents/verification/expiry.py), once."""

    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="leases")
    administrator = models.ForeignKey(Administrator, models.CASCADE, related_name="+")
    resident = models.BigIntegerField()
    ends_on = models.DateField(db_index=True)
    stage = models.CharField(max_length=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["administrator", "resident", "ends_on", "stage"], name="lease_told_once"
            )
        ]

    def __str__(self):
        return f"{self.stage} #{self.pk}"
