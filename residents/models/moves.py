from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from haina.accounts.scope import ScopedQuerySet


class MoveQuerySet(ScopedQuerySet):
    def over(self, now: datetime):
        """Those that can no longer be taken back."""
        return self.filter(created_at__lt=now - Move.KEPT)


class Move(models.Model):
    """One act that gave residents another room, and whence they came: what 撤销 needs. Holds
    numbers only; the numbers of residents and of their former rooms stand in the same order."""

    KEPT = timedelta(days=30)

    community = models.ForeignKey(Community, models.CASCADE, related_name="moves")
    room_id = models.BigIntegerField()  # no foreign key: rooms may be deleted meanwhile
    resident_ids = ArrayField(models.BigIntegerField(), editable=False)
    former_room_ids = ArrayField(models.BigIntegerField(), editable=False)
    actor = models.CharField(_("操作人"), max_length=60)
    created_at = models.DateTimeField(_("时间"), db_index=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=60, blank=True)
    not_undone = models.JSONField(default=list)  # pks, and why

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("住户移动")

    def __str__(self):
        return f"{_('移动')} #{self.pk}"

    @property
    def returned(self) -> int:
        """How many were moved back."""
        return len(self.resident_ids) - len(self.not_undone) if self.undone_at else 0
