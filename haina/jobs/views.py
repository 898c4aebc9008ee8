"""Progress, result file and cancelling: only for whoever started the job."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from haina.accounts.access import allow
from haina.accounts.permissions import ANY_ADMINISTRATOR
from haina.jobs import files, listing
from haina.jobs.models import Job
from haina.jobs.own import MOST_COUNTED, bar_of, described, own_jobs, page_of_job
from haina.jobs.queue import kinds
from haina.lib.htmx import go, render_screen, wants_fragment
from haina.lib.pagination import page_of
from haina.lib.requests import number

LATEST = 8
STOP_POLLING = 286


@allow(ANY_ADMINISTRATOR)
@require_GET
def job_list(request):
    shown = request.GET.get("show", "")
    jobs = listing.narrowed(own_jobs(request), shown, now=timezone.now())
    page = page_of(jobs.for_list(), request)
    page.object_list = described(page.object_list, request)
    context = {"jobs": page, "choices": listing.CHOICES, "shown": shown}
    return render_screen(request, "jobs/list.html", context, fragment="jobs")


@allow(ANY_ADMINISTRATOR)
@require_GET
def job_panel(request):
    """The latest jobs, for the top bar; read anew while one of them runs."""
    return panel(request)


@allow(ANY_ADMINISTRATOR)
@require_POST
def jobs_see(request):
    """Whoever asked for them knows that these failed."""
    pks = [number(pk) for pk in request.POST.getlist("pk")]
    own_jobs(request).see(pks, now=timezone.now())
    return panel(request)


def panel(request):
    if not wants_fragment(request):
        return redirect("jobs:list", account=request.account.slug)
    jobs = described(own_jobs(request).for_list()[:LATEST], request)
    return render(request, "jobs/bar.html#panel", {"jobs": jobs})


@allow(ANY_ADMINISTRATOR)
@require_GET
def job_bar(request):
    """The number in the top bar, polled while a job runs, and how those of `watched` ended."""
    if not wants_fragment(request):
        return redirect("jobs:list", account=request.account.slug)
    watched = [number(pk, 0) for pk in request.GET.get("watched", "").split(",")[:MOST_COUNTED]]
    ended = own_jobs(request).filter(pk__in=watched, state__in=Job.OVER).for_list()
    status = 200 if bar_of(request).running else STOP_POLLING
    context = {"ended": described(ended, request)}
    return render(request, "jobs/bar.html#poll", context, status=status)


@allow(ANY_ADMINISTRATOR)
@require_GET
def job_show(request, pk):
    """How far the job is, or how it ended, for kinds that have no page of their own."""
    job = get_object_or_404(own_jobs(request).for_list(), pk=pk)
    [job] = described([job], request)
    readable = job.may_be_read(request.scope, request.rights)
    context = {
        "job": job,
        "kind_label": job.kind_label,
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
