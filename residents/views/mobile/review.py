"""认证审核 on an administrator's phone: one application after the other."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from followers.access import OfColleagues
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.ages import MINUTE, age
from haina.lib.pagination import page_of
from residents.filters import tells_outcome
from residents.models import VerificationApplication
from residents.services import RoomGone
from residents.verification import acceptance, beside, decisions
from residents.verification.decisions import AlreadyDecided, NotDecided
from residents.verification.forms import RejectForm

REVIEWERS = OfColleagues(Section.RESIDENTS.manage)
WAY = VerificationApplication.Way.PHONE


@allow(REVIEWERS)
@require_GET
def review(request):
    page = page_of(waiting(request), request)
    waited = [(each, waited_for(each)) for each in page]
    context = {"page": page, "waited": waited, "tells_outcome": tells_outcome(request.rights)}
    return render(request, "mobile/review.html", context)


@allow(REVIEWERS)
@require_http_methods(["GET", "POST"])
def review_one(request, pk):
    applications = VerificationApplication.objects.within(request.scope).submitted()
    found = get_object_or_404(applications.select_related("community", "room"), pk=pk)
    if request.method == "GET" or not found.is_pending:
        return show(request, found, RejectForm())
    if request.POST.get("act") == "approve":
        return approve(request, found)
    form = RejectForm(request.POST)
    return reject(request, found, form) if form.is_valid() else show(request, found, form)


def approve(request, found: VerificationApplication):
    if not request.rights.write_every_field:
        raise PermissionDenied
    seen = request.POST.get("seen", "")

    def act(**told):
        decisions.approve(found, seen=seen, **told)

    return decided(request, found, act, _("已通过%s的申请。") % called(request, found))


def reject(request, found: VerificationApplication, form: RejectForm):
    def act(**told):
        decisions.reject(found, reason=form.cleaned_data["reason"], **told)

    return decided(request, found, act, _("已拒绝%s的申请。") % called(request, found))


def called(request, found: VerificationApplication) -> str:
    """The applicant, to somebody who may not see the name."""
    return _("申请人") if "name" in request.rights.hidden_fields else found.name


def decided(request, found: VerificationApplication, act, done: str):
    """On to the next one, unless this one is to be looked at again."""
    try:
        act(way=WAY, by=request.actor, now=timezone.now())
    except AlreadyDecided as refusal:
        messages.warning(request, str(refusal))
    except (NotDecided, RoomGone) as refusal:
        messages.error(request, str(refusal))
        return redirect("mine:review_one", request.account.slug, found.pk)
    else:
        messages.success(request, done)
    if following := waiting(request).exclude(pk=found.pk).first():
        return redirect("mine:review_one", request.account.slug, following.pk)
    return redirect("mine:review", request.account.slug)


def show(request, found: VerificationApplication, form: RejectForm):
    context = {"application": found, "form": form, "waiting": waiting(request).count()}
    context["waited"] = waited_for(found)
    if found.is_pending:
        context |= compared(found, request.rights)
    else:
        context["decided"] = str(AlreadyDecided(found))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "mobile/review_one.html", context, status=status)


def compared(found: VerificationApplication, rights) -> dict:
    """The record on file, and what an approval would do to it."""
    planned = acceptance.plan(found)
    return {
        "lines": beside.lines(found, planned.resident, rights=rights),
        "overwrites": beside.overwrites(planned, rights=rights),
        "tells_outcome": tells_outcome(rights),
        "planned": planned,
    }


def waited_for(found: VerificationApplication) -> str:
    passed = timezone.now() - found.submitted_at
    return _("已等待%s") % age(passed) if passed >= MINUTE else _("刚刚提交")


def waiting(request):
    applications = VerificationApplication.objects.within(request.scope).pending()
    applications = applications.select_related("community").defer("id_number")
    return applications.order_by("submitted_at", "pk")
