"""房态图, and each room on it. To whom addresses are hidden there is neither."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from communities.models import BuildingNode
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.history import PAGE
from haina.lib.htmx import render_screen
from haina.lib.pagination import page_of
from haina.lib.requests import number
from residents.models import IDENTITY_RANK, Resident, VerificationApplication
from residents.places import add_url, list_url
from residents.rooms import buildings, comings
from residents.rooms.layout import layout
from residents.rooms.paper import paper_for
from residents.rooms.poster import obstacle_for, poster_of
from residents.rooms.states import states_of, told_to
from residents.tables import RoomTable
from residents.views.applications import lines_of

MOST_APPLICATIONS = 20
MOST_POSTERS = 100


@allow(Section.RESIDENTS.view)
@require_GET
def building_map(request, node):
    node = found(request, node)
    if elsewhere := leads_to(request, node):
        return redirect(elsewhere)
    page = page_of(buildings.rooms_in(node), request, size=buildings.MOST_ROOMS)
    told = {"rights": request.rights, "today": timezone.localdate()}
    rooms = buildings.stated(list(page.object_list), node, **told)
    sections, chosen = layout(rooms), chosen_state(request)
    context = {
        "node": node,
        "page": page,
        "sections": sections,
        "legend": buildings.legend_of(rooms, rights=request.rights, chosen=chosen),
        "chosen": chosen,
        "paper": paper_for(sections) if sections else None,
        "beside": buildings.neighbours_of(node),
        "residents": residents_url(request, node),
        "now": timezone.now(),
    }
    return render_screen(request, "residents/rooms/map.html", context, fragment="map")


def found(request, pk: int) -> BuildingNode:
    if not request.rights.see_rooms:
        raise PermissionDenied
    nodes = BuildingNode.objects.within(request.scope).select_related(
        "community", "parent__community"
    )
    return get_object_or_404(nodes, pk=pk)


def leads_to(request, node: BuildingNode) -> str:
    """Where else than to a map of the node itself: what was chosen beside it, a room's own page,
    the first of the buildings below."""
    if chosen := number(request.GET.get("to"), 0):
        return map_url(request, chosen)
    if not node.may_have_children:
        return room_url(request, node)
    if node.level < node.community.building_level and (building := buildings.first_in(node)):
        return map_url(request, building.pk)
    return ""


def chosen_state(request) -> str:
    """The only one that is shown, "" for all of them."""
    asked = request.GET.get("state", "")
    return asked if asked in told_to(request.rights) else ""


def map_url(request, pk: int) -> str:
    query = {"state": chosen_state(request)} if chosen_state(request) else None
    return reverse("residents:building_map", args=[request.account.slug, pk], query=query)


def room_url(request, room: BuildingNode) -> str:
    return reverse("residents:room", args=[request.account.slug, room.pk])


def residents_url(request, node: BuildingNode) -> str:
    return list_url(request, only=(), community=node.tree_id, node=node.pk)


@allow(Section.RESIDENTS.view)
@require_GET
def room(request, node):
    room = found_room(request, node)
    here = room_url(request, room)
    told = {"rights": request.rights, "today": timezone.localdate()}
    events = comings.events_of(room, request.rights)
    page = page_of(events, request, size=PAGE, field="changes")
    context = {
        "room": room,
        "building": buildings.building_of(room),
        "room_state": states_of([room.pk], room.community, **told)[room.pk],
        "table": RoomTable(residents_of(request, room), rights=request.rights),
        "applications": lines_of(request, applications_for(request, room)),
        "page": page,
        "comings": comings.comings(page.object_list, room, rights=request.rights),
        "state": urlencode({"next": here}),  # what the links of each row carry
        "add": f"{add_url(request, room)}&{urlencode({'next': here})}",
        "residents": residents_url(request, room),
    }
    return render_screen(request, "residents/rooms/show.html", context, fragment="history")


def found_room(request, pk: int) -> BuildingNode:
    room = found(request, pk)
    if room.may_have_children:
        raise Http404
    return room


def residents_of(request, room: BuildingNode):
    residents = Resident.objects.within(request.scope).filter(room=room).defer("id_number")
    return residents.order_by(IDENTITY_RANK, "pk")


def applications_for(request, room: BuildingNode) -> list[VerificationApplication]:
    """Pending ones first, then the latest."""
    applications = VerificationApplication.objects.within(request.scope).submitted()
    return list(applications.filter(room=room).for_list()[:MOST_APPLICATIONS])


@allow(Section.RESIDENTS.view)
@require_GET
def room_poster(request, node):
    room = found_room(request, node)
    return poster_screen(request, room, [room], back=room_url(request, room))


@allow(Section.RESIDENTS.view)
@require_GET
def posters(request, node):
    """For all rooms of a building, as many as one sends to a printer at once."""
    node = found(request, node)
    page = page_of(buildings.rooms_in(node).select_related("community"), request, size=MOST_POSTERS)
    back = map_url(request, node.pk)
    return poster_screen(request, node, page.object_list, back=back, page=page)


def poster_screen(request, node: BuildingNode, rooms: Iterable[BuildingNode], **context):
    context |= {
        "node": node,
        "obstacle": obstacle_for(request.account),
        "posters": [poster_of(room, request.account) for room in rooms],
    }
    return render_screen(request, "residents/rooms/posters.html", context, fragment="posters")
