from dataclasses import replace
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from communities.branches import tree_around
from communities.models import Community
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, go, lead, next_url, render_screen, wants_fragment
from haina.lib.meanwhile import ChangedMeanwhile
from haina.lib.pagination import PAGE_SIZES, arrange
from haina.lib.sealed import PLAIN, opened
from residents import privacy, services
from residents.addresses import Address, names_in
from residents.forms import EditForm, ResidentForm, initial_of
from residents.headcounts import heads_for
from residents.history import told_since
from residents.listing import Listing, NoSuchImport, listing
from residents.models import RemovedResident, Resident
from residents.places import add_url, list_url, place_of, search_url
from residents.tables import ResidentTable

ALREADY_REGISTERED = gettext_lazy("该房间已有使用此手机号的住户，请核对手机号或地址。")


@allow(Section.RESIDENTS.view)
@require_GET
def resident_list(request):
    try:
        shown = listed(request)
    except NoSuchImport as unknown:
        messages.warning(request, str(unknown))
        return go(request, list_url(request, **{"import": None, "page": None}))
    if shown is None:
        return render(request, "residents/list.html")

    place = shown.place
    table = ResidentTable(shown.residents, rights=request.rights)
    arrange(table, request, sizes=PAGE_SIZES)
    context = state_of(request, place) | {
        "place": place,
        "community": place.community,
        "listing": shown,
        "table": table,
        "sees_communities": request.rights.cover(Section.COMMUNITIES.view),
    }
    fragment = "tree" if request.htmx.target == "tree" else "answer"
    if fragment == "tree" or not wants_fragment(request):
        heads = heads_for(request.rights)
        context["communities"] = Community.objects.within(request.scope).for_list()
        context["tree"] = tree_around(place.node, place.community, count=heads)
    return render_screen(request, "residents/list.html", context, fragment=fragment)


@allow(Section.RESIDENTS.view)
@require_POST
def resident_search(request):
    """Lead to the list as the form asks for it: no name and no phone stands in its address."""
    return lead(request, search_url(request, "residents:list"), target="#residents")


def listed(request) -> Listing | None:
    """What the address asks for; nobody, and why, once too much was searched by phone."""
    told = {"rights": request.rights}
    shown = listing(request.GET, scope=request.scope, today=timezone.localdate(), **told)
    if shown is None:
        return None
    told |= {"by": request.actor, "now": timezone.now()}
    try:
        privacy.note_phone_search(opened(request.GET).get(PLAIN, ""), shown.residents, **told)
    except privacy.TooManySearches as refusal:
        return replace(shown, refusal=str(refusal))
    return shown


def state_of(request, place) -> dict:
    """The list's own address, and what follows it in the addresses of pages that lead back."""
    here = {"community": place.community.pk}
    if not place.node.is_root:
        here["node"] = place.node.pk
    return {
        "here": list_url(request, only=()),
        "whole": list_url(request, only=(), **here),
        "back": list_url(request, **here),
        "state": urlsplit(list_url(request, **here)).query,
        "without_import": list_url(request, **here | {"import": None, "page": None}),
        "sort": request.GET.get("sort", ""),
        "is_answer": wants_fragment(request),
    }


@allow(Section.RESIDENTS.manage)
@require_http_methods(["GET", "POST"])
def resident_add(request):
    if not request.rights.write_every_field:
        raise PermissionDenied
    ask = {"rights": request.rights, "scope": request.scope}
    if request.method == "GET" or "choose" in request.POST:
        form = ResidentForm(initial=begun(request), **ask)
        return form_screen(request, "residents/add.html", form)

    form = ResidentForm(request.POST, **ask)
    resident = form.is_valid() and saved(form, register, request)
    if not resident:
        return form_screen(request, "residents/add.html", form, status=REFUSED_FORM)
    added = _("已添加住户“%s”。") % resident.name
    if "next" in request.POST and wants_fragment(request):
        return next_form(request, resident, " ".join([added, *form.warnings]))
    tell(request, added, form)
    if "next" not in request.POST:
        return go(request, back_url(request))
    return go(request, add_url(request, resident.room))


def tell(request, saved: str, form) -> None:
    """One message, a warning if something that was typed looks wrong."""
    level = messages.WARNING if form.warnings else messages.SUCCESS
    messages.add_message(request, level, " ".join([saved, *form.warnings]))


