"""公众号设置: how the account is connected to WeChat, and whether it works."""

from datetime import datetime

from django.contrib import messages
from django.db.models import Max
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, posted, render_screen
from haina.lib.requests import number
from haina.wechat import services
from haina.wechat.errors import UNREACHABLE, sentence
from haina.wechat.forms import ConnectionForm
from haina.wechat.models import Callback, Connection, Template
from haina.wechat.outcomes import Outcome, outcome_of

MOST_ASKED = 30  # every two seconds


@allow(Section.ADMINISTRATORS.manage)
@require_http_methods(["GET", "POST"])
def settings(request):
    connection = connection_of(request)
    form = ConnectionForm(posted(request), connection=connection)
    if form.is_bound and form.is_valid() and saved(form, request):
        messages.success(request, _("已保存。请把服务器地址填到微信公众平台，然后检测连接。"))
        return redirect("official:settings", request.account.slug)
    if form.is_bound:
        form.ask_again()
    status = REFUSED_FORM if form.is_bound else 200
    return screen(request, connection, form, status=status)


def saved(form: ConnectionForm, request) -> bool:
    try:
        services.save(request.account, form.cleaned_data, by=request.actor, now=timezone.now())
    except services.SettingsRefused as refusal:
        form.add_error("app_id", str(refusal))
        return False
    return True


@allow(Section.ADMINISTRATORS.manage)
@require_POST
def check(request):
    """Ask WeChat, and show the page with what it said."""
    connection = connection_of(request)
    if connection:
        services.check(connection, by=request.actor, now=timezone.now())
    return redirect("official:settings", request.account.slug)


def connection_of(request) -> Connection | None:
    return Connection.objects.within(request.scope).first()


def screen(request, connection, form, *, status: int = 200):
    context = {
        "form": form,
        "connection": connection,
        "address": connection and address_of(request, connection),
        "heard_at": heard_of(request),
        "fault": connection and connection.fault and told(connection),
        "code": code_of(connection),
        "purposes": [purpose_of(request, each) for each in Template.Purpose],
        "test": test_of(request),
    }
    return render_screen(request, "wechat/settings.html", context, fragment="page", status=status)


def heard_of(request) -> datetime | None:
    """When WeChat posted something last."""
    return Callback.objects.within(request.scope).aggregate(at=Max("received_at"))["at"]


def test_of(request) -> dict | None:
    """What became of the test message that the address names, which the page asks for until it is
    known or a minute is over."""
    msgid = number(request.GET.get("sent"), 0)
    if not msgid:
        return None
    outcome, asked = outcome_of(msgid, request.scope), number(request.GET.get("asked"), 0)
    here = request.path
    return {
        "outcome": outcome,
        "arrived": outcome == Outcome.SUCCESS,
        "is_awaited": outcome is None and asked < MOST_ASKED,
        "again": f"{here}?sent={msgid}&asked={asked + 1}",
        "anew": f"{here}?sent={msgid}",
    }


def purpose_of(request, purpose: Template.Purpose) -> dict:
    """A line of 模板消息: what is chosen, and the addresses of its dialogs."""
    slug = [request.account.slug]
    return {
        "label": purpose.label,
        "template": Template.objects.within(request.scope).filter(purpose=purpose).first(),
        "edit": reverse(f"official:template-{purpose}", args=slug),
        "test": reverse(f"official:test-{purpose}", args=slug),
    }


def address_of(request, connection: Connection) -> str:
    """What is pasted into 微信公众平台 as URL."""
    return request.build_absolute_uri(reverse("wechat:callback", args=[connection.door]))


def told(connection: Connection) -> str:
    return sentence(connection.fault, connection.fault_detail)


def code_of(connection: Connection | None) -> int | None:
    """WeChat's own number of the fault, by which its documentation can be searched."""
    return connection.fault if connection and connection.fault != UNREACHABLE else None
