"""Whether everybody in an account needs a second factor: set on 管理员设置."""

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from haina.accounts import services
from haina.accounts.access import allow
from haina.accounts.forms import RuleForm
from haina.accounts.navigation import first_page
from haina.accounts.permissions import Section
from haina.accounts.step_up import Presence
from haina.lib.htmx import REFUSED_FORM, go, next_url, posted, render_screen

SAVED = {
    True: _("已要求所有管理员启用两步验证。未启用的人下次打开后台时须先设置。"),
    False: _("已改为由每位管理员自行决定是否启用两步验证。"),
}


@allow(Section.ADMINISTRATORS.manage)
@require_http_methods(["GET", "POST"])
def second_factor_rule(request):
    now_required = request.account.second_factor_required
    back = next_url(request, first_page(request.account.slug))
    form = RuleForm(
        posted(request),
        presence=Presence(request),
        administrator=request.administrator,
        initial={"required": now_required},
    )
    if form.is_valid():
        required = form.cleaned_data["required"]
        services.require_second_factor(
            request.account, required, by=request.actor, now=timezone.now()
        )
        messages.success(request, SAVED[required])
        return go(request, back)
    context = {"form": form, "back": back}
    status = REFUSED_FORM if form.is_bound else 200
    template = "accounts/second_factor_rule_edit.html"
    return render_screen(request, template, context, fragment="form", status=status)
