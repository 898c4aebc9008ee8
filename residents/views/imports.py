"""批量导入: the dialog that starts it, and the template."""

import secrets
from io import BytesIO

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from communities.models import Community
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.imports import service
from haina.imports.views import refuse_without_right
from haina.jobs import files
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from haina.lib.requests import number
from residents.forms import ImportForm
from residents.imports.importer import IMPORTER
from residents.imports.template import file_name, write_template
from residents.models import Import
from residents.places import list_url, place_of


@allow(Section.RESIDENTS.manage)
@require_http_methods(["GET", "POST"])
def resident_import(request):
    refuse_without_right(request, IMPORTER)
    form = import_form(request)
    imported = started(form, by=request.actor)
    if imported is None:
        status = REFUSED_FORM if form.is_bound else 200
        chosen = form["community"].value() or ""
        context = {"form": form, "chosen_pk": str(chosen), "back": list_url(request)}
        template = "residents/import.html"
        return render_screen(request, template, context, fragment="form", status=status)
    return go(request, reverse("residents:import_show", args=[request.account.slug, imported.pk]))


def started(form: ImportForm, *, by) -> Import | None:
    """The import, if the form is right and nobody deleted its community meanwhile."""
    if not form.is_valid():
        return None
    asked, now = form.cleaned_data, timezone.now()
    imported = Import(community=asked["community"])
    try:
        return service.start(imported, asked["file"], by=by, now=now, once=asked["once"])
    except service.ImportGone:
        gone = _("小区已被删除，这次导入没有保留。请选择其他小区。")
        form.add_error("community", gone)
        return None


def import_form(request) -> ImportForm:
    """Bound to what was sent, unless that is only a community, by a browser without scripts."""
    place = None if request.GET.get("community") == "" else place_of(request)
    community = request.POST.get("community") or (place and place.community.pk)
    initial = {"community": community, "once": secrets.token_hex(8)}
    if "choose" in request.POST:
        return ImportForm(scope=request.scope, initial=initial)
    return ImportForm(posted(request), request.FILES or None, scope=request.scope, initial=initial)


@allow(Section.RESIDENTS.manage)
@require_GET
def resident_template(request):
    refuse_without_right(request, IMPORTER)
    communities = Community.objects.within(request.scope)
    community = get_object_or_404(communities, pk=number(request.GET.get("community", "")))
    with files.workplace() as folder:
        path = folder / "template.xlsx"
        write_template(path, community)
        content = BytesIO(path.read_bytes())
    return FileResponse(content, as_attachment=True, filename=file_name(community))
