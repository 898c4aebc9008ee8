"""Masked values in full, one by one."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, render_screen
from residents import privacy
from residents.models import Resident
from residents.places import list_url


@allow(Section.RESIDENTS.view)
@require_POST
def resident_reveal(request, pk, field):
    """The value, or its mask again when asked to hide it. Never in an address, never stored."""
    resident = get_object_or_404(Resident.objects.within(request.scope), pk=pk)
    if field in request.rights.hidden_fields:
        raise PermissionDenied
    context = {"record": resident, "field": field, "back": list_url(request)}
    status = 200
    if "hide" not in request.POST:
        try:
            now = timezone.now()
            context["shown"] = privacy.reveal(resident, field, by=request.actor, now=now)
        except privacy.TooManyLooks as refusal:
            context["refused"], status = str(refusal), REFUSED_FORM
    template = "residents/reveal.html"
    return render_screen(request, template, context, fragment="value", status=status)
