"""发送记录: every reminder, and what became of it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import render_screen
from haina.lib.pagination import PAGE_SIZES, arrange
from reminders import services
from reminders.filters import SentFilter
from reminders.models import Reminder
from reminders.tables import SentTable


@allow(Section.REMINDERS.view)
@require_GET
def sent_list(request):
    reminders = Reminder.objects.within(request.scope).for_list()
    chosen = SentFilter(request.GET, reminders, scope=request.scope)
    found = chosen.qs if chosen.form.is_valid() else reminders.none()
    table = SentTable(found, may_send=request.rights.cover(Section.REMINDERS.manage))
    arrange(table, request, sizes=PAGE_SIZES)
    context = {
        "filter": chosen,
        "table": table,
        "back": reverse("reminders:list", args=[request.account.slug]),
    }
    return render_screen(request, "reminders/sent.html", context, fragment="table")


@allow(Section.REMINDERS.manage)
@require_POST
def send_again(request, pk):
    found = get_object_or_404(Reminder.objects.within(request.scope), pk=pk)
    try:
        services.send_again(found, by=request.actor, now=timezone.now())
    except services.NotSentAgain as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已加入发送队列，按提醒规则发送。"))
    return redirect("reminders:sent", request.account.slug)
