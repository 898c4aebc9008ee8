"""The account's tags, as we want them and as WeChat is known to hold them."""

from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from haina.accounts.models import ServiceAccount
from haina.accounts.scope import OfAccountQuerySet

TAG_LENGTH = 12  # characters that the guide's box takes
TAG_BYTES = 30  # that WeChat takes


class TagQuerySet(OfAccountQuerySet):
    def to_push(self):
        """Those that differ from WeChat's and have not been refused, and those that are there but
        not yet with their followers."""
        size = Func(F("name"), function="octet_length", output_field=models.IntegerField())
        renamed = ~Q(name=F("name_there")) & Q(size__lte=TAG_BYTES)
        differs = (Q(gone=True) | renamed) & Q(push_fault=None)
        return self.alias(size=size).filter(differs | Q(gone=False, to_give=True))


class Tag(models.Model):
    """标签. Without `wechat_id` it is not at WeChat: yet, or for good where WeChat does not take
    its name. `gone` was deleted here and is still to be deleted there."""

    account = models.ForeignKey(ServiceAccount, models.CASCADE, related_name="+")
    name = models.CharField(_("标签名称"), max_length=60)  # WeChat takes longer ones
    name_there = models.CharField(max_length=60, blank=True, editable=False)
    wechat_id = models.PositiveIntegerField(null=True, editable=False)
    gone = models.BooleanField(default=False, editable=False)
    # It came to WeChat a moment ago: whoever has it here is still to be given it there.
    to_give = models.BooleanField(default=False, editable=False)
    push_fault = models.IntegerField(null=True, editable=False)  # WeChat's errcode, when refused

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("标签")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"], condition=Q(gone=False), name="tag_name_once"
            ),
            models.UniqueConstraint(fields=["account", "wechat_id"], name="tag_at_wechat_once"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_local(self) -> bool:
        """仅本地: WeChat takes no name of so many bytes."""
        return len(self.name.encode()) > TAG_BYTES

    @property
    def waits(self) -> bool:
        """待同步: WeChat still has another name of it, or none."""
        return self.name != self.name_there and not self.is_local
