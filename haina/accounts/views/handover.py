"""移交创建者: offered by the creator, accepted by the heir on a page of their own."""

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from haina.accounts import handovers
from haina.accounts.access import allow
from haina.accounts.forms import AgainForm
from haina.accounts.forms_administrators import HandOverForm
from haina.accounts.models import Administrator, Handover
from haina.accounts.navigation import first_page
from haina.accounts.permissions import ANY_ADMINISTRATOR, Section
from haina.accounts.services import AccountRefused
from haina.accounts.step_up import Presence
from haina.accounts.terms import Role
from haina.accounts.views.administrators import back_with, list_url
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen


@allow(Section.ADMINISTRATORS.manage)
@require_http_methods(["GET", "POST"])
def offer(request):
    if request.administrator.role != Role.CREATOR:
        return back_with(request, _("只有创建者可以移交创建者身份。"))
    form = HandOverForm(posted(request), presence=Presence(request), heirs=heirs(request))
    if form.is_bound and form.is_valid() and offered(request, form):
        return go(request, list_url(request))
    context = {"form": form, "days": Handover.LIFE.days, "back": list_url(request)}
    status = REFUSED_FORM if form.is_bound else 200
    template = "accounts/administrators/handover.html"
    return render_screen(request, template, context, fragment="form", status=status)


def heirs(request):
    ours = Administrator.objects.within(request.scope).active().exclude(role=Role.CREATOR)
    return ours.select_related("user").order_by("role", "pk")


def offered(request, form) -> bool:
    heir, now = form.cleaned_data["heir"], timezone.now()
    try:
        handovers.offer(request.account, to=heir, by=request.actor, now=now)
    except AccountRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("已提出移交，请把下面的链接发给“%s”。") % heir.user.name)
    return True


@allow(ANY_ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def accept(request):
    offer = offers(request).filter(heir=request.administrator).first()
    form = AgainForm(posted(request), presence=Presence(request))
    if offer and form.is_bound and form.is_valid() and accepted(request, offer, form):
        return go(request, first_page(request.account.slug))
    context = {"form": form, "offer": offer, "back": first_page(request.account.slug)}
    status = REFUSED_FORM if form.is_bound else 200
    template = "accounts/administrators/accept.html"
    return render_screen(request, template, context, fragment="form", status=status)


def accepted(request, offer: Handover, form) -> bool:
    try:
        handovers.accept(offer, by=request.actor, now=timezone.now())
    except AccountRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("您现在是本服务号的创建者。"))
    return True


@allow(ANY_ADMINISTRATOR)
@require_POST
def end(request):
    """By either of the two."""
    parties = {"heir": request.administrator, "offered_by": request.administrator}
    for party, who in parties.items():
        for offer in offers(request).filter(**{party: who}):
            if handovers.end(offer, by=request.actor, now=timezone.now()):
                messages.success(request, _("移交已取消。"))
            else:
                messages.error(request, _("移交刚刚已被接受或取消，请刷新页面。"))
    return go(request, first_page(request.account.slug))


def offers(request):
    standing = handovers.standing(timezone.now()).within(request.scope)
    return standing.select_related("account", "heir__user", "offered_by__user")
