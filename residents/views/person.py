"""One resident: what the rights show of them, their other rooms, and what became of the row."""

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.history import PAGE
from haina.lib.htmx import render_screen
from haina.lib.pagination import page_of
from residents.filters import compares
from residents.history import entries, events_of
from residents.id_numbers import doubt, kind_of
from residents.models import Binding, RemovedResident, Resident, VerificationApplication
from residents.places import list_url
from residents.verification import beside
from residents.views.applications import follower_name, lines_of

State = VerificationApplication.State
MOST_OTHER_ROOMS = 50
MOST_APPLICATIONS = 20


@allow(Section.RESIDENTS.view)
@require_GET
def resident_show(request, pk):
    resident = found(request, pk)
    context = {
        "resident": resident,
        "is_removed": isinstance(resident, RemovedResident),
        "id_kind": kind_of(resident.id_number),
        "id_doubt": doubt(resident.id_number),
        "others": other_rooms(request, resident),
        "back": list_url(request),
        "here": request.get_full_path(),
    }
    context |= proof(request, pk) | history(request, pk)
    return render_screen(request, "residents/show.html", context, fragment="history")


def found(request, pk) -> Resident | RemovedResident:
    """In the list, or in the bin for those who may look into it."""
    residents = Resident.objects.within(request.scope).select_related("room", "community")
    if resident := residents.filter(pk=pk).first():
        return resident
    removed = RemovedResident.objects.within(request.scope).select_related("community")
    if not request.rights.manage_residents:
        removed = removed.none()
    return get_object_or_404(removed, pk=pk)


def other_rooms(request, resident):
    """Where else the same person lives: the same phone, in all that the visitor may see."""
    if {"phone", "address"} & request.rights.hidden_fields:
        return []
    same = Resident.objects.within(request.scope).exclude(pk=resident.pk)
    same = same.filter(phone_last4=resident.phone_last4, phone=resident.phone)
    same = same.select_related("room", "community").defer("id_number")
    return same.order_by("community__name_key", "community", "room__lft", "pk")[:MOST_OTHER_ROOMS]


def proof(request, pk) -> dict:
    """How and when the resident was verified, and what they submitted."""
    bindings = Binding.objects.within(request.scope).select_related("follower")
    binding = bindings.filter(resident=pk).first()
    applications = VerificationApplication.objects.within(request.scope).submitted()
    applications = applications.filter(resident=pk).select_related("community").defer("id_number")
    if not compares(request.rights):  # with whom the others were compared is not to be told
        applications = applications.filter(state__in=(State.APPROVED, State.REVOKED))
    applications = list(applications.order_by("-submitted_at", "-pk")[:MOST_APPLICATIONS])
    passed = next((each for each in applications if each.state == State.APPROVED), None)
    return {
        "binding": binding,
        "follower_name": follower_name(request, binding.follower) if binding else "",
        "passed": passed,
        "decider": beside.decider(passed) if passed else "",
        "evidence": beside.evidence(passed, rights=request.rights) if passed else [],
        "applications": lines_of(request, applications),
    }


def history(request, pk) -> dict:
    events = events_of(pk, request.scope)
    page = page_of(events, request, size=PAGE, field="changes")  # ?page= is the list's
    older = page.paginator.object_list[page.end_index() : page.end_index() + 1]
    past = older[0] if older else None
    shown = entries(list(page.object_list), rights=request.rights, older=past)
    return {"page": page, "entries": shown}
