"""操作记录: what everybody of the account has done, and its export."""

import secrets

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from haina.accounts.access import allow
from haina.accounts.forms import ExportForm
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import Section
from haina.accounts.step_up import Presence
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from haina.lib.pagination import PAGE_SIZE
from haina.lib.requests import number
from haina.trail.entries import Line, for_lines
from haina.trail.filters import TrailFilter
from haina.trail.tables import TrailTable
from haina.trail.tasks import ask_for_export


@allow(Section.ADMINISTRATORS.view)
@require_GET
def trail_list(request):
    chosen, entries = chosen_in(request), open_to(request)
    before = request.GET.get("before")
    rows = for_lines(chosen.qs if chosen.form.is_valid() else entries.none())
    if before:
        rows = rows.older_than(get_object_or_404(entries, pk=number(before)))
    found = list(rows[: PAGE_SIZE + 1])  # one more tells whether there is more
    lines = [Line(entry, request.rights) for entry in found[:PAGE_SIZE]]
    context = {
        "filter": chosen,
        "table": TrailTable(lines, slug=request.account.slug),
        "more": lines[-1].entry.pk if len(found) > PAGE_SIZE else None,
        "is_first": not before,
        "own_only": request.scope.community_ids is not None,
        "state": request.GET.urlencode(),
    }
    return render_screen(request, "trail/list.html", context, fragment="table")


def open_to(request):
    return AuditEntry.objects.within(request.scope).open_to(request.administrator, request.scope)


def chosen_in(request) -> TrailFilter:
    return TrailFilter(request.GET, open_to(request), scope=request.scope)


@allow(Section.ADMINISTRATORS.view)
@require_http_methods(["GET", "POST"])
def trail_export(request):
    """A workbook of what the address asks for, as the list has it; asks for a reason."""
    chosen = chosen_in(request)
    if not chosen.form.is_valid():  # the list says what is wrong, and has no link to here
        raise Http404
    once = {"once": secrets.token_hex(8)}
    form = ExportForm(posted(request), presence=Presence(request), initial=once)
    if form.is_valid():
        why = {"reason": form.cleaned_data["reason"], "once": form.cleaned_data["once"]}
        job = ask_for_export(chosen.asked(), **why, by=request.actor, now=timezone.now())
        return go(request, reverse("jobs:show", args=[request.account.slug, job.pk]))
    context = {
        "form": form,
        "filter": chosen,
        "back": f"{reverse('trail:list', args=[request.account.slug])}?{request.GET.urlencode()}",
    }
    status = REFUSED_FORM if form.is_bound else 200
    return render_screen(request, "trail/export.html", context, fragment="form", status=status)
