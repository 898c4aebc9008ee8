"""An owner decides on an application for the own room."""

from http import HTTPStatus

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from followers.access import FOLLOWER
from haina.accounts.access import allow
from haina.accounts.audit import Actor
from haina.lib.htmx import posted
from residents.models import Resident, VerificationApplication
from residents.services import RoomGone
from residents.verification import owners
from residents.verification.decisions import AlreadyDecided, NotDecided
from residents.verification.forms import OwnersRejectForm
from residents.views.mobile.room import own


@allow(FOLLOWER)
@require_http_methods(["GET", "POST"])
def owner_review(request, pk, application):
    owner = own(request, pk)
    found = get_object_or_404(owners.concerning(owner).defer("id_number"), pk=application)
    form = OwnersRejectForm(posted(request))
    if request.method == "GET" or not found.is_pending:
        return show(request, owner, found, OwnersRejectForm())
    rejects = request.POST.get("act") != "approve"
    if rejects and not form.is_valid():
        return show(request, owner, found, form)
    return decide(request, owner, found, form.cleaned_data["reason"] if rejects else "")


def decide(request, owner: Resident, found: VerificationApplication, reason: str):
    told = {"by": Actor.in_wechat("业主", request), "now": timezone.now()}
    try:
        if reason:
            owners.reject(found, owner, request.follower, reason=reason, **told)
        else:
            owners.approve(found, owner, request.follower, **told)
    except AlreadyDecided as refusal:
        messages.warning(request, owners.told_to_owners(refusal, owner))
    except (NotDecided, RoomGone) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已拒绝。") if reason else _("已通过。"))
    return redirect("mine:room", request.account.slug, owner.pk)


def show(request, owner: Resident, found: VerificationApplication, form: OwnersRejectForm):
    """Once it was decided, by whom is all that is told of it."""
    context = {"owner": owner, "application": found, "form": form}
    if not found.is_pending:
        context["decided"] = owners.told_to_owners(AlreadyDecided(found), owner)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "mobile/owner_review.html", context, status=status)
