"""Which rows a list of long work shows, as its address says: ?show=going or ?show=failed. Jobs and
imports have lists of this kind, and the overview counts what they show."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from haina.lib.ages import RECENT

GOING, FAILED = "going", "failed"
CHOICES = (("", _("全部")), (GOING, _("进行中")), (FAILED, _("近 7 天未完成")))


def narrowed(rows, shown: str, *, now: datetime):
    """Rows that have going_on() and failed_since()."""
    if shown == GOING:
        return rows.going_on()
    if shown == FAILED:
        return rows.failed_since(now - RECENT)
    return rows
