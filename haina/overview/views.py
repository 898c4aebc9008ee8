import secrets

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from communities.models import Community
from haina.accounts.access import allow
from haina.accounts.permissions import ANY_SECTION, Section
from haina.accounts.step_up import Presence
from haina.jobs.own import own_jobs
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from haina.lib.pagination import page_of
from haina.overview import clearing, figures
from haina.overview.checklist import steps
from haina.overview.forms import ClearForm
from haina.overview.rates import add_buildings, rates_of_buildings, rates_of_communities
from haina.overview.syncs import syncs
from haina.overview.tasks import ask_to_clear

MOST_COMMUNITIES = 10


@allow(ANY_SECTION)
@require_GET
def overview(request):
    """Each panel is for whoever may open what it leads to."""
    scope, rights, now = request.scope, request.rights, timezone.now()
    context = {
        "steps": steps(request.account.slug, scope, rights),
        "jobs": figures.work_of(own_jobs(request), now=now),
        "syncs": syncs(scope, rights),
        "may_clear": request.account.is_demo and rights.everything,
    }
    if rights.cover(Section.RESIDENTS.view):
        context |= of_residents(request, now)
    if rights.cover(Section.STAFF.view) and not scope.is_limited:
        context["staff_imports"] = figures.staff_imports(scope, now=now)
    if rights.cover(Section.REMINDERS.view):
        context["reminders"] = figures.failed_reminders(scope, now=now)
    return render(request, "overview/overview.html", context)


def of_residents(request, now) -> dict:
    scope, rights = request.scope, request.rights
    rates = rates_of_communities(scope)
    shown = rates[:MOST_COMMUNITIES]
    add_buildings(shown, scope, rights)
    return {
        "sees_residents": True,
        "waiting": figures.waiting(scope, rights, now=now),
        "rates": shown,
        "communities": len(rates),
        "leases": figures.leases_ending(scope, rights, today=timezone.localdate(now)),
        "resident_imports": figures.resident_imports(scope, now=now),
    }


@allow(Section.RESIDENTS.view)
@require_GET
def communities(request):
    """认证率 of all communities, the lowest first."""
    page = page_of(rates_of_communities(request.scope), request)
    add_buildings(page.object_list, request.scope, request.rights)
    return render(request, "overview/communities.html", {"rates": page})


@allow(Section.RESIDENTS.view)
@require_GET
def buildings(request, pk):
    """认证率 of all buildings of a community, the lowest first."""
    community = get_object_or_404(Community.objects.within(request.scope), pk=pk)
    rates = rates_of_buildings([community], request.scope, request.rights)
    context = {"community": community, "rates": page_of(rates, request)}
    return render(request, "overview/buildings.html", context)


@allow(Section.ADMINISTRATORS.manage)
@require_http_methods(["GET", "POST"])
def clear(request):
    """What would go, and the name to be typed; then the job that does it."""
    account, once = request.account, {"once": secrets.token_hex(8)}
    presence = Presence(request)
    form = ClearForm(posted(request), account=account, presence=presence, initial=once)
    context = {"form": form, "back": reverse("overview:overview", args=[account.slug])}
    try:
        clearing.refuse(account, request.rights)
    except clearing.NotCleared as refusal:
        return clear_screen(request, context | {"refusal": refusal}, form)
    if not (form.is_bound and form.is_valid()):
        return clear_screen(request, context | {"parts": clearing.what_goes(account)}, form)
    job = ask_to_clear(account, once=form.cleaned_data["once"], by=request.actor)
    return go(request, reverse("jobs:show", args=[account.slug, job.pk]))


def clear_screen(request, context, form):
    status = REFUSED_FORM if form.is_bound else 200
    return render_screen(request, "overview/clear.html", context, fragment="form", status=status)
