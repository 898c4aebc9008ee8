"""Where in the buildings a page of the console stands, as its URL says."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from communities.models import BuildingNode, Community

# What the list keeps in its URL, and every page that leads back to the list with it.
STATE = ("community", "node", "q", "verification", "sort", "page")


@dataclass(frozen=True)
class Place:
    """A community and a node of its tree; the root stands for all of the community."""

    community: Community
    node: BuildingNode


def place_of(request) -> Place | None:
    """As ?community= and ?node= say, the first community without them, None if there is none yet.
    404 outside the scope. To whom addresses are hidden every place is a whole community."""
    communities = Community.objects.within(request.scope)
    nodes = BuildingNode.objects.within(request.scope)
    if pk := request.GET.get("node"):
        node = get_object_or_404(nodes.select_related("community"), pk=number(pk))
        if "address" not in request.rights.hidden_fields:
            return Place(node.community, node)
        community = node.community
    elif pk := request.GET.get("community"):
        community = get_object_or_404(communities, pk=number(pk))
    else:
        community = communities.for_list().first()
    if community is None:
        return None
    return Place(community, nodes.get(community=community, parent=None))


def number(text: str) -> int:
    """A pk out of the query string; what cannot be one is 404."""
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)


def list_url(request, **changes) -> str:
    """The list in the state that this page was opened from, with some of it changed."""
    state = {key: request.GET[key] for key in STATE if request.GET.get(key)} | changes
    kept = {key: str(value) for key, value in state.items() if value}
    return reverse("residents:list", args=[request.account.slug], query=kept)


def add_url(request, room: BuildingNode) -> str:
    """The form for the next resident, at the address of the one before."""
    kept = {"community": room.tree_id, "node": room.pk}
    return reverse("residents:add", args=[request.account.slug], query=kept)
