from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from haina.accounts.models.account import ServiceAccount
from haina.accounts.models.administrators import Administrator
from haina.accounts.models.users import User
from haina.accounts.scope import OfAccountQuerySet, Scope


class AuditQuerySet(OfAccountQuerySet):
    def open_to(self, administrator: Administrator, scope: Scope):
        """What an administrator may read. Whoever is limited to some communities reads of their own
        acts only: entries name rows by their numbers, also rows of communities out of reach."""
        return self if scope.community_ids is None else self.filter(user=administrator.user_id)

    def newest_first(self):
        """In the order of the index; the pk decides between entries of one moment."""
        return self.order_by("-at", "-pk")

    def older_than(self, entry: "AuditEntry"):
        """What comes after the entry in that order."""
        return self.filter(at__lte=entry.at).exclude(at=entry.at, pk__gte=entry.pk)


class AuditEntry(models.Model):
    """Who did what to which rows, from where, when and why. Holds ids and field names, no values;
    `reason` is what the person wrote. Triggers (migration 0003) refuse UPDATE and TRUNCATE, and
    DELETE of what is younger than three years."""

    account = models.ForeignKey(ServiceAccount, models.PROTECT, null=True, related_name="trail")
    user = models.ForeignKey(User, models.PROTECT, null=True, verbose_name=_("登录用户"))
    actor = models.CharField(_("操作人"), max_length=60)
    action = models.CharField(_("操作"), max_length=60)
    model = models.CharField(_("对象"), max_length=60)
    ids = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("编号"))
    count = models.PositiveIntegerField(_("数量"), default=0)
    fields = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("字段"))
    address = models.GenericIPAddressField(_("来源"), null=True)
    request_id = models.CharField(max_length=32, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"), db_index=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("操作记录")
        indexes = [
            models.Index(fields=["account", "-at", "-id"], name="audit_newest_first"),
            models.Index(fields=["account", "user", "-at", "-id"], name="audit_by_user"),
            models.Index(fields=["account", "action", "-at", "-id"], name="audit_by_action"),
            models.Index(fields=["account", "model", "-at", "-id"], name="audit_by_model"),
            GinIndex(fields=["ids"], name="audit_by_object"),
        ]

    def __str__(self):
        return f"{self.action} #{self.pk}"
