"""Masked values in full, one by one."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, render_screen
from residents import privacy
from residents.models import Resident, VerificationApplication
from residents.places import list_url
from residents.verification.reviewing import applications_url


@allow(Section.RESIDENTS.view)
@require_POST
def resident_reveal(request, pk, field):
    resident = get_object_or_404(Resident.objects.within(request.scope), pk=pk)
    return value_screen(request, {"record": resident, "back": list_url(request)}, field)


@allow(Section.RESIDENTS.view)
@require_POST
def application_reveal(request, pk, field):
    """Of what somebody claims."""
    applications = VerificationApplication.objects.within(request.scope).submitted()
    context = {"record": get_object_or_404(applications, pk=pk), "claimed": True}
    return value_screen(request, context | {"back": applications_url(request)}, field)


def value_screen(request, context: dict, field: str):
    """The value, or its mask again when asked to hide it. Never in an address, never stored."""
    if field in request.rights.hidden_fields:
        raise PermissionDenied
    context |= {"field": field}
    status = 200
    if "hide" not in request.POST:
        told = {"by": request.actor, "now": timezone.now()}
        try:
            context["shown"] = privacy.reveal(context["record"], field, **told)
        except privacy.TooManyLooks as refusal:
            context["refused"], status = str(refusal), REFUSED_FORM
    template = "residents/reveal.html"
    return render_screen(request, template, context, fragment="value", status=status)
