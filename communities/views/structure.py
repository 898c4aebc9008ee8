import secrets

from django.urls import reverse
from django.views.decorators.http import require_http_methods

from communities.forms import StructureForm
from communities.tasks import EXPORT_STRUCTURE
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.jobs import queue
from haina.lib.htmx import REFUSED_FORM, go, next_url, posted, render_screen


@allow(Section.COMMUNITIES.view)
@require_http_methods(["GET", "POST"])
def export_structure(request):
    asked = {"community": request.GET.get("community"), "once": secrets.token_hex(8)}
    form = StructureForm(posted(request), initial=asked, scope=request.scope)
    if not form.is_valid():
        back = next_url(request, reverse("communities:list", args=[request.account.slug]))
        status = REFUSED_FORM if form.is_bound else 200
        context = {"form": form, "back": back}
        template = "communities/export_structure.html"
        return render_screen(request, template, context, fragment="form", status=status)

    chosen = form.cleaned_data["community"].pk
    key = f"{form.cleaned_data['once']}:{chosen}"
    job = queue.put(EXPORT_STRUCTURE, {"community": chosen}, by=request.actor, key=key)
    return go(request, reverse("jobs:show", args=[request.account.slug, job.pk]))
