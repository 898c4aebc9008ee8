"""Deciding on applications, one by one or many at once, and taking a verification back."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen, wants_fragment
from haina.lib.requests import number
from residents.models import Resident, VerificationApplication
from residents.services import ResidentGone, RoomGone
from residents.tables import described
from residents.verification import acceptance, decisions
from residents.verification.beside import in_short
from residents.verification.decisions import NotDecided
from residents.verification.forms import RejectForm, RevokeForm
from residents.verification.reviewing import applications_url, following
from residents.views.applications import application_screen, found, listed
from residents.views.people import back_url, gone_screen

CONSOLE = VerificationApplication.Way.CONSOLE
MOST_AT_ONCE = 200
MOST_TOLD = 8  # messages travel in a cookie, which holds 2 KB


@allow(Section.RESIDENTS.manage)
@require_POST
def application_approve(request, pk):
    if not request.rights.write_every_field:  # it writes all of them
        raise PermissionDenied
    application = found(request, pk)
    approve = partial(decisions.approve, seen=request.POST.get("seen", ""), **acts(request))
    return decided(request, application, approve, _("已通过 %s 的申请。"))


@allow(Section.RESIDENTS.manage)
@require_POST
def application_reject(request, pk):
    application, form = found(request, pk), RejectForm(request.POST)
    if not form.is_valid():
        return application_screen(request, application, form=form)
    reject = partial(decisions.reject, reason=form.cleaned_data["reason"], **acts(request))
    return decided(request, application, reject, _("已拒绝 %s 的申请。"))


def acts(request) -> dict:
    return {"way": CONSOLE, "by": request.actor, "now": timezone.now()}


def decided(request, application, decide, told: str):
    """The next one that waits takes its place in the dialog; after the last, and on a page, the
    list does."""
    try:
        decide(application)
    except (NotDecided, RoomGone) as refusal:
        return application_screen(request, found(request, application.pk), refusal=str(refusal))
    told %= described(application, rights=request.rights)
    next_one = following(listed(request), application) if wants_fragment(request) else None
    if next_one is None:
        messages.success(request, told)
        return go(request, applications_url(request))
    response = application_screen(request, found(request, next_one.pk), told=told)
    return trigger_client_event(response, "applications-changed")


@allow(Section.RESIDENTS.manage)
@require_POST
def decide_many(request):
    """Shown first with their number and what approving would overwrite, then agreed to."""
    approves = request.POST.get("act") != "reject"
    if approves and not request.rights.write_every_field:
        raise PermissionDenied
    chosen, refusal = chosen_in(request)
    if refusal:
        messages.warning(request, refusal)
        return go(request, applications_url(request))
    form = RejectForm(request.POST if "agreed" in request.POST else None)
    if "agreed" not in request.POST or not (approves or form.is_valid()):
        return ask(request, chosen, None if approves else form)
    done, left = decisions.bulk_of(chosen, deciding(request, approves, form))
    say_decided(request, approves, done, left)
    return go(request, applications_url(request))


def chosen_in(request) -> tuple[list[VerificationApplication], str]:
    """Those ticked: all of them once agreed, so that whoever was faster is told; before that, the
    ones that still wait. And why it goes no further."""
    pks = {number(pk) for pk in request.POST.getlist("pk")}
    if len(pks) > MOST_AT_ONCE:
        return [], _("一次最多处理 %d 份申请，请分批勾选。") % MOST_AT_ONCE
    ticked = VerificationApplication.objects.within(request.scope).submitted().for_list()
    ticked = ticked.filter(pk__in=pks)
    chosen = list(ticked if "agreed" in request.POST else ticked.pending())
    return chosen, "" if chosen else _("请先勾选待审核的申请。")


def ask(request, chosen, form):
    """In the list ID numbers stay encrypted; what would be overwritten has to compare them."""
    whole = VerificationApplication.objects.within(request.scope).in_bulk([a.pk for a in chosen])
    plans = acceptance.plans(whole.values())
    rights = request.rights
    context = {
        "rows": [
            {
                "pk": each.pk,
                "told": described(each, rights=rights),
                "short": "" if form else in_short(plans[each.pk], rights=rights),
                "seen": plans[each.pk].digest,
            }
            for each in chosen
        ],
        "count": len(chosen),
        "form": form,
        "act": "reject" if form else "approve",
        "back": applications_url(request),
    }
    template = "residents/applications/decide.html"
    status = REFUSED_FORM if form and form.is_bound else 200
    return render_screen(request, template, context, fragment="form", status=status)


def deciding(request, approves: bool, form):
    told = acts(request)
    if not approves:
        return partial(decisions.reject, reason=form.cleaned_data["reason"], **told)

    def approve(application):
        seen = request.POST.get(f"seen_{application.pk}", "")
        return decisions.approve(application, seen=seen, **told)

    return approve


def say_decided(request, approves: bool, done: int, left) -> None:
    if done:
        told = _("已通过 %d 份申请。") if approves else _("已拒绝 %d 份申请。")
        messages.success(request, told % done)
    if left:
        lines = [
            f"{described(each, rights=request.rights)}{_('：')}{refusal}"
            for each, refusal in left[:MOST_TOLD]
        ]
        messages.warning(request, _("%d 份没有处理：") % len(left) + " ".join(lines))


@allow(Section.RESIDENTS.manage)
@require_http_methods(["GET", "POST"])
def resident_revoke(request, pk):
    residents = Resident.objects.within(request.scope).select_related("room", "community")
    resident = residents.filter(pk=pk).first()
    if resident is None:
        return gone_screen(request, pk)
    form = RevokeForm(posted(request))
    if not form.is_valid():
        return revoke_screen(request, resident, form)
    told = {"reason": form.cleaned_data["reason"], "by": request.actor, "now": timezone.now()}
    try:
        decisions.revoke(resident, **told)
    except ResidentGone:
        return gone_screen(request, pk)
    except NotDecided as refusal:
        form.add_error(None, str(refusal))
        return revoke_screen(request, resident, form)
    told = described(resident, rights=request.rights)
    messages.success(request, _("已撤销 %s 的认证。") % told)
    return go(request, back_url(request))


def revoke_screen(request, resident, form):
    context = {
        "form": form,
        "told": described(resident, rights=request.rights),
        "back": back_url(request),
    }
    template = "residents/applications/revoke.html"
    status = REFUSED_FORM if form.is_bound else 200
    return render_screen(request, template, context, fragment="form", status=status)
