"""住户审核提醒: who is told, and the rules of it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from haina.sms.models import Message
from haina.sms.services import is_set_up
from haina.wechat.models import Connection, Template
from reminders import services
from reminders.forms import PlanForm
from reminders.letters import sms_this_month
from reminders.models import Plan
from reminders.people import Row, has_open_invitations, row_of, rows_for


@allow(Section.REMINDERS.view)
@require_GET
def reminder_list(request):
    return show_people(request)


def show_people(request):
    now, rows = timezone.now(), rows_for(request.administrator, request.scope)
    context = {
        "rows": rows,
        "watches": has_open_invitations(request.scope, now),
        "nobody": not any(row.is_on and not row.lack for row in rows),
        "plan": Plan.objects.within(request.scope).of(request.account.pk),
        "sms_this_month": sms_this_month(request.account.pk, now),
        **ways_of(request),
    }
    return render_screen(request, "reminders/list.html", context, fragment="people")


def ways_of(request) -> dict:
    """What is still to be set up, as far as the account has begun to."""
    connected = Connection.objects.within(request.scope).exists()
    templates = Template.objects.within(request.scope).filter(purpose=Template.Purpose.REVIEW)
    return {
        "is_connected": connected,
        "has_template": templates.exists(),
        "has_sms": is_set_up(request.account, Message.Purpose.REVIEW),
    }


def found_row(request, pk: int) -> Row:
    row = row_of(request.administrator, request.scope, pk)
    if row is None:
        raise Http404
    return row


def list_url(request) -> str:
    return reverse("reminders:list", args=[request.account.slug])


@allow(Section.REMINDERS.manage)
@require_POST
def switch(request, pk):
    row, on = found_row(request, pk), "on" in request.POST
    services.switch(row.administrator, on=on, by=request.actor, now=timezone.now())
    if request.htmx:
        return show_people(request)
    return redirect(list_url(request))


@allow(Section.REMINDERS.manage.everywhere)
@require_http_methods(["GET", "POST"])
def plan_edit(request):
    plan = Plan.objects.within(request.scope).of(request.account.pk)
    form = PlanForm(posted(request), instance=plan)
    if form.is_valid():
        told = {"by": request.actor, "now": timezone.now()}
        services.set_rules(request.account, **form.cleaned_data, **told)
        messages.success(request, _("已保存。"))
        return go(request, list_url(request))
    context = {"form": form, "back": list_url(request)}
    status = REFUSED_FORM if form.is_bound else 200
    return render_screen(request, "reminders/rules.html", context, fragment="form", status=status)
