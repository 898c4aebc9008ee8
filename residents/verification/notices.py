"""What residents and applicants are told, once: a row in the transaction of the act, sent later."""

import json
from datetime import date, datetime

from residents.models import Notice, Resident, VerificationApplication


def tell_applicant(
    kind: str, application: VerificationApplication, *, reason: str = "", now: datetime
) -> Notice:
    """Of a decision."""
    return put(
        kind,
        f"{kind}:{application.pk}",
        application.follower,
        application=application,
        resident=application.resident,
        community=application.community,
        facts=facts_of(application.name, application.address, reason),
        now=now,
    )


def tell_resident(
    kind: str, resident: Resident, about: date | datetime, *, reason: str = "", now: datetime
) -> Notice | None:
    """Of something that happens to somebody verified; nobody is told twice of the same day or
    moment. None if the resident is not known in WeChat."""
    binding = getattr(resident, "binding", None)
    if binding is None:
        return None
    return put(
        kind,
        f"{kind}:{resident.pk}:{about.isoformat()}",
        binding.follower,
        resident=resident,
        community=resident.community,
        facts=facts_of(resident.name, resident.address, reason),
        now=now,
    )


def facts_of(name: str, address: str, reason: str) -> str:
    return json.dumps({"applicant": name, "room": address, "reason": reason}, ensure_ascii=False)


def put(kind: str, key: str, follower, *, now: datetime, **fields) -> Notice:
    fields |= {"kind": kind, "follower": follower, "created_at": now, "next_at": now}
    notice, _created = Notice.objects.get_or_create(key=key, defaults=fields)
    return notice
