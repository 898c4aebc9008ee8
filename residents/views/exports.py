"""导出住户信息: the dialog that asks for a part of a community, or for what the list finds, for a
password and a reason."""

import secrets
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from communities.models import Community
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.accounts.step_up import Presence
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from haina.lib.sealed import PLAIN
from residents.addresses import Address, names_in
from residents.exports import place_for
from residents.forms import ExportForm
from residents.listing import listing
from residents.models import Resident
from residents.places import list_url, place_of
from residents.tasks import ask_for_export


@allow(Section.RESIDENTS.view)
@require_http_methods(["GET", "POST"])
def resident_export(request):
    """Choose what the list shows, or a community and then a node of each level or 全部."""
    told = {"scope": request.scope, "rights": request.rights}
    shown = listing(request.GET, today=timezone.localdate(), **told)
    form = ExportForm(
        posted(request),
        scope=request.scope,
        presence=Presence(request),
        narrowed=shown is not None and shown.can_be_exported,
        initial={"once": secrets.token_hex(8)},
    )
    if form.is_valid():
        job = asked_for(request, form, shown)
        return go(request, reverse("jobs:show", args=[request.account.slug, job.pk]))
    address = chosen_address(request, form)
    context = {
        "form": form,
        "address": address,
        "number": address and number_at(request, address),
        "number_found": number_found(shown),
        "communities": Community.objects.within(request.scope).for_list(),
        "back": list_url(request),
        "state": urlsplit(list_url(request)).query,
    }
    status = REFUSED_FORM if form.is_bound else 200
    template = "residents/export.html"
    return render_screen(request, template, context, fragment="form", status=status)


def asked_for(request, form, shown):
    told = form.cleaned_data
    why = {"reason": told["reason"], "once": told["once"]}
    node = told["address"].way[-1]
    if form.is_of_found:
        node = shown.place.node
        here = {"community": node.tree_id, "node": node.pk, "sort": None, "page": None}
        why["state"] = urlsplit(list_url(request, **here)).query
    node = place_for(node, request.rights)
    return ask_for_export(node, **why, by=request.actor, now=timezone.now())


def number_at(request, address: Address) -> int:
    node = place_for(address.way[-1], request.rights)
    return Resident.objects.within(request.scope).living_in(node).count()


def number_found(shown) -> int | None:
    """None for a search, which is carried out, and counted, by the list only."""
    if not (shown and shown.can_be_exported) or shown.filter.form.cleaned_data.get(PLAIN):
        return None
    return shown.residents.count()


def chosen_address(request, form) -> Address | None:
    """What the selects say; at first the node that the list stood at."""
    if form.is_bound:
        return form.cleaned_data.get("address")
    place = place_of(request)
    if place is None or "at_0" not in request.GET:
        return Address.of(place.node, place.community) if place else None
    return Address(place.community, names_in(request.GET))
