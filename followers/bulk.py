"""Acts on those who are ticked, or on all whom the list finds. Up to MOST_AT_ONCE are done while
somebody waits, more as a job, which commits as it goes: done twice, it does nothing more."""

import base64

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followers.listing import listing
from followers.models import Follower, FollowerQuerySet
from followers.names import Viewer
from followers.refusals import Refused
from followers.services import (
    Change,
    blocking,
    change_all,
    starring,
    tagging,
)
from haina.accounts.audit import Actor
from haina.accounts.permissions import Section
from haina.accounts.scope import Scope
from haina.jobs.models import Job, JobRefused
from haina.jobs.queue import Heartbeat, put, runs
from haina.lib.encryption import decrypt, encrypt

CHANGE = "followers.change"
MOST_AT_ONCE = 2000  # more followers are a job
STEP = 2000  # of a job: followers in one transaction
HEAVY = 20_000  # and more than these wait behind the small ones

ACTS = {
    "star": lambda add, remove: starring(True),
    "unstar": lambda add, remove: starring(False),
    "block": lambda add, remove: blocking(True),
    "unblock": lambda add, remove: blocking(False),
    "tag": tagging,
}
DONE = {
    "star": gettext_lazy("已将 %d 位用户设为星标用户。"),
    "unstar": gettext_lazy("已取消 %d 位用户的星标。"),
    "block": gettext_lazy("已将 %d 位用户加入黑名单。"),
    "unblock": gettext_lazy("已将 %d 位用户移出黑名单。"),
    "tag": gettext_lazy("已修改 %d 位用户的标签。"),
}


def change_of(told: dict) -> Change:
    """The change that a form or a job's row tells of."""
    return ACTS[told["act"]](told.get("add", []), told.get("remove", []))


def newest(scope: Scope) -> int:
    """The pk of who came last: whoever comes later was not agreed to."""
    pks = Follower.objects.within(scope).order_by("-pk").values_list("pk", flat=True)
    return pks.first() or 0


def put_change(told: dict, state: str, *, number: int, top: int, key: str, by: Actor) -> Job:
    """What the list was narrowed by may name somebody, so the job's row keeps it sealed."""
    sealed = base64.b64encode(encrypt(state)).decode()
    payload = told | {"sealed": sealed, "number": number, "top": top}
    return put(CHANGE, payload, by=by, key=key, heavy=number > HEAVY)


@runs(
    CHANGE,
    label=gettext_lazy("批量修改微信关注用户"),
    page="followers:change_job",
    need=Section.FOLLOWERS.manage,
)
def change_many(job: Job, beat: Heartbeat) -> None:
    change, seen, changed, last = change_of(job.payload), 0, 0, 0
    meant = followers_for(job)
    while pks := next_after(meant, last):
        beat.at(_("正在修改"), done=seen, total=max(job.payload["number"], seen))
        some = Follower.objects.within(job.scope).filter(pk__in=pks)
        account, now = job.asked_by.account, timezone.now()
        try:
            changed += change_all(account, some, change, by=job.actor, now=now)
        except Refused as refusal:
            raise JobRefused(str(refusal), {"changed": changed}) from None
        seen, last = seen + len(pks), pks[-1]
    job.finish({"changed": changed}, now=timezone.now())


def followers_for(job: Job) -> FollowerQuerySet:
    """Whom the list finds now, of those who were there when the job was asked for."""
    query = QueryDict(decrypt(base64.b64decode(job.payload["sealed"])))
    shown = listing(query, Viewer(job.rights, job.scope))
    return shown.followers.filter(pk__lte=job.payload["top"])


def next_after(followers: FollowerQuerySet, last: int) -> list[int]:
    rows = followers.filter(pk__gt=last).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:STEP])
