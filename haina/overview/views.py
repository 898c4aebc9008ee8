from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from communities.models import Community
from haina.accounts.access import allow
from haina.accounts.permissions import ANY_SECTION, Section
from haina.jobs.own import own_jobs
from haina.lib.pagination import page_of
from haina.overview import figures
from haina.overview.checklist import steps
from haina.overview.rates import add_buildings, rates_of_buildings, rates_of_communities
from haina.overview.syncs import syncs

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
