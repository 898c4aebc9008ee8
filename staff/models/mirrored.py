"""What is to be the same here and in WeCom: what we want and what WeCom is known to hold stand side
by side, as for followers; where they differ there is something to push."""

from django.db import models
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 64  # of departments and people, as WeCom takes them


class State(models.TextChoices):
    """同步状态, as lists show it."""

    NOWHERE = "unverified", _("未同步")  # no corp is connected
    FAILED = "failed", _("失败")
    WAITING = "waiting", _("待同步")
    SYNCED = "verified", _("已同步")


class Mirrored(models.Model):
    """What is to be the same in WeCom. `there` is what WeCom was last told or has shown, as a
    keyed digest of what is pushed; null: it is not there yet, or we do not know."""

    there = models.BinaryField(max_length=32, null=True, editable=False)
    to_push = models.BooleanField(_("待同步"), default=True, db_default=True, editable=False)
    push_fault = models.IntegerField(null=True, editable=False)  # WeCom's errcode, when refused
    push_detail = models.CharField(max_length=100, blank=True, db_default="", editable=False)

    class Meta:
        abstract = True

    def state_when(self, *, connected: bool) -> State:
        """What is told of it, with a corp or without."""
        if not connected:
            return State.NOWHERE
        if self.push_fault is not None:
            return State.FAILED
        return State.WAITING if self.to_push else State.SYNCED
