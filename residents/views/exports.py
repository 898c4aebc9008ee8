"""导出住户信息: the dialog that asks for a part of a community, a password and a reason."""

import secrets

from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from communities.models import Community
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from residents.addresses import Address, names_in
from residents.exports import place_for
from residents.forms import ExportForm
from residents.places import list_url, place_of
from residents.tasks import ask_for_export


@allow(Section.RESIDENTS.view)
@require_http_methods(["GET", "POST"])
def resident_export(request):
    """Choose a community, then a node of each level or 全部."""
    form = ExportForm(
        posted(request),
        scope=request.scope,
        user=request.user,
        initial={"once": secrets.token_hex(8)},
    )
    if form.is_valid():
        told = form.cleaned_data
        node = place_for(told["address"].way[-1], request.rights)
        why = {"reason": told["reason"], "once": told["once"]}
        job = ask_for_export(node, **why, by=request.actor, now=timezone.now())
        return go(request, reverse("jobs:show", args=[request.account.slug, job.pk]))
    context = {
        "form": form,
        "address": chosen_address(request, form),
        "communities": Community.objects.within(request.scope).for_list(),
        "back": list_url(request),
    }
    status = REFUSED_FORM if form.is_bound else 200
    template = "residents/export.html"
    return render_screen(request, template, context, fragment="form", status=status)


def chosen_address(request, form) -> Address | None:
    """What the selects say; at first the node that the list stood at."""
    if form.is_bound:
        return form.cleaned_data.get("address")
    place = place_of(request)
    if place is None or "at_0" not in request.GET:
        return Address.of(place.node, place.community) if place else None
    return Address(place.community, names_in(request.GET))
