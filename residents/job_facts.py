"""What the list of jobs tells of those about residents: numbers, and names of places and files as
far as they may be seen now. No name stands in a job's row."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.job_facts import names_of
from communities.models import BuildingNode
from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope
from haina.jobs.models import Job
from haina.jobs.queue import About

FIGURES = {
    "removed": gettext_lazy("删除 %d 位"),
    "moved": gettext_lazy("移动 %d 位"),
    "already": gettext_lazy("原来就在 %d 位"),
    "returned": gettext_lazy("移回 %d 位"),
    "stayed": gettext_lazy("没有移回 %d 位"),
    "restored": gettext_lazy("恢复 %d 位"),
}


def about_exports(jobs: Sequence[Job], scope: Scope, rights: Rights) -> Mapping[int, About]:
    nodes = BuildingNode.objects.within(scope).select_related("community")
    nodes = nodes.in_bulk({job.payload.get("node", 0) for job in jobs})
    shows = "address" not in rights.hidden_fields
    return {
        job.pk: About(
            place=f"{node.community.name} {node.address if shows else ''}".strip(),
            outcome=_("%d 位住户") % job.result["rows"] if "rows" in job.result else "",
        )
        for job in jobs
        if (node := nodes.get(job.payload.get("node", 0)))
    }


def about_bulk(jobs: Sequence[Job], scope: Scope, rights: Rights) -> Mapping[int, About]:
    names = names_of(jobs, scope)
    return {
        job.pk: About(place=names[job.payload["community"]], outcome=figures(job))
        for job in jobs
        if job.payload.get("community") in names
    }


def figures(job: Job) -> str:
    """What was done; before that, how many are meant."""
    done = [label % job.result[key] for key, label in FIGURES.items() if job.result.get(key)]
    if done or job.is_over:
        return _("，").join(done)
    return _("共 %d 位") % job.payload.get("total", 0)
