"""新建标签, 重命名, 删除."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from followers import services
from followers.forms import TagForm
from followers.listing import list_url
from followers.models import Tag, Tally
from followers.refusals import Refused
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen


def tag_named(request, pk) -> Tag:
    tags = Tag.objects.within(request.scope).select_related("account")
    return get_object_or_404(tags.filter(gone=False), pk=pk)


@allow(Section.FOLLOWERS.manage)
@require_http_methods(["GET", "POST"])
def tag_add(request):
    form = TagForm(posted(request))
    by, now = request.actor, timezone.now()

    def add(name):
        services.add_tag(request.account, name, by=by, now=now)

    if saved(form, add):
        return go(request, list_url(request))
    return form_screen(request, _("新建标签"), form)


@allow(Section.FOLLOWERS.manage)
@require_http_methods(["GET", "POST"])
def tag_rename(request, pk):
    tag = tag_named(request, pk)
    form = TagForm(posted(request), initial={"name": tag.name})
    by, now = request.actor, timezone.now()

    def rename(name):
        services.rename_tag(tag, name, by=by, now=now)

    if saved(form, rename):
        return go(request, list_url(request))
    return form_screen(request, _("重命名标签"), form)


def saved(form: TagForm, save) -> bool:
    """False while the form is only asked for, or says what is wrong."""
    if not form.is_valid():
        return False
    try:
        save(form.cleaned_data["name"])
    except Refused as refusal:
        form.add_error("name", str(refusal))
    return not form.errors


def form_screen(request, title: str, form: TagForm):
    context = {"title": title, "form": form, "back": list_url(request)}
    status = REFUSED_FORM if form.is_bound else 200
    return render_screen(
        request, "followers/tag_form.html", context, fragment="form", status=status
    )


@allow(Section.FOLLOWERS.manage)
@require_http_methods(["GET", "POST"])
def tag_delete(request, pk):
    tag = tag_named(request, pk)
    tallies = Tally.objects.within(request.scope).filter(kind=tag.pk)
    number = tallies.values_list("number", flat=True).first() or 0
    if request.method == "GET":
        context = {"tag": tag, "number": number, "back": list_url(request)}
        return render_screen(request, "followers/tag_delete.html", context, fragment="form")
    try:
        services.delete_tag(tag, by=request.actor, now=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已删除标签“%s”。") % tag.name)
    return go(request, list_url(request, tag=None, after=None, before=None))
