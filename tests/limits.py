"""Limits as somebody has used them up who tried all the time."""

from django.utils import timezone

from haina.lib.throttle import Limit


def use_up(limit: Limit, whose, *, but: int = 0) -> None:
    """Take all tries of an administrator, or all `but` some."""
    for _ in range(limit.tries - but):
        assert limit.take(str(whose.pk), now=timezone.now())
