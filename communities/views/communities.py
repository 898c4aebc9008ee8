from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from communities import services
from communities.forms import CloseForm, CommunityForm
from communities.models import Community
from communities.refusals import CommunityGone, StillInhabited
from communities.tables import CommunityTable
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.accounts.step_up import Presence
from haina.lib.htmx import REFUSED_FORM, go, next_url, posted, render_screen
from haina.lib.pagination import arrange
from haina.lib.text import tidy

REFUSALS = (CommunityGone, StillInhabited, services.LastCommunity)


@allow(Section.COMMUNITIES.view)
@require_GET
def community_list(request):
    query = tidy(request.GET.get("q", ""))
    communities = Community.objects.within(request.scope).matching(query).for_list()
    table = CommunityTable(communities, rights=request.rights)
    arrange(table, request)
    context = {"table": table, "query": query}
    return render_screen(request, "communities/list.html", context, fragment="table")


@allow(Section.COMMUNITIES.manage)
@require_http_methods(["GET", "POST"])
def community_add(request):
    form = CommunityForm(posted(request))
    community = form.is_valid() and added(form, request)
    if not community:
        return form_screen(request, form, title=_("添加小区"), label=_("添加"))
    messages.success(request, _("已添加小区“%s”，请继续添加楼栋和房间。") % community.name)
    return go(request, reverse("communities:tree", args=[request.account.slug, community.pk]))


@allow(Section.COMMUNITIES.manage)
@require_http_methods(["GET", "POST"])
def community_edit(request, pk):
    community = get_object_or_404(Community.objects.within(request.scope), pk=pk)
    form = CommunityForm(posted(request), community=community)
    if not form.is_valid() or not corrected(form, community, request):
        return form_screen(request, form, title=_("修改小区"), label=_("保存"))
    messages.success(request, _("已保存小区“%s”。") % community.name)
    return go(request, next_url(request, list_url(request)))


@allow(Section.COMMUNITIES.manage)
@require_http_methods(["GET", "POST"])
def community_delete(request, pk):
    community = get_object_or_404(Community.objects.within(request.scope), pk=pk)
    form = CloseForm(posted(request), community=community, presence=Presence(request))
    if not form.is_bound:
        return delete_screen(request, form, refusal=refusal_of(community))
    if not form.is_valid():
        refusal = refusal_of(community)
        return delete_screen(request, form, refusal=refusal, status=REFUSED_FORM)

    try:
        services.close(community, by=request.actor, now=timezone.now())
    except REFUSALS as refusal:
        return delete_screen(request, form, refusal=refusal, status=REFUSED_FORM)
    messages.success(request, _("已删除小区“%s”。") % form.community.name)
    return go(request, list_url(request))


def list_url(request) -> str:
    return reverse("communities:list", args=[request.account.slug])


def form_screen(request, form: CommunityForm, **told: str):
    context = {"form": form, "back": next_url(request, list_url(request)), **told}
    status = REFUSED_FORM if form.is_bound else 200
    return render_screen(request, "communities/form.html", context, fragment="form", status=status)


def delete_screen(request, form, refusal=None, status: int = 200):
    community = form.community
    context = {
        "form": form,
        "community": community,
        "nodes": community.nodes.filter(level__gt=0).count(),
        "refusal": refusal,
        "residents_at": f"community={community.pk}",
        "sees_residents": request.rights.cover(Section.RESIDENTS.view),
        "back": list_url(request),
    }
    template = "communities/delete.html"
    return render_screen(request, template, context, fragment="form", status=status)


def refusal_of(community: Community) -> Exception | None:
    """Why it cannot be deleted, said before anybody types its name."""
    try:
        services.refuse_to_close(community)
    except REFUSALS as refusal:
        return refusal
    return None


def added(form: CommunityForm, request) -> Community | None:
    """The new community, or None, and then the form says why."""
    written = form.cleaned_data | {"levels": [row.name for row in form.levels]}
    try:
        return services.add(request.account, **written, by=request.actor, now=timezone.now())
    except services.NameTaken as refusal:
        form.add_error("name", str(refusal))
    return None


def corrected(form: CommunityForm, community: Community, request) -> bool:
    try:
        services.correct(community, **form.cleaned_data, by=request.actor, now=timezone.now())
    except services.NameTaken as refusal:
        form.add_error("name", str(refusal))
    except services.LevelsRefused as refusal:
        form.refuse_levels(str(refusal))
    except CommunityGone as refusal:
        form.add_error(None, str(refusal))
    return form.is_valid()
