"""What residents and applicants are told, once: a row in the transaction of the act, sent later."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from followers.bells import DELIVER
from followers.daytime import by_day
from followers.posts import Letter, Post
from followers.undelivered import sentence
from haina.jobs.bells import ring
from haina.sms.models import Message
from haina.wechat.models import Template
from residents.models import Notice, Resident, VerificationApplication

Kind = Notice.Kind
OF_LEASES = (Kind.LEASE_SOON, Kind.LEASE_OVER)
HINT = "点击查看详情"


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
        facts=facts_of(resident.name, resident.address, reason, phone=str(resident.phone)),
        now=now,
    )


def facts_of(name: str, address: str, reason: str, *, phone: str = "") -> str:
    """With the phone of somebody who may be gone from the list when they are told."""
    facts = {"applicant": name, "room": address, "reason": reason, "phone": phone}
    return json.dumps(facts, ensure_ascii=False)


def put(kind: str, key: str, follower, *, now: datetime, **fields) -> Notice:
    fields |= {"kind": kind, "follower": follower, "created_at": now, "next_at": now}
    notice, _created = Notice.objects.get_or_create(key=key, defaults=fields)
    ring(DELIVER, follower.account_id)
    return notice


@dataclass(frozen=True)
class Lease:
    """Of whom, and how the notice of it is known: by the end of the lease and the days before."""

    resident: Resident
    kind: str
    stage: str = ""

    @property
    def key(self) -> str:
        about = f"{self.resident.pk}:{self.resident.lease_ends_on.isoformat()}"
        return f"{self.kind}:{about}:{self.stage}".removesuffix(":")


def tell_of_leases(leases: Iterable[Lease], *, now: datetime) -> int:
    """Tell residents (with room, community, and binding) of theirs, each once, by day; how many
    are new."""
    known = Notice.objects.filter(key__in=[lease.key for lease in leases])
    told = set(known.values_list("key", flat=True))
    rows = [notice_of(lease, now) for lease in leases if lease.key not in told]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def notice_of(lease: Lease, now: datetime) -> Notice:
    resident = lease.resident
    over = _("租约已于%s到期") if lease.kind == Kind.LEASE_OVER else _("租约将于%s到期")
    return Notice(
        kind=lease.kind,
        key=lease.key,
        follower_id=resident.binding.follower_id,
        resident=resident,
        community=resident.community,
        facts=facts_of(resident.name, resident.address, over % resident.lease_ends_on),
        created_at=now,
        next_at=by_day(now),
    )


def letter_of(notice: Notice) -> Letter | None:
    """What followers/sending.py sends; None for a lease that was prolonged meanwhile."""
    community, account = notice.community, notice.community.account
    if notice.kind in OF_LEASES and not still_ends(notice):
        return None
    facts = json.loads(notice.facts or facts_of("", "", ""))
    known_phone = facts.pop("phone", "")
    values = facts | {
        "account": account.name,
        "community": community.name,
        "result": notice.get_kind_display(),
        "decided_at": timezone.localtime(notice.created_at),
        "hint": HINT,
    }
    return Letter(
        account=account,
        follower=notice.follower,
        purpose=Template.Purpose.DECISION,
        values=values,
        url=url_of(notice),
        phone=phone_of(notice) or known_phone,
        sms_purpose=Message.Purpose.RESULT,
        only_by_day=notice.kind in OF_LEASES,
    )


def still_ends(notice: Notice) -> bool:
    ends_on = notice.resident and notice.resident.lease_ends_on
    return ends_on is not None and ends_on.isoformat() in notice.key.split(":")


def phone_of(notice: Notice) -> str:
    """The resident's; an applicant's only if it is theirs for certain: proven, or approved."""
    application = notice.application
    if application is None:
        return str(notice.resident.phone) if notice.resident else ""
    is_theirs = application.phone_proven_at or notice.kind == Kind.APPROVED
    return str(application.phone) if is_theirs else ""


def forget(residents: Collection[int]) -> None:
    """What is kept to be told to these, by number: also to those who are in no list any more."""
    about = Q(resident__in=residents)
    for kind, pk in product(Kind.values, residents):
        about |= Q(key__startswith=f"{kind}:{pk}:")
    Notice.objects.filter(about).delete()


def url_of(notice: Notice) -> str:
    """Of the page that says more; none where the installation does not say its own address."""
    slug = notice.community.account.slug
    path = reverse("mine:home", args=[slug])
    if notice.application_id:
        path = reverse("mine:application", args=[slug, notice.application_id])
    return settings.HAINA_BASE_URL and settings.HAINA_BASE_URL + path


def notice_line(application: VerificationApplication) -> str:
    """Whether the applicant was told, and if not why; "" while there is nothing to tell."""
    notice = application.notices.order_by("-pk").first()
    return line_of(notice) if notice else ""


def line_of(notice: Notice) -> str:
    is_sms = notice.channel == Notice.Channel.SMS
    if notice.state == Notice.State.SENT:
        return _("已短信通知") if is_sms else _("已微信通知")
    if notice.state == Notice.State.FAILED:
        return _("未能通知：%s") % sentence(notice.fault)
    if notice.fault:
        return _("正在通知，稍后重试：%s") % sentence(notice.fault)
    return _("正在通知")


POST = Post(Notice, letter_of)
