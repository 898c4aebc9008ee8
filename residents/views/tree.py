from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from communities import services as community_services
from communities.branches import children_between
from communities.models import BuildingNode, Community
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import go, render_screen
from haina.lib.requests import number
from residents.addresses import Address, names_in
from residents.headcounts import heads_for
from residents.places import list_url


@allow(Section.RESIDENTS.view)
@require_GET
def tree_children(request, community, node):
    nodes = BuildingNode.objects.within(request.scope).select_related("community")
    parent = get_object_or_404(nodes, tree_id=community, pk=node)
    start = number(request.GET.get("start", "0"))
    end = number(request.GET.get("end", str(parent.rght)))
    parts = children_between(
        parent,
        parent.community,
        max(start, parent.lft + 1),
        min(end, parent.rght),
        count=heads_for(request.rights),
    )
    here = list_url(request, only=())
    context = {"parent": parent, "children": parts, "here": here}
    return render_screen(request, "residents/tree.html", context, fragment="children")


@allow(Section.RESIDENTS.manage)
@require_GET
def address_choices(request):
    if "address" in request.rights.locked_fields:
        raise Http404
    communities = Community.objects.within(request.scope).for_list()
    community = get_object_or_404(communities, pk=number(request.GET.get("community", "")))
    if "only" in request.GET:  # the form does not lead out of its community
        communities = communities.filter(pk=community.pk)
    names = names_in(request.GET)[: number(request.GET.get("keep", "8"))]
    context = {"address": Address(community, names), "communities": communities}
    return render(request, "residents/address.html", context)


@allow(Section.RESIDENTS.manage)
@require_POST
def owners_review(request, community):
    communities = Community.objects.within(request.scope)
    community = get_object_or_404(communities, pk=community)
    on = request.POST.get("on") == "1"
    community_services.switch_owners_review(community, on=on, by=request.actor, now=timezone.now())
    if not request.htmx:
        return go(request, list_url(request, community=community.pk))
    return render(request, "residents/list.html#review", {"community": community})
