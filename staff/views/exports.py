"""导出员工信息: the dialog that asks again who is there, and for a reason."""

import secrets

from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from haina.accounts.access import allow
from haina.accounts.forms import ExportForm
from haina.accounts.permissions import Section
from haina.accounts.step_up import Presence
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from staff.models import Employee
from staff.places import list_url
from staff.tasks import ask_for_export


@allow(Section.STAFF.manage)
@require_http_methods(["GET", "POST"])
def staff_export(request):
    once = {"once": secrets.token_hex(8)}
    form = ExportForm(posted(request), presence=Presence(request), initial=once)
    if form.is_valid():
        why = {"reason": form.cleaned_data["reason"], "once": form.cleaned_data["once"]}
        job = ask_for_export(**why, by=request.actor, now=timezone.now())
        return go(request, reverse("jobs:show", args=[request.account.slug, job.pk]))
    context = {
        "form": form,
        "number": Employee.objects.within(request.scope).count(),
        "back": list_url(request),
    }
    status = REFUSED_FORM if form.is_bound else 200
    return render_screen(request, "staff/export.html", context, fragment="form", status=status)
