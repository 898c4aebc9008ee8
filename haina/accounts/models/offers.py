"""A place in an account, or creatorship, offered to somebody who has yet to accept."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from haina.accounts.models.account import ServiceAccount
from haina.accounts.models.administrators import Administrator
from haina.accounts.scope import OfAccountQuerySet


class OfferQuerySet(OfAccountQuerySet):
    def open_at(self, now: datetime):
        return self.filter(ended_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """A place in an account, offered to a phone by a link that is good once. Of its token only the
    keyed hash is kept. `rights` are levels by section and by field; no `communities` are all."""

    LIFE = timedelta(days=3)

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="invitations")
    phone = PhoneNumberField(_("手机号"))
    digest = models.BinaryField(max_length=32, unique=True)
    role = models.CharField(_("角色"), max_length=10, choices=Administrator.Role)
    rights = models.JSONField(_("权限"), default=dict)
    communities = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("小区"))
    ends_on = models.DateField(_("截止日期"), null=True)
    invited_by = models.ForeignKey(Administrator, models.CASCADE, related_name="invitations")
    created_at = models.DateTimeField(_("邀请时间"))
    expires_at = models.DateTimeField(_("有效期至"))
    ended_at = models.DateTimeField(null=True)  # accepted, revoked or replaced

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("管理员邀请")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "phone"],
                condition=Q(ended_at=None),
                name="invitation_open_once_per_phone",
            ),
            models.CheckConstraint(
                condition=~Q(role="creator"), name="invitation_makes_no_creator"
            ),
        ]

    def __str__(self):
        return f"{_('管理员邀请')} #{self.pk}"


class Handover(models.Model):
    """The creator offers creatorship to a colleague, who accepts it or not."""

    LIFE = timedelta(days=3)

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="handovers")
    heir = models.ForeignKey(Administrator, models.CASCADE, related_name="+")
    offered_by = models.ForeignKey(Administrator, models.CASCADE, related_name="+")
    offered_at = models.DateTimeField(_("提出时间"))
    expires_at = models.DateTimeField(_("有效期至"))
    ended_at = models.DateTimeField(null=True)  # accepted, declined or withdrawn

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("创建者移交")
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at=None), name="handover_one_at_a_time"
            )
        ]

    def __str__(self):
        return f"{_('创建者移交')} #{self.pk}"
