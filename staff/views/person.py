"""One employee: what is known of them, how they stand with WeCom, and what became of the row."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from communities.models import Community
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.accounts.privacy import TooManyLooks
from haina.lib.history import PAGE
from haina.lib.htmx import REFUSED_FORM, go, next_url, render_screen
from haina.lib.pagination import page_of
from staff import privacy, services
from staff.branches import Departments
from staff.history import entries, events_of
from staff.models import Employee
from staff.places import list_url
from staff.states import Told, corp_of


@allow(Section.STAFF.view)
@require_GET
def employee_show(request, pk):
    employee = get_object_or_404(Employee.objects.within(request.scope), pk=pk)
    served = Community.objects.within(request.scope).filter(pk__in=employee.community_ids)
    corp = corp_of(request.account)
    context = {
        "employee": employee,
        "departments": Departments(request.scope).paths(employee.department_ids),
        "communities": _("、").join(served.for_list().values_list("name", flat=True)),
        "told": Told.of(employee, connected=corp is not None),
        "corp": corp,
        "back": list_url(request),
        "here": request.get_full_path(),
    }
    context |= history(request, employee)
    return render_screen(request, "staff/show.html", context, fragment="history")


def history(request, employee) -> dict:
    page = page_of(events_of(employee), request, size=PAGE, field="changes")  # ?page= is the list's
    older = page.paginator.object_list[page.end_index() : page.end_index() + 1]
    past = older[0] if older else None
    shown = entries(list(page.object_list), within=request.scope, older=past)
    return {"page": page, "entries": shown}


@allow(Section.STAFF.view)
@require_POST
def employee_reveal(request, pk):
    """The phone, or its mask again when asked to hide it. Never in an address, never stored."""
    employee = get_object_or_404(Employee.objects.within(request.scope), pk=pk)
    context, status = {"record": employee, "back": list_url(request)}, 200
    if "hide" not in request.POST:
        try:
            context["shown"] = privacy.reveal(employee, by=request.actor, now=timezone.now())
        except TooManyLooks as refusal:
            context["refused"], status = str(refusal), REFUSED_FORM
    return render_screen(request, "staff/reveal.html", context, fragment="value", status=status)


@allow(Section.STAFF.manage)
@require_POST
def employee_retry(request, pk):
    """Try again to bring somebody to WeCom."""
    employee = get_object_or_404(Employee.objects.within(request.scope), pk=pk)
    services.retry(employee)
    messages.success(request, _("已重新排队，稍后会同步到企业微信。"))
    return go(request, next_url(request, reverse("staff:list", args=[request.account.slug])))
