"""How long ago something was, in words: one unit is enough."""

from datetime import timedelta

from django.utils.translation import gettext as _

RECENT = timedelta(days=7)  # 近 7 天
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def age(passed: timedelta) -> str:
    """刚刚, 5分钟, 3小时, 2天: whole units, rounded down."""
    if passed < MINUTE:
        return _("刚刚")
    if passed < HOUR:
        return _("%d分钟") % (passed // MINUTE)
    if passed < DAY:
        return _("%d小时") % (passed // HOUR)
    return _("%d天") % (passed // DAY)