def next_form(request, resident: Resident, added: str):
    """An empty form at the same address in the open dialog; the list behind it is read anew."""
    initial = {"address": Address.of(resident.room, resident.community)}
    form = ResidentForm(initial=initial, rights=request.rights, scope=request.scope)
    context = {"form": form, "back": list_url(request), "added": added}
    response = render_screen(request, "residents/add.html", context, fragment="form")
    return trigger_client_event(response, "residents-changed")


@allow(Section.RESIDENTS.manage)
@require_http_methods(["GET", "POST"])
def resident_edit(request, pk):
    residents = Resident.objects.within(request.scope).select_related("room", "community")
    resident = residents.filter(pk=pk).first()
    if resident is None:
        return gone_screen(request, pk)
    ask = asked_of(request, resident)
    if request.method == "GET":
        return edit_form(request, resident, EditForm(**ask))
    if "choose" in request.POST:  # in full is shown only what was posted, so this is no look
        ask["initial"] |= dict.fromkeys(in_full(request.rights), "") | begun(request)
        return form_screen(request, "residents/edit.html", EditForm(**ask))

    form = EditForm(request.POST, **ask)

    def correct(form, **by):
        return services.correct(resident, seen=form.seen_marks, **form.written, **by)

    try:
        if not form.is_valid() or saved(form, correct, request) is None:
            return form_screen(request, "residents/edit.html", form, status=REFUSED_FORM)
    except services.ResidentGone:
        return gone_screen(request, pk)
    tell(request, _("已保存。"), form)
    return go(request, back_url(request))


def asked_of(request, resident) -> dict:
    """What the form is made with: it does not lead out of the community."""
    communities = Community.objects.within(request.scope).filter(pk=resident.community_id)
    return {
        "resident": resident,
        "initial": initial_of(resident),
        "communities": communities,
        "rights": request.rights,
        "scope": request.scope,
    }


def gone_screen(request, pk):
    """Deleted meanwhile, in another tab or by somebody else: where it is now. The list behind the
    dialog is read anew. 404 for what never was, or is erased."""
    get_object_or_404(RemovedResident.objects.within(request.scope), pk=pk)
    context = {"back": list_url(request), "gone_pk": pk}
    response = render_screen(request, "residents/gone.html", context, fragment="form")
    return trigger_client_event(response, "residents-changed")


def back_url(request) -> str:
    """The page that the form was opened from: the list, or the resident's own."""
    return next_url(request, list_url(request))


def edit_form(request, resident, form):
    """Shows in full what may be changed, which is a look like any other."""
    try:
        privacy.note_look(resident, in_full(request.rights), by=request.actor, now=timezone.now())
    except privacy.TooManyLooks as refusal:
        context = {"refusal": str(refusal), "back": list_url(request)}
        template = "residents/too_many.html"
        return render_screen(request, template, context, fragment="form", status=REFUSED_FORM)
    return form_screen(request, "residents/edit.html", form)


def in_full(rights) -> set[str]:
    """What the form shows unmasked."""
    return {"phone", "id_number"} - rights.locked_fields


def begun(request) -> dict:
    """What the form begins with: the address that the list stood at, or all that a browser
    without scripts has posted to get the next select."""
    if request.method == "POST":
        names = EditForm.base_fields.keys() & request.POST.keys()
        address = (request.POST.get("community", ""), names_in(request.POST))
        return {name: request.POST[name] for name in names} | {"address": address}
    place = place_of(request)
    return {"address": Address.of(place.node, place.community)} if place else {}


def form_screen(request, template: str, form, status: int = 200):
    context = {"form": form, "back": list_url(request)}
    return render_screen(request, template, context, fragment="form", status=status)


def register(form, **by):
    return services.register(form.cleaned_data["address"].community, **form.written, **by)


def saved(form, save, request):
    """What the service answered; None if it refused, and then the form says why."""
    try:
        return save(form, by=request.actor, now=timezone.now())
    except services.AlreadyRegistered:
        form.add_error("phone" if "phone" in form.fields else None, ALREADY_REGISTERED)
    except ChangedMeanwhile as clash:
        form.ask(clash, told_since(clash.row, clash.columns))
    except services.RoomGone as error:
        form.add_error("address" if "address" in form.fields else None, str(error))
    return None
