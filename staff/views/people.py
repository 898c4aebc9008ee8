from dataclasses import replace
from urllib.parse import urlsplit

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.accounts.privacy import TooManyLooks, TooManySearches
from haina.lib.htmx import REFUSED_FORM, go, lead, next_url, render_screen, wants_fragment
from haina.lib.meanwhile import ChangedMeanwhile
from haina.lib.pagination import PAGE_SIZES, arrange
from haina.lib.requests import number
from haina.lib.sealed import PLAIN, opened
from staff import privacy, refusals, services
from staff.departments import root_of
from staff.forms import EditForm, EmployeeForm
from staff.history import told_since
from staff.listing import Listing, listing
from staff.models import Employee, Sync
from staff.places import list_url, search_url
from staff.states import corp_of
from staff.tables import EmployeeTable


@allow(Section.STAFF.view)
@require_GET
def employee_list(request):
    corp = corp_of(request.account)
    shown = listed(request, connected=corp is not None)
    if not (corp or request.GET or Employee.objects.within(request.scope).exists()):
        return render_screen(request, "staff/unconnected.html", {}, fragment="unconnected")
    ask = {"rights": request.rights, "account": request.account, "connected": corp is not None}
    table = EmployeeTable(shown.employees, **ask)
    arrange(table, request, sizes=PAGE_SIZES)
    context = state_of(request) | {"corp": corp, "listing": shown, "table": table}
    context["sync"] = Sync.objects.within(request.scope).first()
    fragment = "tree" if request.htmx.target == "tree" else "answer"
    if fragment == "tree" or not wants_fragment(request):
        found = shown.departments
        context["tree"] = found.tree(shown.department, found.heads(request.scope))
    return render_screen(request, "staff/list.html", context, fragment=fragment)


@allow(Section.STAFF.view)
@require_POST
def employee_search(request):
    """Lead to the list as the form asks for it: no name and no phone stands in its address."""
    return lead(request, search_url(request), target="#employees")


def listed(request, *, connected: bool) -> Listing:
    """What the address asks for; nobody, and why, once too much was searched by phone."""
    root = root_of(request.account)
    shown = listing(request.GET, scope=request.scope, root=root, connected=connected)
    told = {"rights": request.rights, "by": request.actor, "now": timezone.now()}
    try:
        privacy.note_phone_search(opened(request.GET).get(PLAIN, ""), shown.employees, **told)
    except TooManySearches as refusal:
        return replace(shown, refusal=str(refusal))
    return shown


def state_of(request) -> dict:
    """The list's own address, and what follows it in the addresses of pages that lead back."""
    here = list_url(request)
    return {
        "here": list_url(request, only=()),
        "whole": list_url(request, only=("plain",)),
        "back": here,
        "state": urlsplit(here).query,
        "sort": request.GET.get("sort", ""),
        "is_answer": wants_fragment(request),
    }


@allow(Section.STAFF.manage)
@require_http_methods(["GET", "POST"])
def employee_add(request):
    root_of(request.account)
    if request.method == "GET":
        return form_screen(request, "staff/add.html", empty_form(request))
    form = EmployeeForm(request.POST, scope=request.scope)
    employee = form.is_valid() and saved(form, add, request)
    if not employee:
        return form_screen(request, "staff/add.html", form, status=REFUSED_FORM)
    added = _("已添加员工“%s”。") % employee.name
    if "next" not in request.POST:
        messages.success(request, added)
        return go(request, list_url(request))
    if not wants_fragment(request):
        messages.success(request, added)
        return go(request, request.get_full_path())
    response = form_screen(request, "staff/add.html", empty_form(request), added=added)
    return trigger_client_event(response, "employees-changed")


def empty_form(request) -> EmployeeForm:
    """In the department and the community that the list stands at, or that were just chosen."""
    initial = {
        "department_ids": chosen(request, "department_ids", "department"),
        "community_ids": chosen(request, "community_ids", "community"),
    }
    return EmployeeForm(initial=initial, scope=request.scope)


def chosen(request, field: str, asked: str) -> list[int]:
    texts = request.POST.getlist(field) or request.GET.getlist(asked)
    return [number(text, 0) for text in texts]


def add(form, request, **told):
    return services.add(request.account, **form.written, **told)


@allow(Section.STAFF.manage)
@require_http_methods(["GET", "POST"])
def employee_edit(request, pk):
    employee = get_object_or_404(Employee.objects.within(request.scope), pk=pk)
    ask = {"employee": employee, "scope": request.scope}
    if request.method == "GET":
        return opened_form(request, employee, EditForm(**ask))
    form = EditForm(request.POST, **ask)

    def correct(form, request, **told):
        written, seen = form.written, form.seen_marks
        return services.correct(employee, within=request.scope, seen=seen, **written, **told)

    if not form.is_valid() or saved(form, correct, request) is None:
        return form_screen(request, "staff/edit.html", form, status=REFUSED_FORM)
    messages.success(request, _("已保存。"))
    return go(request, next_url(request, list_url(request)))


def opened_form(request, employee, form):
    """Shows the phone in full, which is a look like any other."""
    try:
        privacy.note_look(employee, by=request.actor, now=timezone.now())
    except TooManyLooks as refusal:
        context = {"refusal": str(refusal), "back": list_url(request)}
        template = "staff/too_many.html"
        return render_screen(request, template, context, fragment="form", status=REFUSED_FORM)
    return form_screen(request, "staff/edit.html", form)


def form_screen(request, template: str, form, status: int = 200, **more):
    context = {"form": form, "back": list_url(request), **more}
    return render_screen(request, template, context, fragment="form", status=status)


FIELD_OF = {  # where a refusal is told, if not above the form
    refusals.PhoneTaken: "phone",
    refusals.ChosenDepartmentGone: "department_ids",
    refusals.ChosenCommunityGone: "community_ids",
}


def saved(form, save, request):
    """What the service answered; None if it refused, and then the form says why."""
    try:
        return save(form, request, by=request.actor, now=timezone.now())
    except refusals.Refused as refusal:
        form.add_error(FIELD_OF.get(type(refusal)), str(refusal))
    except ChangedMeanwhile as clash:
        form.ask(clash, told_since(clash.row, clash.columns, request.scope))
    return None
