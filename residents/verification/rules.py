"""认证设置: how residents of a community prove themselves."""

from datetime import datetime

from django.db import transaction

from communities.models import Community
from haina.accounts import audit
from haina.lib.locks import Lock, hold
from residents.models import Rules


@transaction.atomic
def change(community: Community, *, by: audit.Actor, now: datetime, **wanted) -> list[str]:
    """Set what is `wanted`; the names of what really changed."""
    hold(Lock.COMMUNITY, community.pk)
    rules = Rules.objects.of(community)
    changed = [name for name, value in wanted.items() if getattr(rules, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(rules, name, wanted[name])
    rules.save()
    audit.record("rules.changed", [rules], by=by, at=now, fields=changed)
    return changed
