"""导出个人信息 and 删除个人信息: what the law (PIPL) gives each resident."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haina.accounts import audit
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.accounts.step_up import Presence
from haina.jobs import files
from haina.lib.htmx import REFUSED_FORM, go, posted
from residents.forms import EraseForm, PersonalForm
from residents.history import ResidentEvent
from residents.personal.erasing import erase
from residents.personal.held import MODEL, found, held_of
from residents.personal.workbook import file_name, write_personal
from residents.places import list_url


@allow(Section.RESIDENTS.manage)
@require_http_methods(["GET", "POST"])
def personal_export(request, pk):
    """One workbook, made in the request and left nowhere."""
    if request.rights.hidden_fields:
        raise PermissionDenied
    person, held = person_of(request, pk)
    form = PersonalForm(posted(request), held=held, presence=Presence(request))
    if not form.is_valid():
        return screen(request, "residents/personal_export.html", person, form)

    with files.workplace() as folder:
        path = folder / "personal.xlsx"
        write_personal(path, form.chosen, scope=request.scope)
        content = BytesIO(path.read_bytes())
    audit.record_ids(
        "resident.personal_exported",
        MODEL,
        [each.pk for each in form.chosen],
        by=request.actor,
        at=timezone.now(),
        reason=form.cleaned_data["reason"],
    )
    return FileResponse(content, as_attachment=True, filename=file_name(pk))


@allow(Section.RESIDENTS.manage)
@require_http_methods(["GET", "POST"])
def personal_erase(request, pk):
    if not request.rights.write_every_field:
        raise PermissionDenied
    person, held = person_of(request, pk)
    form = EraseForm(posted(request), held=held, presence=Presence(request))
    if not form.is_valid():
        return screen(request, "residents/personal_erase.html", person, form)

    erased = erase(
        person,
        form.cleaned_data["rows"],
        scope=request.scope,
        by=request.actor,
        now=timezone.now(),
        reason=form.cleaned_data["reason"],
    )
    messages.success(
        request, _("已永久删除 %d 条个人信息，操作记录中只保留编号和原因。") % len(erased)
    )
    return go(request, list_url(request))


def person_of(request, pk):
    person = found(pk, request.scope)
    if person is None:
        raise Http404
    return person, held_of(person, request.scope)


def screen(request, template: str, person, form):
    is_history = isinstance(person, ResidentEvent)  # and has no page
    page = reverse("residents:show", args=[request.account.slug, person.pk])
    context = {
        "person": person,
        "form": form,
        "back": list_url(request) if is_history else page,
        "is_cut": request.scope.community_ids is not None,
    }
    return render(request, template, context, status=REFUSED_FORM if form.is_bound else 200)
