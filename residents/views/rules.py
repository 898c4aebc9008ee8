"""认证设置 of a community."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.models import Community
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from haina.sms.models import Message
from haina.sms.services import is_set_up
from residents.models import Rules
from residents.verification import rules
from residents.verification.forms import RulesForm
from residents.verification.reviewing import communities_of


@allow(Section.RESIDENTS.manage)
@require_http_methods(["GET", "POST"])
def rules_edit(request, community):
    community = get_object_or_404(Community.objects.within(request.scope), pk=community)
    form = RulesForm(posted(request), instance=Rules.objects.within(request.scope).of(community))
    if form.is_valid():
        told = {"by": request.actor, "now": timezone.now()}
        changed = rules.change(community, **form.cleaned_data, **told)
        messages.success(request, _("已保存。") if changed else _("没有改动。"))
        return go(request, reverse("residents:rules", args=[request.account.slug, community.pk]))
    context = {
        "form": form,
        "community": community,
        "communities": communities_of(request.scope),
        "proves_phones": is_set_up(request.account, Message.Purpose.CODE),
        "back": reverse("residents:applications", args=[request.account.slug]),
    }
    status = REFUSED_FORM if form.is_bound else 200
    template = "residents/applications/rules.html"
    return render_screen(request, template, context, fragment="form", status=status)
