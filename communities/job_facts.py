"""What the list of jobs tells of those about communities."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from communities.models import Community
from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope
from haina.jobs.models import Job
from haina.jobs.queue import About


def names_of(jobs: Sequence[Job], scope: Scope) -> dict[int, str]:
    """The communities that jobs are about, as far as they are inside the scope."""
    pks = {job.payload.get("community") for job in jobs} - {None}
    return dict(Community.objects.within(scope).filter(pk__in=pks).values_list("pk", "name"))


def about(jobs: Sequence[Job], scope: Scope, rights: Rights) -> Mapping[int, About]:
    names = names_of(jobs, scope)
    return {
        job.pk: About(place=names[job.payload["community"]], outcome=outcome(job.result))
        for job in jobs
        if job.payload.get("community") in names
    }


def outcome(result: dict) -> str:
    if "made" in result:
        return _("添加 %d 个节点") % result["made"]
    return _("%d 行") % result["rows"] if "rows" in result else ""
