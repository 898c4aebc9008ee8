"""登录安全: somebody's own password and second factor, whatever accounts they have a place in."""

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from haina.accounts import passwords, second_factor
from haina.accounts.access import SIGNED_IN, allow
from haina.accounts.audit import Actor
from haina.accounts.forms import AgainForm, PasswordForm, SetUpForm
from haina.accounts.sessions import note_factor
from haina.accounts.step_up import Presence
from haina.accounts.views.sign_in import next_page
from haina.lib.htmx import REFUSED_FORM, posted


@allow(SIGNED_IN)
@require_GET
def security(request):
    factor = request.user.factor
    context = {"factor": factor, "codes": factor and factor.recovery_codes.count()}
    return render(request, "accounts/security.html", context)


@allow(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def change_password(request):
    form = PasswordForm(posted(request), presence=Presence(request))
    if form.is_valid():
        passwords.change(request.user, form.cleaned_data["new_password"], **told(request))
        update_session_auth_hash(request, request.user)
        messages.success(request, _("密码已修改，其他设备上的登录已全部退出。"))
        return redirect(next_page(request) if "next" in request.POST else "security")
    is_required = request.user.password_is_given
    context = {"form": form, "is_required": is_required, "next": request.GET.get("next", "")}
    return page(request, "accounts/change_password.html", context)


@allow(SIGNED_IN)
@never_cache
@require_http_methods(["GET", "POST"])
def set_up(request):
    """Scan, show the first code, and prove to be the owner of the sign-in. Also another phone."""
    form = SetUpForm(posted(request), presence=Presence(request))
    if form.is_valid():
        codes = second_factor.set_up(request.user, form.secret, step=form.step, **told(request))
        request.session.cycle_key()
        request.user.refresh_from_db()
        note_factor(request, request.user)
        return codes_page(request, codes)
    link = second_factor.link(form.secret, request.user)
    context = {
        "form": form,
        "qr": segno.make(link, error="m").svg_data_uri(scale=5, border=3, light="#fff"),
        "secret": form.secret,
        "next": next_page(request),
        "is_required": "required" in request.GET,
    }
    return page(request, "accounts/set_up.html", context)


@allow(SIGNED_IN)
@never_cache
@require_http_methods(["GET", "POST"])
def renew_codes(request):
    if not request.user.factor:
        return redirect("security")
    form = AgainForm(posted(request), presence=Presence(request))
    if form.is_valid():
        return codes_page(request, second_factor.renew_codes(request.user, **told(request)))
    return page(request, "accounts/renew_codes.html", {"form": form})


@allow(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def switch_off(request):
    if not request.user.factor:
        return redirect("security")
    form = AgainForm(posted(request), presence=Presence(request))
    if form.is_valid() and switched_off(request, form):
        messages.success(request, _("已关闭两步验证，登录时只需要密码。"))
        return redirect("security")
    return page(request, "accounts/switch_off.html", {"form": form})


def switched_off(request, form) -> bool:
    try:
        second_factor.switch_off(request.user, **told(request))
    except second_factor.StillRequired as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def codes_page(request, codes: list[str]):
    """The one time that they are shown."""
    return render(request, "accounts/codes.html", {"codes": codes, "next": next_page(request)})


def told(request) -> dict:
    return {"by": Actor.signed_in(request), "now": timezone.now()}


def page(request, template: str, context: dict):
    status = REFUSED_FORM if context["form"].is_bound else 200
    return render(request, template, context, status=status)
