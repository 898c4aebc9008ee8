"""Deleting one, and deleting or moving those who are ticked or all whom the list finds: shown first
with their number, then agreed to, then carried out at once or, if there are many, as a job."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from communities.models import BuildingNode, Community
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.jobs.models import Job
from haina.jobs.queue import kinds
from haina.lib.htmx import REFUSED_FORM, go, render_screen
from haina.lib.requests import number, once_of
from residents import bulk
from residents.addresses import Address, names_in
from residents.forms import MoveForm
from residents.listing import Chosen
from residents.models import Move, RemovedResident, Resident
from residents.moving import Meeting, PhonesMeet
from residents.places import list_url, place_of
from residents.removal import remove
from residents.services import RoomGone
from residents.tables import described
from residents.views.bin import say_removed
from residents.views.moves import move_context, say_moved
from residents.views.people import back_url, gone_screen, listed

SHOWN_BEFORE = 10


@allow(Section.RESIDENTS.manage)
@require_http_methods(["GET", "POST"])
def resident_delete(request, pk):
    residents = Resident.objects.within(request.scope).select_related("room", "community")
    resident = residents.filter(pk=pk).first()
    if resident is None:
        return gone_screen(request, pk)
    if request.method == "GET":
        chosen = Chosen(resident.community, residents.filter(pk=pk).for_list())
        return ask(request, "residents/delete.html", chosen)
    removal = remove(resident.community, [pk], by=request.actor, now=timezone.now())
    say_removed(request, removal)
    return go(request, back_url(request))


@allow(Section.RESIDENTS.manage)
@require_POST
def resident_delete_many(request):
    chosen = chosen_in(request)
    if not chosen or not chosen.pks:
        return nobody_chosen(request)
    agreed = request.POST.get("agreed")
    if not agreed:
        return ask(request, "residents/delete.html", chosen)
    try:
        if wants_job(request, chosen, agreed):
            return go_to_job(request, bulk.REMOVE, chosen)
        now = timezone.now()
        removal = bulk.remove_chosen(chosen, agreed=agreed, by=request.actor, now=now)
    except bulk.ChoiceChanged as change:
        return ask(request, "residents/delete.html", chosen.again(), refusal=change)
    say_removed(request, removal)
    return go(request, list_url(request))


@allow(Section.RESIDENTS.manage)
@require_POST
def resident_move(request):
    """To another room of the same community, chosen as in the form."""
    if "address" in request.rights.locked_fields:
        raise PermissionDenied
    chosen = chosen_in(request)
    if not chosen or not chosen.pks:
        return nobody_chosen(request)
    form = move_form(request, chosen)
    if not form.is_valid():
        return ask(request, "residents/move.html", chosen, form=form)
    room, agreed = form.cleaned_data["address"].room, request.POST["agreed"]
    try:
        if wants_job(request, chosen, agreed):
            return go_to_job(request, bulk.MOVE, chosen, room=room)
        now = timezone.now()
        moved = bulk.move_chosen(chosen, room=room, agreed=agreed, by=request.actor, now=now)
    except (bulk.ChoiceChanged, RoomGone, PhonesMeet) as refusal:
        return ask(request, "residents/move.html", chosen.again(), form=form, refusal=refusal)
    say_moved(request, moved)
    return go(request, list_url(request))


def chosen_in(request) -> Chosen | None:
    """Who is ticked, or all whom the list finds in the state that the address names."""
    shown = listed(request)
    if shown is None:
        return None
    if "all" in request.POST:
        return Chosen(shown.place.community, shown.residents)
    ticked = [number(pk) for pk in request.POST.getlist("pk")]
    residents = Resident.objects.within(request.scope).filter(pk__in=ticked).for_list()
    return Chosen(shown.place.community, residents.filter(community=shown.place.community))


def nobody_chosen(request):
    messages.warning(request, _("请先勾选住户。"))
    return go(request, list_url(request))


def move_form(request, chosen: Chosen) -> MoveForm:
    """Empty at the place of the list; as far as it is chosen for a browser without scripts, which
    asks for each next select; else bound."""
    communities = Community.objects.within(request.scope).filter(pk=chosen.community.pk)
    if "agreed" in request.POST and "choose" not in request.POST:
        return MoveForm(request.POST, communities=communities)
    address = (request.POST.get("community", ""), names_in(request.POST))
    if "agreed" not in request.POST:
        address = Address.of(place_of(request).node, chosen.community)
    return MoveForm(initial={"address": address}, communities=communities)


def ask(request, template: str, chosen: Chosen, *, form=None, refusal=None):
    """Who is meant: their number and the first of them, and in the form what agrees to them."""
    first = chosen.residents[:SHOWN_BEFORE]
    context = {
        "form": form,
        "refusal": refusal,
        "meeting": meeting_lines(request, getattr(refusal, "meetings", [])),
        "count": len(chosen.pks),
        "first": lines(request, first),
        "more": len(chosen.pks) - len(first),
        "all": "all" in request.POST,
        "ticked": [] if "all" in request.POST else chosen.pks,
        "agreed": chosen.token,
        "once": once_of(request),
        "back": list_url(request),
    }
    refused = refusal or (form and form.is_bound)
    status = REFUSED_FORM if refused else 200
    return render_screen(request, template, context, fragment="form", status=status)


def lines(request, residents) -> list[str]:
    return [described(resident, rights=request.rights) for resident in residents]


def meeting_lines(request, meetings: Sequence[Meeting]) -> list[str]:
    """Why the phones meet: both residents, as far as the visitor may see them."""
    pks = {pk for meeting in meetings for pk in (meeting.pk, meeting.other)}
    found = Resident.objects.within(request.scope).for_list().in_bulk(pks)
    told = {pk: described(resident, rights=request.rights) for pk, resident in found.items()}
    return [
        (
            _("%(one)s 与目标房间的 %(other)s 手机号相同")
            if meeting.lives_there
            else _("%(one)s 与所选的 %(other)s 手机号相同")
        )
        % {"one": told[meeting.pk], "other": told[meeting.other]}
        for meeting in meetings
        if meeting.pk in told and meeting.other in told
    ]


def wants_job(request, chosen: Chosen, agreed: str) -> bool:
    """Whether they are too many to be done while somebody waits. Raises ChoiceChanged, so that no
    job is made for what it would refuse."""
    if "all" not in request.POST or len(chosen.pks) <= bulk.MOST_AT_ONCE:
        return False
    if chosen.token != agreed:
        raise bulk.ChoiceChanged(len(chosen.pks))
    return True


def go_to_job(request, kind: str, chosen: Chosen, room: BuildingNode | None = None):
    """Pressed twice, the button still starts one job: its key is the form's."""
    key = f"{once_of(request)}:{chosen.token}"
    job = bulk.put_bulk(kind, chosen, state_in(request), room=room, key=key, by=request.actor)
    return go(request, reverse("residents:bulk_job", args=[request.account.slug, job.pk]))


def state_in(request) -> str:
    return urlsplit(list_url(request)).query


@allow(Section.RESIDENTS.manage)
@require_GET
def bulk_job(request, pk):
    """How far such a job is, and then what it did or why it did nothing."""
    own = Job.objects.within(request.scope).asked_by(request.administrator)
    job = get_object_or_404(own.filter(kind__in=bulk.KINDS), pk=pk)
    result = job.result
    removed = RemovedResident.objects.within(request.scope).filter(act=result.get("act", ""))
    moves = Move.objects.within(request.scope).select_related("community")
    move = moves.filter(pk=result.get("move") or 0).first()
    meetings = [Meeting(*each) for each in result.get("meetings", [])]
    context = {
        "job": job,
        "kind_label": kinds[job.kind].label,
        "back": list_url(request),
        "may_restore": "act" in result and removed.exists(),
        "meeting": meeting_lines(request, meetings),
    }
    if move:
        context |= move_context(request, move)
    return render_screen(request, "residents/bulk_job.html", context, fragment="progress")
