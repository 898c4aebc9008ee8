"""短信设置: with what an account sends SMS, and whether that works."""

from django.conf import settings as django_settings
from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from haina.sms import gateways
from haina.sms.errors import NotSent, NotSetUp, Refused, explained
from haina.sms.forms import GatewayForm, PhoneForm
from haina.sms.models import Gateway, Message


@allow(Section.ADMINISTRATORS.manage)
@require_http_methods(["GET", "POST"])
def settings(request):
    gateway = gateway_of(request)
    form = GatewayForm(posted(request), gateway=gateway)
    if form.is_bound and form.is_valid() and saved(form, request):
        messages.success(request, _("已保存。请发送一条测试短信，看看设置是否正确。"))
        return go(request, settings_url(request))
    if form.is_bound:
        form.ask_again()
    context = {
        "form": form,
        "gateway": gateway,
        "fault": gateway and gateway.fault and told(gateway),
        "purposes": [purpose_of(request, gateway, each) for each in Message.Purpose],
        "is_console": django_settings.SMS_BACKEND == "console",
        "most": django_settings.SMS_PER_DAY,
    }
    status = REFUSED_FORM if form.is_bound else 200
    return render_screen(request, "sms/settings.html", context, fragment="page", status=status)


def saved(form: GatewayForm, request) -> bool:
    try:
        gateways.save(request.account, form.cleaned_data, by=request.actor, now=timezone.now())
    except NotSetUp:
        form.add_error("secret_id", _("短信刚刚被停用了。请重新填写SecretId和SecretKey。"))
        return False
    return True


@allow(Section.ADMINISTRATORS.manage)
@require_http_methods(["GET", "POST"])
def test(request, purpose):
    """Send an example to a phone. What is wrong with the settings is told on their page, what is
    wrong with the phone here."""
    gateway = gateway_of(request)
    if gateway is None or not getattr(gateway, f"{purpose}_template"):
        return go(request, settings_url(request))
    form = PhoneForm(posted(request))
    if form.is_bound and form.is_valid() and sent(form, request, purpose):
        return go(request, settings_url(request))
    context = {
        "form": form,
        "label": Message.Purpose(purpose).label,
        "example": "".join(gateways.EXAMPLES[purpose]),
        "back": settings_url(request),
    }
    status = REFUSED_FORM if form.is_bound else 200
    return render_screen(request, "sms/test.html", context, fragment="form", status=status)


def sent(form: PhoneForm, request, purpose: str) -> bool:
    """Whether nothing is wrong with the phone; what is will be in the form."""
    phone, now = str(form.cleaned_data["phone"]), timezone.now()
    try:
        gateways.send_test(request.account, phone, purpose, by=request.actor, now=now)
    except Refused as refusal:
        if refusal.state == Message.State.CONFIGURATION:
            return True
        form.add_error(None, explained(refusal.code))
        return False
    except NotSent as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("腾讯云已接受测试短信，请在手机上查看。"))
    return True


@allow(Section.ADMINISTRATORS.manage)
@require_http_methods(["GET", "POST"])
def remove(request):
    if gateway_of(request) is None:
        return go(request, settings_url(request))
    if request.method == "POST":
        gateways.remove(request.account, by=request.actor, now=timezone.now())
        messages.success(request, _("已停用短信，保存的密钥已删除。"))
        return go(request, settings_url(request))
    context = {"back": settings_url(request)}
    return render_screen(request, "sms/remove.html", context, fragment="form")


def gateway_of(request) -> Gateway | None:
    return Gateway.objects.within(request.scope).first()


def told(gateway: Gateway) -> str:
    """Which kind of SMS met the fault, and what to do about it."""
    label = Message.Purpose(gateway.fault_purpose).label
    return _("%(label)s：%(told)s") % {"label": label, "told": explained(gateway.fault)}


def purpose_of(request, gateway: Gateway | None, purpose: Message.Purpose) -> dict:
    """A line of 测试: what is sent, and the address of its dialog."""
    return {
        "label": purpose.label,
        "template": gateway and getattr(gateway, f"{purpose}_template"),
        "test": reverse(f"sms:test-{purpose}", args=[request.account.slug]),
    }


def settings_url(request) -> str:
    return reverse("sms:settings", args=[request.account.slug])
