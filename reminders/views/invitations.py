"""邀请关注 and 解除关联: who an administrator is in WeChat."""

from http import HTTPStatus

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import go, render_screen
from haina.wechat.errors import WeChatRefused
from reminders import binding
from reminders.binding import NotInvited
from reminders.models import BindingInvitation
from reminders.views.people import found_row, list_url

STOP_POLLING = 286
CHANGED = "reminders-changed"


@allow(Section.REMINDERS.manage)
@require_POST
def invite(request, pk):
    row = found_row(request, pk)
    told = {"by": request.actor, "now": timezone.now()}
    try:
        made = binding.invite(request.administrator, for_whom=row.administrator, **told)
    except (NotInvited, WeChatRefused) as refusal:
        messages.error(request, str(refusal))
        return go(request, list_url(request))
    if request.htmx:
        return show(request, made, row)
    return go(request, reverse("reminders:invitation", args=[request.account.slug, made.pk]))


@allow(Section.REMINDERS.manage)
@require_GET
def invitation(request, pk):
    """The code, which is a key to the place that it is for; what htmx asks for every second is only
    what became of it."""
    invitations = BindingInvitation.objects.within(request.scope)
    found = get_object_or_404(invitations.select_related("administrator"), pk=pk)
    row = found_row(request, found.administrator_id)
    if not binding.may_act_for(request.administrator, row.administrator):
        raise PermissionDenied
    if not request.htmx:
        return show(request, found, row)
    context = {"invitation": found, "row": row}
    is_ended = found.used_at or found.is_over
    status = STOP_POLLING if is_ended else HTTPStatus.OK
    response = render(request, "reminders/outcome.html", context, status=status)
    return trigger_client_event(response, CHANGED) if found.used_at else response


def show(request, found: BindingInvitation, row):
    code = segno.make(found.address, error="m").svg_data_uri(scale=6, border=3, light="#fff")
    context = {"invitation": found, "row": row, "code": code, "back": list_url(request)}
    return render_screen(request, "reminders/invitation.html", context, fragment="form")


@allow(Section.REMINDERS.manage)
@require_http_methods(["GET", "POST"])
def unbind(request, pk):
    row = found_row(request, pk)
    if request.method == "POST":
        told = {"by": request.actor, "now": timezone.now()}
        try:
            binding.unbind(request.administrator, of=row.administrator, **told)
        except NotInvited as refusal:
            messages.error(request, str(refusal))
        else:
            done = _("已解除 %s 的微信关联，可以重新邀请。") % row.name
            messages.success(request, done)
        return go(request, list_url(request))
    context = {"row": row, "back": list_url(request)}
    return render_screen(request, "reminders/unbind.html", context, fragment="form")
