"""同步: from the button through the plan to what has failed."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import render_screen
from haina.wechat.models import Corp
from staff.mirror import asking, report
from staff.mirror.faults import sentence
from staff.models import Sync


def page(request) -> str:
    return reverse("staff:sync", args=[request.account.slug])


@allow(Section.STAFF.manage.everywhere)
@require_http_methods(["GET", "POST"])
def sync(request):
    """How far it is, and the button that begins it."""
    corp = Corp.objects.within(request.scope).first()
    if request.method == "GET":
        return sync_page(request, corp)
    if corp is None:
        messages.error(request, _("还没有关联企业微信，无法同步。请先前往授权关联。"))
        return redirect("staff:list", account=request.account.slug)
    asking.ask(request.account.pk, by=request.actor, now=timezone.now())
    return redirect(page(request))


def sync_page(request, corp: Corp | None):
    found = Sync.objects.within(request.scope).first()
    context = {
        "corp": corp,
        "sync": found,
        "here": page(request),
        "number_failed": report.number_of_failures(request.scope),
        "failures": report.failures_of(request.scope),
    }
    if found:
        context |= {
            "fault": sentence(found.fault, found.fault_detail),
            "figures": report.figures_of(found),
            "sent": min(found.counts.get("sent", 0), found.counts.get("to_send", 0)),
            "to_send": found.counts.get("to_send", 0),
            "parts": report.parts_of(found, request.scope),
            "plan": bytes(found.digest).hex() if found.digest else "",
        }
    return render_screen(request, "staff/sync.html", context, fragment="progress")


@allow(Section.STAFF.manage.everywhere)
@require_POST
def sync_confirm(request):
    """Agree to the plan that was shown, and to no other."""
    agreed = request.POST.get("plan", "")
    if not asking.confirm(request.account.pk, agreed, by=request.actor, now=timezone.now()):
        messages.warning(request, _("方案已经变化，没有执行。请核对新的方案后再确认。"))
    return redirect(page(request))


@allow(Section.STAFF.manage.everywhere)
@require_POST
def sync_drop(request):
    if asking.drop(request.account.pk, by=request.actor, now=timezone.now()):
        messages.success(request, _("已取消，方案没有执行。"))
    return redirect(page(request))


@allow(Section.STAFF.manage.everywhere)
@require_POST
def sync_retry(request):
    """Everything that WeCom has refused, once more."""
    asking.retry(request.account.pk, by=request.actor, now=timezone.now())
    return redirect(page(request))
