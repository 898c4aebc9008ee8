"""The pages of imports: 导入记录, and one import from its plan to its undoing. Whose, says the
importer that urls.routes() binds; the door is there too."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from haina.accounts import audit
from haina.imports import service, stages
from haina.imports.decision import DecideForm, chosen_before
from haina.imports.importer import Importer, Words
from haina.imports.models import Import
from haina.jobs import files, listing
from haina.jobs.models import Job
from haina.lib.htmx import REFUSED_FORM, go, render_screen, wants_fragment
from haina.lib.pagination import page_of

MOST_SHOWN = 50
PAGES = ("show", "decide", "drop", "undo", "errors")  # of one import


def find(request, importer: Importer, pk) -> Import:
    imports = importer.model.objects.within(request.scope)
    return get_object_or_404(imports.select_related(*importer.model.beside()), pk=pk)


def may_import(request, importer: Importer) -> bool:
    return importer.may_import(request.rights, request.scope)


def refuse_without_right(request, importer: Importer) -> None:
    if not may_import(request, importer):
        raise PermissionDenied


def page_of_import(request, importer: Importer, imported: Import) -> str:
    return urls_of(request, importer, imported)["show"]


def urls_of(request, importer: Importer, imported: Import) -> dict[str, str]:
    args = [request.account.slug, imported.pk]
    return {page: reverse(f"{importer.namespace}:import_{page}", args=args) for page in PAGES}


@require_GET
def import_list(request, *, importer: Importer):
    """导入记录: everybody's imports, not only one's own."""
    imports = importer.model.objects.within(request.scope).for_list()
    imports, narrowed = importer.narrow(request, imports)
    now, shown = timezone.now(), request.GET.get("show", "")
    page = page_of(listing.narrowed(imports, shown, now=now), request)
    for imported in page:
        imported.stage = stages.stage_of(imported, now=now)
        imported.label = stages.label_of(imported, imported.stage)
        figures = stages.figures_of(imported, importer.words)
        imported.figures = [figure for figure in figures if figure.number]
        imported.has_errors = stages.has_errors(imported, now=now)
        imported.can_be_undone = stages.can_be_undone(imported)
        imported.why = stages.why_nothing(imported, imported.stage)
        imported.urls = urls_of(request, importer, imported)
    context = narrowed | {
        "imports": page,
        "choices": listing.CHOICES,
        "shown": shown,
        "section": importer.section.label,
        "back": importer.list_url(request),
        "may_import": may_import(request, importer),
    }
    return render_screen(request, "imports/list.html", context, fragment="imports")


@require_GET
def import_show(request, pk, *, importer: Importer):
    """Where an import stands. A browser that asks how far its job is goes on when that is over."""
    imported = find(request, importer, pk)
    if wants_fragment(request) and not stages.is_working(imported):
        return go(request, page_of_import(request, importer, imported))
    form = decide_form(importer, imported, initial=chosen_before(imported))
    return import_page(request, importer, imported, form)


def decide_form(importer: Importer, imported: Import, data=None, initial=None) -> DecideForm:
    return DecideForm(data, counts=imported.counts, words=importer.words, initial=initial)


def import_page(
    request,
    importer: Importer,
    imported: Import,
    form: DecideForm,
    status: int = 200,
    setback: str = "",
):
    stage = stages.stage_of(imported, now=timezone.now())
    context = {
        "imported": imported,
        "words": importer.words,
        "section": importer.section.label,
        "may_import": may_import(request, importer),
        "form": form,
    }
    context |= links_of(request, importer, imported) | standing_of(imported, stage, importer.words)
    context["setback"] = setback or context["setback"]
    context["is_watching"] = not is_own(request, imported.job)
    if context["may_import"]:
        context |= plan_of(imported)
    if stage == Import.State.UNDONE:
        context["left"] = importer.left(request, imported.not_undone[:MOST_SHOWN])
    return render_screen(request, "imports/show.html", context, fragment="stage", status=status)


def links_of(request, importer: Importer, imported: Import) -> dict:
    urls = urls_of(request, importer, imported)
    return {
        "urls": urls,
        "here": urls["show"],
        "all_url": reverse(f"{importer.namespace}:imports", args=[request.account.slug]),
        "again": importer.dialog_url(request, imported),
        "back": importer.list_url(request, imported),
        "found": importer.found_url(request, imported),
    }


def standing_of(imported: Import, stage: str, words: Words) -> dict:
    """How far it is, or what came of it: for everybody who may see the list of imports."""
    return {
        "stage": stage,
        "label": stages.label_of(imported, stage),
        "figures": stages.figures_of(imported, words),
        "setback": stages.setback_of(imported),
        "is_planned_again": stages.is_planned_again(imported),
        "ending": stages.ending_of(imported, stage),
        "has_errors": stages.has_errors(imported, now=timezone.now()),
        "can_be_undone": stages.can_be_undone(imported),
    }


def is_own(request, job: Job | None) -> bool:
    return job is not None and job.asked_by_id == request.administrator.pk


def plan_of(imported: Import) -> dict:
    """What the import would do with people, and what is wrong with its rows or looks odd: for
    those who may see and change all of that."""
    counts = imported.counts
    changed = counts.get("fills", 0) + counts.get("differs", 0)
    return {
        "changed": changed,
        "has_something": changed or counts.get("new") or counts.get("nodes"),
        "notes": imported.notes,
        "preview": stages.preview_of(imported),
        "problems": imported.problems[:MOST_SHOWN],
        "shown": service.token_of(imported),
        "untold": counts.get("problems", 0) - min(len(imported.problems), MOST_SHOWN),
    }


@require_POST
def import_decide(request, pk, *, importer: Importer):
    imported = find(request, importer, pk)
    refuse_without_right(request, importer)
    form = decide_form(importer, imported, request.POST)
    if not form.is_valid():
        return import_page(request, importer, imported, form, status=REFUSED_FORM)
    if form.wants_nothing:
        return act(request, importer, imported, service.drop)
    decide = partial(service.decide, shown=request.POST.get("plan", ""), **form.decision)
    try:
        return act(request, importer, imported, decide)
    except service.PlanChanged as changed:
        imported = find(request, importer, pk)
        again = decide_form(importer, imported, initial=form.cleaned_data)
        return import_page(request, importer, imported, again, REFUSED_FORM, str(changed))


@require_POST
def import_drop(request, pk, *, importer: Importer):
    imported = find(request, importer, pk)
    refuse_without_right(request, importer)
    return act(request, importer, imported, service.drop)


@require_http_methods(["GET", "POST"])
def import_undo(request, pk, *, importer: Importer):
    imported = find(request, importer, pk)
    refuse_without_right(request, importer)
    if request.method == "POST":
        return act(request, importer, imported, service.start_undo)
    context = {
        "imported": imported,
        "words": importer.words,
        "back": page_of_import(request, importer, imported),
    }
    return render_screen(request, "imports/undo.html", context, fragment="form")


def act(request, importer: Importer, imported: Import, service_call):
    """Do it and show the import; also when somebody was faster, and then say so. Raises
    PlanChanged."""
    try:
        service_call(imported, by=request.actor, now=timezone.now())
    except service.PlanChanged:
        raise
    except service.DecisionRefused as refusal:
        messages.warning(request, refusal.message)
    return go(request, page_of_import(request, importer, imported))


@require_GET
def import_job(request, pk, *, importer: Importer):
    """任务 knows the job; its page is the import's."""
    own = Job.objects.within(request.scope).asked_by(request.administrator)
    job = get_object_or_404(own.filter(kind__in=service.kinds_of(importer.model)), pk=pk)
    imported = find(request, importer, job.payload["import"])
    return redirect(page_of_import(request, importer, imported))


@require_GET
def import_errors(request, pk, *, importer: Importer):
    """The error workbook holds all that its rows hold."""
    imported = find(request, importer, pk)
    refuse_without_right(request, importer)
    now = timezone.now()
    if not stages.has_errors(imported, now=now):
        raise Http404
    response = files.handed_out(imported.errors)
    audit.record("import.errors_exported", [imported], by=request.actor, at=now)
    return response
