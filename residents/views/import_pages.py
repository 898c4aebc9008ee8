"""The pages of imports: 导入记录, and one import from its plan to its undoing."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from communities.models import BuildingNode, Community
from haina.accounts import audit
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.jobs import files
from haina.jobs.models import Job
from haina.lib.htmx import REFUSED_FORM, go, render_screen, wants_fragment
from haina.lib.pagination import page_of
from haina.lib.requests import number
from residents.imports import service, stages
from residents.imports.decision import DecideForm, chosen_before
from residents.models import Import, RemovedResident, Resident
from residents.places import list_url
from residents.tables import described
from residents.views.imports import refuse_without_every_field

MOST_SHOWN = 50
KINDS = (service.IMPORT, service.APPLY, service.UNDO)


def find(request, pk) -> Import:
    imports = Import.objects.within(request.scope)
    return get_object_or_404(imports.select_related(*Import.beside()), pk=pk)


def page_of_import(request, imported: Import) -> str:
    return reverse("residents:import_show", args=[request.account.slug, imported.pk])


@allow(Section.RESIDENTS.view)
@require_GET
def import_list(request):
    """导入记录: everybody's imports, not only one's own."""
    communities = Community.objects.within(request.scope)
    imports = Import.objects.within(request.scope).for_list()
    chosen = None
    if asked := request.GET.get("community"):
        chosen = get_object_or_404(communities, pk=number(asked))
        imports = imports.filter(community=chosen)
    page = page_of(imports, request)
    now = timezone.now()
    for imported in page:
        imported.stage = stages.stage_of(imported, now=now)
        imported.label = stages.label_of(imported, imported.stage)
        imported.figures = [figure for figure in stages.figures_of(imported) if figure.number]
        imported.has_errors = stages.has_errors(imported, now=now)
        imported.can_be_undone = stages.can_be_undone(imported)
        imported.why = stages.why_nothing(imported, imported.stage)
    context = {
        "imports": page,
        "communities": communities.for_list(),
        "chosen": chosen,
        "back": list_url(request),
    }
    return render_screen(request, "residents/imports/list.html", context, fragment="imports")


@allow(Section.RESIDENTS.view)
@require_GET
def import_show(request, pk):
    """Where an import stands. A browser that asks how far its job is goes on when that is over."""
    imported = find(request, pk)
    if wants_fragment(request) and not stages.is_working(imported):
        return go(request, page_of_import(request, imported))
    form = DecideForm(counts=imported.counts, initial=chosen_before(imported))
    return import_page(request, imported, form)


def import_page(request, imported: Import, form: DecideForm, status: int = 200, setback: str = ""):
    now, of = timezone.now(), {"community": imported.community_id}
    stage = stages.stage_of(imported, now=now)
    context = {
        "imported": imported,
        "here": page_of_import(request, imported),
        "stage": stage,
        "label": stages.label_of(imported, stage),
        "figures": stages.figures_of(imported),
        "setback": setback or stages.setback_of(imported),
        "is_planned_again": stages.is_planned_again(imported),
        "ending": stages.ending_of(imported, stage),
        "is_watching": not is_own(request, imported.job),
        "has_errors": stages.has_errors(imported, now=now),
        "can_be_undone": stages.can_be_undone(imported),
        "form": form,
        "back": list_url(request, **of),
        "residents": list_url(request, **of, **{"import": imported.pk}),
    }
    if request.rights.write_every_field:
        context |= plan_of(imported)
    if stage == Import.State.UNDONE:
        context |= {"left": left_by(request, imported)}
    template = "residents/imports/show.html"
    return render_screen(request, template, context, fragment="stage", status=status)


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
        "untold": imported.counts.get("problems", 0) - min(len(imported.problems), MOST_SHOWN),
    }


def left_by(request, imported: Import) -> list[dict]:
    """What an undone import could not take back, with what the visitor may see of it."""
    left = imported.not_undone[:MOST_SHOWN]
    pks = [each["resident"] for each in left if "resident" in each]
    residents = {}
    for model in (RemovedResident, Resident):
        residents |= model.objects.within(request.scope).for_list().in_bulk(pks)
    nodes = BuildingNode.objects.within(request.scope)
    nodes = nodes.in_bulk([each["node"] for each in left if "node" in each])
    return [line_of(each, residents, nodes, rights=request.rights) for each in left]


def line_of(each: dict, residents: dict, nodes: dict, *, rights) -> dict:
    resident, node = residents.get(each.get("resident")), nodes.get(each.get("node"))
    what = ""
    if resident:
        what = described(resident, rights=rights)
    elif node and "address" not in rights.hidden_fields:
        what = node.address
    page = resident.pk if isinstance(resident, Resident) else None
    return {"page": page, "what": what, "why": stages.REASONS.get(each["why"], "")}


@allow(Section.RESIDENTS.manage)
@require_POST
def import_decide(request, pk):
    imported = find(request, pk)
    refuse_without_every_field(request)
    form = DecideForm(request.POST, counts=imported.counts)
    if not form.is_valid():
        return import_page(request, imported, form, status=REFUSED_FORM)
    if form.wants_nothing:
        return act(request, imported, service.drop)
    decide = partial(service.decide, shown=request.POST.get("plan", ""), **form.decision)
    try:
        return act(request, imported, decide)
    except service.PlanChanged as changed:
        imported = find(request, pk)
        again = DecideForm(counts=imported.counts, initial=form.cleaned_data)
        return import_page(request, imported, again, REFUSED_FORM, setback=str(changed))


@allow(Section.RESIDENTS.manage)
@require_POST
def import_drop(request, pk):
    imported = find(request, pk)
    refuse_without_every_field(request)
    return act(request, imported, service.drop)


@allow(Section.RESIDENTS.manage)
@require_http_methods(["GET", "POST"])
def import_undo(request, pk):
    imported = find(request, pk)
    refuse_without_every_field(request)
    if request.method == "POST":
        return act(request, imported, service.start_undo)
    context = {"imported": imported, "back": page_of_import(request, imported)}
    return render_screen(request, "residents/imports/undo.html", context, fragment="form")


def act(request, imported: Import, service_call):
    """Do it and show the import; also when somebody was faster, and then say so. Raises
    PlanChanged."""
    try:
        service_call(imported, by=request.actor, now=timezone.now())
    except service.PlanChanged:
        raise
    except service.DecisionRefused as refusal:
        messages.warning(request, refusal.message)
    return go(request, page_of_import(request, imported))


@allow(Section.RESIDENTS.manage)
@require_GET
def import_job(request, pk):
    """任务 knows the job; its page is the import's."""
    own = Job.objects.within(request.scope).asked_by(request.administrator)
    job = get_object_or_404(own.filter(kind__in=KINDS), pk=pk)
    return redirect(page_of_import(request, find(request, job.payload["import"])))


@allow(Section.RESIDENTS.manage)
@require_GET
def import_errors(request, pk):
    """The error workbook holds all six fields of its rows."""
    imported = find(request, pk)
    refuse_without_every_field(request)
    now = timezone.now()
    if not stages.has_errors(imported, now=now):
        raise Http404
    response = files.handed_out(imported.errors)
    audit.record("import.errors_exported", [imported], by=request.actor, at=now)
    return response
