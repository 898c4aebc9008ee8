"""批量导入 and 导出住户信息: the dialogs that start them, the template, and how an import ended."""

import hashlib
import secrets
from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from communities.models import Community
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.jobs import files, queue
from haina.jobs.models import Job
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from haina.lib.requests import number
from residents.addresses import Address, names_in
from residents.exports import place_for
from residents.forms import ExportForm, ImportForm
from residents.imports.template import file_name, write_template
from residents.places import list_url, place_of
from residents.tasks import EXPORT, IMPORT


@allow(Section.RESIDENTS.manage)
@require_http_methods(["GET", "POST"])
def resident_import(request):
    refuse_without_every_field(request)
    place = None if request.GET.get("community") == "" else place_of(request)
    form = ImportForm(
        posted(request),
        request.FILES or None,
        scope=request.scope,
        initial={"community": place and place.community.pk, "once": secrets.token_hex(8)},
    )
    if not form.is_valid():
        status = REFUSED_FORM if form.is_bound else 200
        chosen = form["community"].value() or ""
        context = {"form": form, "chosen_pk": str(chosen), "back": list_url(request)}
        template = "residents/import.html"
        return render_screen(request, template, context, fragment="form", status=status)

    job = start_import(request, form.cleaned_data)
    return go(request, reverse("residents:import_job", args=[request.account.slug, job.pk]))


def start_import(request, asked) -> Job:
    """Pressed twice, the button still starts one job: its key is the form's. Another file in the
    same form, which the browser's way back shows again, is another job."""
    key = f"{asked['once']}:{asked['community'].pk}:{digest_of(asked['file'])}"
    upload = files.keep(request.account, asked["file"], name=asked["file"].name, now=timezone.now())
    payload = {"community": asked["community"].pk}
    return queue.put(IMPORT, payload, by=request.actor, key=key, upload=upload)


def digest_of(file) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()[:24]


@allow(Section.RESIDENTS.manage)
@require_GET
def resident_template(request):
    refuse_without_every_field(request)
    communities = Community.objects.within(request.scope)
    community = get_object_or_404(communities, pk=number(request.GET.get("community", "")))
    with files.workplace() as folder:
        path = folder / "template.xlsx"
        write_template(path, community)
        content = BytesIO(path.read_bytes())
    return FileResponse(content, as_attachment=True, filename=file_name(community))


@allow(Section.RESIDENTS.manage)
@require_GET
def import_job(request, pk):
    """How far an import is, and then what it did or why it did nothing."""
    own = Job.objects.within(request.scope).asked_by(request.administrator).filter(kind=IMPORT)
    job = get_object_or_404(own.select_related("upload"), pk=pk)
    if job.result and not job.may_be_read(request.scope, request.rights):
        raise PermissionDenied
    result = job.result
    community = Community.objects.within(request.scope).filter(pk=job.payload["community"]).first()
    context = {
        "job": job,
        "community": community,
        "result": result,
        "untold": result.get("problem_count", 0) - len(result.get("problems", [])),
    }
    return render_screen(request, "residents/import_job.html", context, fragment="progress")


@allow(Section.RESIDENTS.view)
@require_http_methods(["GET", "POST"])
def resident_export(request):
    """Choose a community, then a node of each level or 全部."""
    once = secrets.token_hex(8)
    form = ExportForm(posted(request), scope=request.scope, initial={"once": once})
    if request.method == "POST" and form.is_valid():
        node = place_for(form.cleaned_data["address"].way[-1], request.rights)
        key = f"{form.cleaned_data['once']}:{node.pk}"
        job = queue.put(EXPORT, {"node": node.pk}, by=request.actor, key=key)
        return go(request, reverse("jobs:show", args=[request.account.slug, job.pk]))
    context = {
        "form": form,
        "address": chosen_address(request),
        "communities": Community.objects.within(request.scope).for_list(),
        "back": list_url(request),
    }
    status = REFUSED_FORM if form.is_bound else 200
    template = "residents/export.html"
    return render_screen(request, template, context, fragment="form", status=status)


def chosen_address(request) -> Address | None:
    """What the selects say; at first the node that the list stood at."""
    place = place_of(request)
    if place is None or "at_0" not in request.GET:
        return Address.of(place.node, place.community) if place else None
    return Address(place.community, names_in(request.GET))


def refuse_without_every_field(request) -> None:
    """An import writes all six fields, so it needs the right to manage each of them."""
    if not request.rights.write_every_field:
        raise PermissionDenied
