from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from communities import tree
from communities.forms import RangeForm
from communities.models import BuildingNode, Community
from communities.previews import preview_of
from communities.tasks import ADD_RANGE
from communities.views.nodes import no_level_below, node_of, node_screen, tree_url
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.jobs import queue
from haina.jobs.models import Job
from haina.lib.htmx import go, next_url, posted, render_screen
from haina.lib.requests import once_of

MOST_AT_ONCE = 2000  # nodes that a request may write; more are a job
MANY = 20_000  # more of them are heavy work
TEMPLATE = "communities/node_add_range.html"


@allow(Section.COMMUNITIES.manage)
@require_http_methods(["GET", "POST"])
def node_add_range(request, pk, node):
    """First the names, then a preview that says how many there will be, then the writing."""
    parent = node_of(request, pk, node)
    if not parent.may_have_children:
        return no_level_below(request, parent)
    form = RangeForm(posted(request), names=parent.community.levels[parent.level :])
    if not form.is_valid():
        return node_screen(request, TEMPLATE, form, parent)
    try:
        if request.POST.get("confirmed") != form.batch.digest:
            return preview_screen(request, form, parent)
        if form.batch.total > MOST_AT_ONCE:
            return go(request, job_url(request, put_job(request, form, parent)))
        paths = form.batch.paths()
        made = tree.sow(parent.community, parent.pk, paths, by=request.actor, now=timezone.now())
    except tree.TreeRefused as refusal:
        form.add_error(None, str(refusal))
        return node_screen(request, TEMPLATE, form, parent)
    messages.success(request, _("已添加 %d 个楼栋节点。") % made)
    return go(request, next_url(request, tree_url(request, parent)))


@allow(Section.COMMUNITIES.manage)
@require_GET
def range_job(request, pk):
    """How far it is, and then how many nodes there are more, or why there are none."""
    own = Job.objects.within(request.scope).asked_by(request.administrator)
    job = get_object_or_404(own.filter(kind=ADD_RANGE), pk=pk)
    communities = Community.objects.within(request.scope)
    community = communities.filter(pk=job.payload["community"]).first()
    context = {"job": job, "community": community, "node": job.payload.get("node")}
    return render_screen(request, "communities/range_job.html", context, fragment="progress")


def preview_screen(request, form: RangeForm, parent: BuildingNode):
    """What would be added. `once` makes a confirmation that is sent twice one job."""
    preview = preview_of(form.batch, parent, parent.community)
    tree.refuse_too_many(parent.community, preview.new)
    return node_screen(request, TEMPLATE, form, parent, preview=preview, once=once_of(request))


def put_job(request, form: RangeForm, parent: BuildingNode) -> Job:
    """The job has what was typed, which is short, instead of up to 100,000 names."""
    payload = {
        "community": parent.tree_id,
        "node": parent.pk,
        "typed": {name: form.data.get(name, "") for name in form.fields},
        "confirmed": form.batch.digest,
    }
    key = f"{once_of(request)}:{parent.pk}:{form.batch.digest[:32]}"
    heavy = form.batch.total > MANY
    return queue.put(ADD_RANGE, payload, by=request.actor, key=key, heavy=heavy)


def job_url(request, job: Job) -> str:
    return reverse("communities:range_job", args=[request.account.slug, job.pk])
