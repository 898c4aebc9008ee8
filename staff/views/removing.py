"""Deleting one, and deleting those who are ticked: shown first, then agreed to."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, go, render_screen
from haina.lib.requests import number
from staff import services
from staff.models import Employee, EmployeeQuerySet
from staff.places import list_url
from staff.refusals import Refused
from staff.states import corp_of

SHOWN_BEFORE = 10


@allow(Section.STAFF.manage)
@require_http_methods(["GET", "POST"])
def employee_delete(request, pk):
    employee = get_object_or_404(Employee.objects.within(request.scope), pk=pk)
    chosen = Employee.objects.within(request.scope).filter(pk=employee.pk)
    return ask(request, chosen) if request.method == "GET" else delete(request, chosen)


@allow(Section.STAFF.manage)
@require_POST
def employee_delete_many(request):
    ticked = [number(pk, 0) for pk in request.POST.getlist("pk")]
    chosen = Employee.objects.within(request.scope).filter(pk__in=ticked)
    if not chosen.exists():
        messages.warning(request, _("请先勾选员工。"))
        return go(request, list_url(request))
    return delete(request, chosen) if "agreed" in request.POST else ask(request, chosen)


def ask(request, chosen: EmployeeQuerySet, *, refusal=None):
    """Who is meant, and what becomes of them in WeCom."""
    corp = corp_of(request.account)
    there = chosen.known_in(corp.corp_id) if corp else chosen.none()
    pks = list(chosen.order_by("-pk").values_list("pk", flat=True))
    first = chosen.order_by("-pk")[:SHOWN_BEFORE]
    context = {
        "refusal": refusal,
        "corp": corp,
        "count": len(pks),
        "there": there.count(),
        "first": [f"{each.name} {each.masked_phone}" for each in first],
        "more": max(len(pks) - SHOWN_BEFORE, 0),
        "ticked": pks,
        "back": list_url(request),
    }
    status = REFUSED_FORM if refusal else 200
    return render_screen(request, "staff/delete.html", context, fragment="form", status=status)


def delete(request, chosen: EmployeeQuerySet):
    pks = list(chosen.values_list("pk", flat=True))
    told = {"within": request.scope, "by": request.actor, "now": timezone.now()}
    try:
        gone = services.remove(request.account, pks, **told)
    except Refused as refusal:
        return ask(request, chosen, refusal=refusal)
    messages.success(request, _("已删除 %d 位员工。") % gone)
    return go(request, list_url(request))
