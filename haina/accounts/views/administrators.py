"""管理员设置: who is there, with which rights, and who is invited."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from haina.accounts import handovers, invitations, services
from haina.accounts.access import allow
from haina.accounts.forms_administrators import InviteForm, TermsForm
from haina.accounts.lists import invited_lines, lines
from haina.accounts.models import (
    MOST_SYSTEM_ADMINISTRATORS,
    Administrator,
    Invitation,
)
from haina.accounts.permissions import Section
from haina.accounts.services import AccountRefused
from haina.accounts.step_up import Presence, StepUpForm
from haina.accounts.terms import Role, Terms, why_untouchable
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from haina.lib.masking import mask_phone, national

MANAGE = Section.ADMINISTRATORS.manage


@allow(Section.ADMINISTRATORS.view)
@require_GET
def administrator_list(request):
    shown = lines(request)
    present = [line for line in shown if line.administrator.deactivated_at is None]
    groups = [
        {
            "label": role.label,
            "lines": [line for line in present if line.administrator.role == role],
        }
        for role in (Role.CREATOR, Role.SYSTEM, Role.OPERATOR)
    ]
    offers = handovers.standing(timezone.now()).within(request.scope)
    context = {
        "groups": groups,
        "former": [line for line in shown if line.administrator.deactivated_at is not None],
        "invited": invited_lines(request, timezone.now()),
        "handover": offers.select_related("heir__user").first(),
        "most": MOST_SYSTEM_ADMINISTRATORS,
    }
    return render_screen(request, "accounts/administrators/list.html", context, fragment="page")


@allow(MANAGE)
@never_cache
@require_http_methods(["GET", "POST"])
def invite(request):
    form = InviteForm(posted(request), **offered(request))
    if form.is_bound and form.is_valid():
        phone = str(form.cleaned_data["phone"])
        if token := token_for(request, phone, form.terms, form):
            return show_link(request, token, phone)
    status = REFUSED_FORM if form.is_bound else 200
    template = "accounts/administrators/invite.html"
    return render_screen(request, template, told(request, form), fragment="form", status=status)


def token_for(request, phone: str, terms: Terms, form) -> str | None:
    """None when the rules forbid it; the form then says why."""
    try:
        by, now = request.actor, timezone.now()
        return invitations.invite(request.account, phone, terms, by=by, now=now)
    except AccountRefused as refusal:
        form.add_error(None, str(refusal))
        return None


def show_link(request, token: str, phone: str):
    """This once: the token is not kept."""
    link = request.build_absolute_uri(f"{reverse('invited')}?t={token}")
    days = Invitation.LIFE.days
    context = {"link": link, "phone": national(phone), "days": days, "back": list_url(request)}
    template = "accounts/administrators/link.html"
    response = render_screen(request, template, context, fragment="form")
    return trigger_client_event(response, "invited")  # the list behind the dialog


@allow(MANAGE)
@never_cache
@require_http_methods(["GET", "POST"])
def renew(request, pk):
    """A new link for the same terms; the former one opens nothing any more."""
    invitation = get_object_or_404(open_invitations(request), pk=pk)
    form = StepUpForm(posted(request), presence=Presence(request))
    if form.is_bound and form.is_valid():
        terms, phone = Terms.offered_by(invitation), str(invitation.phone)
        if token := token_for(request, phone, terms, form):
            return show_link(request, token, phone)
    context = told(request, form) | {"phone": mask_phone(invitation.phone)}
    status = REFUSED_FORM if form.is_bound else 200
    template = "accounts/administrators/renew.html"
    return render_screen(request, template, context, fragment="form", status=status)


@allow(MANAGE)
@require_POST
def revoke(request, pk):
    invitation = get_object_or_404(open_invitations(request), pk=pk)
    try:
        invitations.revoke(invitation, by=request.actor, now=timezone.now())
        messages.success(request, _("邀请已撤销，之前的链接不能再使用。"))
    except AccountRefused as refusal:
        messages.error(request, str(refusal))
    return go(request, list_url(request))


def open_invitations(request):
    return Invitation.objects.within(request.scope).filter(ended_at=None)


@allow(MANAGE)
@require_http_methods(["GET", "POST"])
def edit(request, pk):
    administrator = one_of(request, pk)
    mine = Terms.of(request.administrator)
    if refused := why_untouchable(administrator, mine, by=request.actor):
        return back_with(request, refused)
    present = Terms.of(administrator)
    form = TermsForm(posted(request), present=present, **offered(request))
    if form.is_bound and form.is_valid() and saved(request, administrator, form):
        return go(request, list_url(request))
    status = REFUSED_FORM if form.is_bound else 200
    context = told(request, form) | {"administrator": administrator}
    template = "accounts/administrators/edit.html"
    return render_screen(request, template, context, fragment="form", status=status)


def saved(request, administrator: Administrator, form: TermsForm) -> bool:
    try:
        services.set_terms(administrator, form.terms, by=request.actor, now=timezone.now())
    except AccountRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    name = administrator.user.name
    messages.success(request, _("已保存“%s”的权限，立即生效。") % name)
    return True


@allow(MANAGE)
@require_http_methods(["GET", "POST"])
def deactivate(request, pk):
    administrator = one_of(request, pk)
    mine = Terms.of(request.administrator)
    if refused := why_untouchable(administrator, mine, by=request.actor):
        return back_with(request, refused)
    form = StepUpForm(posted(request), presence=Presence(request))
    if form.is_bound and form.is_valid():
        try:
            services.deactivate(administrator, by=request.actor, now=timezone.now())
        except AccountRefused as refusal:
            return back_with(request, str(refusal))
        messages.success(request, _("已停用“%s”，立即生效。") % administrator.user.name)
        return go(request, list_url(request))
    context = told(request, form) | {"administrator": administrator}
    status = REFUSED_FORM if form.is_bound else 200
    template = "accounts/administrators/deactivate.html"
    return render_screen(request, template, context, fragment="form", status=status)


def back_with(request, refusal: str):
    messages.error(request, refusal)
    return go(request, list_url(request))


def one_of(request, pk) -> Administrator:
    ours = Administrator.objects.within(request.scope).select_related("user", "account")
    return get_object_or_404(ours, pk=pk)


def offered(request) -> dict:
    """What bounds the choices of a form, and who is asked again."""
    communities = request.account.communities.within(request.scope).for_list()
    mine, presence = Terms.of(request.administrator), Presence(request)
    return {"mine": mine, "communities": communities, "presence": presence}


def told(request, form) -> dict:
    return {"form": form, "back": list_url(request), "most": MOST_SYSTEM_ADMINISTRATORS}


def list_url(request) -> str:
    return reverse("administrators:list", args=[request.account.slug])
