"""What the console shows of jobs to whoever asked for them, and to nobody else."""

from collections.abc import Iterable
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext

from haina.accounts.navigation import Alert
from haina.jobs.models import Job
from haina.jobs.queue import About, kinds, told_of

MOST_COUNTED = 99


def own_jobs(request):
    jobs = Job.objects.within(request.scope).asked_by(request.administrator)
    return jobs.filter(kind__in=kinds)


def page_of_job(job: Job) -> str:
    """The page that shows this job, which the package of its kind provides."""
    return reverse(kinds[job.kind].page, args=[job.account.slug, job.pk])


def described(jobs: Iterable[Job], request) -> list[Job]:
    """The jobs with what may be told of each now: its kind, page, place, file and outcome."""
    jobs = list(jobs)
    told = told_of(jobs, request.scope, request.rights)
    for job in jobs:
        job.kind_label, job.url = kinds[job.kind].label, page_of_job(job)
        job.about = told.get(job.pk, About())
        if job.output and job.may_be_read(request.scope, request.rights):
            job.file = job.output.name
    return jobs


class Bar:
    """What the top bar tells of them: one query for a page that has one, none for others."""

    def __init__(self, request):
        self.request = request

    @cached_property
    def states(self) -> dict[int, str]:
        jobs = own_jobs(self.request).to_look_at()
        return dict(jobs.values_list("pk", "state")[:MOST_COUNTED])

    @property
    def running(self) -> list[int]:
        return [pk for pk, state in self.states.items() if state != Job.State.FAILED]

    @property
    def failed(self) -> list[int]:
        return [pk for pk, state in self.states.items() if state == Job.State.FAILED]


def bar_of(request) -> Bar:
    """One for each request, whoever asks for it."""
    if not hasattr(request, "jobs"):
        request.jobs = Bar(request)
    return request.jobs


def bar(request) -> dict:
    """Context of every page inside an account."""
    return {"jobs_bar": bar_of(request)} if hasattr(request, "administrator") else {}


def notices(request) -> list[Alert]:
    """What 通知 tells of jobs."""
    number = len(bar_of(request).failed)
    if not number:
        return []
    text = gettext("%d 个任务未完成") % number
    return [Alert(text, reverse("jobs:list", args=[request.account.slug]))]
