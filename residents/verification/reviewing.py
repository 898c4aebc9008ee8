"""Which applications 认证审核 shows, as its URL says, and what of them to whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from communities.models import BuildingNode, Community
from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope, ScopedQuerySet
from haina.lib.requests import number
from haina.lib.sealed import PLAIN, SEALED, opened, seal
from residents.filters import ApplicationFilter
from residents.models import VerificationApplication
from residents.places import Place, place_in

STATE = ("community", "node", PLAIN, SEALED, "state", "identity", "outcome", "page")


@dataclass(frozen=True)
class Queue:
    """The place, None for all communities, and what the list is narrowed by there. With a refusal
    it shows nothing."""

    place: Place | None
    filter: ApplicationFilter
    refusal: str = ""

    @property
    def applications(self) -> ScopedQuerySet:
        return self.filter.qs.none() if self.refusal else self.filter.qs

    @property
    def narrows(self) -> bool:
        return bool(self.place or self.filter.asked)

    @property
    def folded(self) -> int:
        """Filters in use that a phone does not show."""
        return self.filter.folded + bool(self.place)


def queue_in(query: QueryDict, *, scope: Scope, rights: Rights) -> Queue:
    """The list in the state that a query string names. 404 for communities outside the scope."""
    query = opened(query)
    asks = query.get("community") or query.get("node")
    place = place_in(query, scope=scope, rights=rights) if asks else None
    applications = VerificationApplication.objects.within(scope).submitted().for_list()
    if place:
        applications = applications.inside(place.node)
    return Queue(place, ApplicationFilter(query, applications, rights=rights))


def following(queue: Queue, application: VerificationApplication) -> VerificationApplication | None:
    """The one that waits next in the list, from the top again after the last."""
    waiting = queue.applications.pending().exclude(pk=application.pk)
    since = application.submitted_at
    return waiting.filter(submitted_at__gte=since).first() or waiting.first()


def applications_url(request, *, only: Sequence[str] = STATE, **changes) -> str:
    """The list in the state that this page was opened from, with some of it changed."""
    state = {key: request.GET[key] for key in only if request.GET.get(key)} | changes
    kept = {key: str(value) for key, value in state.items() if value}
    return reverse("residents:applications", args=[request.account.slug], query=kept)


def searched_url(request) -> str:
    """The list as the form has posted it, what is searched for sealed."""
    names = set(STATE) - {"node", "page", PLAIN}
    kept = {key: request.POST[key] for key in STATE if key in names and request.POST.get(key)}
    if searched := request.POST.get(PLAIN):
        kept[SEALED] = seal(searched)
    if "community" in kept and (node := deepest(request)):
        kept["node"] = node.pk
    return reverse("residents:applications", args=[request.account.slug], query=kept)


def deepest(request) -> BuildingNode | None:
    """As far as the selects of the levels, from the top, lead down one way in the community."""
    asked = [number(pk, 0) for pk in request.POST.getlist("node") if pk]
    community = number(request.POST["community"], 0)
    nodes = BuildingNode.objects.within(request.scope).filter(tree_id=community).in_bulk(asked)
    last = None
    for node in filter(None, map(nodes.get, asked)):
        if node.parent_id == last.pk if last else node.level == 1:
            last = node
    return last


@dataclass(frozen=True)
class LevelChoice:
    """A select of the nodes on one level, and which of them is chosen."""

    label: str
    nodes: list[BuildingNode]
    chosen: int | None


def level_choices(place: Place) -> list[LevelChoice]:
    """A select for each level down to the one below the place: two queries."""
    way = list(BuildingNode.objects.above(place.node))
    below = {node.pk: [] for node in way}
    for node in BuildingNode.objects.filter(parent__in=way).order_by("lft"):
        below[node.parent_id].append(node)
    chosen = [node.pk for node in way[1:]] + [None]
    levels = zip(place.community.levels, way, chosen, strict=False)
    return [LevelChoice(label, below[node.pk], pk) for label, node, pk in levels if below[node.pk]]


def communities_of(scope: Scope):
    return Community.objects.within(scope).for_list()
