"""Progress, result file and cancelling: only for whoever started the job."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from haina.accounts.access import allow
from haina.accounts.permissions import ANY_ADMINISTRATOR
from haina.jobs import files
from haina.jobs.models import Job
from haina.jobs.queue import About, kinds, told_of
from haina.lib.htmx import go, render_screen
from haina.lib.pagination import page_of


def own_jobs(request):
    jobs = Job.objects.within(request.scope).asked_by(request.administrator)
    return jobs.filter(kind__in=kinds)


def page_of_job(job: Job) -> str:
    """The page that shows this job, which the package of its kind provides."""
    return reverse(kinds[job.kind].page, args=[job.account.slug, job.pk])


@allow(ANY_ADMINISTRATOR)
@require_GET
def job_list(request):
    page = page_of(own_jobs(request).for_list(), request)
    told = told_of(list(page), request.scope, request.rights)
    for job in page:
        job.kind_label, job.url = kinds[job.kind].label, page_of_job(job)
        job.about = told.get(job.pk, About())
        if job.output and job.may_be_read(request.scope, request.rights):
            job.file = job.output.name
    return render_screen(request, "jobs/list.html", {"jobs": page}, fragment="jobs")


@allow(ANY_ADMINISTRATOR)
@require_GET
def job_show(request, pk):
    """How far the job is, or how it ended, for kinds that have no page of their own."""
    job = get_object_or_404(own_jobs(request).select_related("output"), pk=pk)
    readable = job.may_be_read(request.scope, request.rights)
    context = {
        "job": job,
        "kind_label": kinds[job.kind].label,
        "output": job.output if readable else None,
    }
    return render_screen(request, "jobs/job.html", context, fragment="progress")


@allow(ANY_ADMINISTRATOR)
@require_GET
def job_progress(request, pk):
    """The progress bar, polled. When the job is over, the browser goes to the page of its kind."""
    job = get_object_or_404(own_jobs(request).select_related("account"), pk=pk)
    if job.is_over:
        return go(request, page_of_job(job))
    context = {"job": job, "kind_label": kinds[job.kind].label}
    return render_screen(request, "jobs/job.html", context, fragment="progress")


@allow(ANY_ADMINISTRATOR)
@require_GET
def job_result(request, pk):
    """The file that the job made, while its time lasts and all that it shows is still granted."""
    jobs = own_jobs(request).filter(output__expires_at__gt=timezone.now())
    job = get_object_or_404(jobs.select_related("output"), pk=pk)
    if not job.may_be_read(request.scope, request.rights):
        raise PermissionDenied
    return files.handed_out(job.output)


@allow(ANY_ADMINISTRATOR)
@require_POST
def job_cancel(request, pk):
    job = get_object_or_404(own_jobs(request).select_related("account"), pk=pk)
    if own_jobs(request).cancel(job.pk, now=timezone.now()):
        messages.success(request, _("已请求取消，未写入的数据不会保留。"))
    else:
        messages.info(request, _("任务已经结束，无法取消。"))
    return redirect(page_of_job(job))
