"""The job of this app: 清空演示数据."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from haina.accounts.audit import Actor
from haina.accounts.models import ServiceAccount
from haina.accounts.permissions import Section
from haina.accounts.scope import Scope
from haina.jobs.models import Job, JobRefused
from haina.jobs.queue import Heartbeat, put, runs
from haina.overview.clearing import NotCleared, clear
from residents.bulk import HEAVY
from residents.models import Resident

CLEAR = "overview.clear"


def ask_to_clear(account: ServiceAccount, *, once: str, by: Actor) -> Job:
    heavy = Resident.objects.within(Scope.whole(account))[HEAVY:].exists()
    return put(CLEAR, {}, by=by, key=once, heavy=heavy)


@runs(CLEAR, label=gettext_lazy("清空演示数据"), need=Section.ADMINISTRATORS.manage)
def clear_demo(job: Job, beat: Heartbeat) -> None:
    now = timezone.now()
    try:
        with transaction.atomic():
            clear(job.account, job.rights, by=job.actor, now=now)
            job.finish({}, now=now)
    except NotCleared as refusal:
        raise JobRefused(str(refusal)) from None
