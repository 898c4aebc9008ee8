"""Where in the buildings a page of the console stands, as its URL says."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from communities.models import BuildingNode, Community
from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope
from haina.lib.requests import number
from haina.lib.sealed import PLAIN, SEALED, seal

# What the list keeps in its URL, and every page that leads back to the list with it.
STATE = (
    *("community", "node", "import", PLAIN, SEALED),
    *("verification", "identity", "gender", "lease", "lease_from", "lease_to"),
    *("sort", "page"),
)


@dataclass(frozen=True)
class Place:
    """A community and a node of its tree; the root stands for all of the community."""

    community: Community
    node: BuildingNode
    is_lost: bool = False  # a node was asked for that is gone, or is nowhere in the scope


def place_of(request) -> Place | None:
    return place_in(request.GET, scope=request.scope, rights=request.rights)


def place_in(query: QueryDict, *, scope: Scope, rights: Rights) -> Place | None:
    """As ?community= and ?node= say, the first community without them, None if there is none yet.
    404 for communities outside the scope; a node that is gone, or was never inside, gives way to
    the community. To whom addresses are hidden every place is a whole community."""
    nodes = BuildingNode.objects.within(scope).select_related("community")
    asked, community = query.get("node"), query.get("community")
    node = nodes.filter(pk=number(asked, 0)).first() if asked else None
    is_lost = bool(asked) and node is None
    if node is None:
        node = whole(nodes, number(community) if community else None)
    elif "address" in rights.hidden_fields:
        node = nodes.root_of(node.community)
    return Place(node.community, node, is_lost) if node else None


def whole(nodes, community: int | None) -> BuildingNode | None:
    roots = nodes.filter(parent=None)
    if community is not None:
        return get_object_or_404(roots, tree_id=community)
    return roots.order_by("community__name_key", "community").first()


def list_url(request, *, only: Sequence[str] = STATE, **changes) -> str:
    """The list in the state that this page was opened from, with some of it changed."""
    state = {key: request.GET[key] for key in only if request.GET.get(key)} | changes
    kept = {key: str(value) for key, value in state.items() if value}
    return reverse("residents:list", args=[request.account.slug], query=kept)


def search_url(request, name: str) -> str:
    """The page of this name in the state that a form has posted, what is searched for sealed."""
    kept = {key: request.POST[key] for key in STATE if request.POST.get(key)}
    if searched := kept.pop(PLAIN, ""):
        kept[SEALED] = seal(searched)
    kept.pop("page", None)
    return reverse(name, args=[request.account.slug], query=kept)


def add_url(request, room: BuildingNode) -> str:
    """The form for the next resident, at the address of the one before."""
    kept = {"community": room.tree_id, "node": room.pk}
    return reverse("residents:add", args=[request.account.slug], query=kept)
