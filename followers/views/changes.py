"""打标签, 黑名单 and 星标 for those who are ticked or for all whom the list finds: where it matters
asked first, then done at once or, if they are many, as a job."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from followers.bulk import CHANGE, DONE, MOST_AT_ONCE, change_of, newest, put_change
from followers.forms import TaggingForm
from followers.listing import Listing, Number, list_url
from followers.models import Follower, FollowerQuerySet
from followers.names import named
from followers.refusals import Refused
from followers.services import change_all
from followers.views.followers import listed, viewer_of
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.jobs.models import Job
from haina.jobs.queue import kinds
from haina.lib.htmx import REFUSED_FORM, go, render_screen
from haina.lib.requests import number, once_of

SHOWN_BEFORE = 10
ASKED_FIRST = {
    "tag": "followers/tagging.html",
    "block": "followers/block.html",
    "unblock": "followers/unblock.html",
}


@dataclass(frozen=True)
class Chosen:
    """Whom an act means; of all of a list only those who were there when it was asked about."""

    listing: Listing
    followers: FollowerQuerySet
    number: Number
    top: int
    is_everybody: bool

    @property
    def are_many(self) -> bool:
        return self.is_everybody and self.number.value > MOST_AT_ONCE


def chosen_in(request) -> Chosen:
    shown = listed(request)
    if "all" in request.POST:
        top = number(request.POST.get("agreed"), 0) or newest(request.scope)
        return Chosen(shown, shown.followers.filter(pk__lte=top), shown.number, top, True)
    ticked = [number(pk) for pk in request.POST.getlist("pk")]
    followers = Follower.objects.within(request.scope).filter(pk__in=ticked)
    return Chosen(shown, followers, Number(followers.count()), max(ticked, default=0), False)


@allow(Section.FOLLOWERS.manage)
@require_POST
def follower_change(request, act):
    chosen = chosen_in(request)
    if not chosen.number.value:
        messages.warning(request, _("请先勾选用户。"))
        return go(request, list_url(request))
    form = tagging_form(request, chosen) if act == "tag" else None
    if act in ASKED_FIRST and ("agreed" not in request.POST or (form and not form.is_valid())):
        return ask(request, act, chosen, form)
    told = {"act": act} | (tags_told(request, form, chosen) if form else {})
    if chosen.are_many:
        return go_to_job(request, told, chosen)
    try:
        by, now = request.actor, timezone.now()
        changed = change_all(request.account, chosen.followers, change_of(told), by=by, now=now)
    except Refused as refusal:
        return ask(request, act, chosen, form, refusal=refusal)
    messages.success(request, DONE[act] % changed)
    return go(request, list_url(request))


def tagging_form(request, chosen: Chosen) -> TaggingForm:
    all_of_them, some = tags_of(chosen)
    data = request.POST if "agreed" in request.POST else None
    initial = {"tags": sorted(all_of_them)}
    return TaggingForm(data, initial=initial, tags=chosen.listing.tags, some=some)


def tags_of(chosen: Chosen) -> tuple[set[int], set[int]]:
    """The tags that all of them have, and those that only some have. Of very many only what the
    list says is known: that they all have its tag."""
    if chosen.are_many:
        tag = chosen.listing.tag
        return ({tag.pk} if tag else set()), set()
    each = [set(tags) for tags in chosen.followers.values_list("tag_ids", flat=True)]
    all_of_them = set.intersection(*each) if each else set()
    return all_of_them, set().union(*each) - all_of_them


def tags_told(request, form: TaggingForm, chosen: Chosen) -> dict:
    """What is to be added, and what to be removed: what the form was shown with and is no more."""
    ticked = form.cleaned_data["tags"]
    posted = {number(pk, 0) for pk in request.POST.getlist("had")}
    had = [tag.pk for tag in chosen.listing.tags if tag.pk in posted]
    return {
        "add": [pk for pk in ticked if pk not in had],
        "remove": [pk for pk in had if pk not in ticked],
    }


def ask(request, act: str, chosen: Chosen, form, *, refusal=None):
    """Who is meant: their number and the first of them, and in the form what agrees to them."""
    first = list(chosen.followers.for_list()[:SHOWN_BEFORE])
    names = named(first, viewer_of(request)).values()
    ticked = [] if chosen.is_everybody else chosen.followers.values_list("pk", flat=True)
    context = {
        "form": form,
        "had": form.initial["tags"] if form else [],
        "refusal": refusal,
        "number": chosen.number,
        "first": [name.name for name in names],
        "more": max(0, chosen.number.value - len(first)),
        "all": chosen.is_everybody,
        "ticked": list(ticked),
        "agreed": chosen.top,
        "once": once_of(request),
        "back": list_url(request),
    }
    status = REFUSED_FORM if refusal or (form and form.is_bound) else 200
    template = ASKED_FIRST.get(act, "followers/refused.html")
    return render_screen(request, template, context, fragment="form", status=status)


def go_to_job(request, told: dict, chosen: Chosen):
    """Pressed twice, the button still starts one job: its key is the form's."""
    state = list_url(request, after=None, before=None).partition("?")[2]
    key, total = f"{once_of(request)}:{chosen.top}", chosen.number.value
    by = request.actor
    job = put_change(told, state, number=total, top=chosen.top, key=key, by=by)
    return go(request, reverse("followers:change_job", args=[request.account.slug, job.pk]))


@allow(Section.FOLLOWERS.manage)
@require_GET
def change_job(request, pk):
    """How far such a job is, and then what it did."""
    own = Job.objects.within(request.scope).asked_by(request.administrator)
    job = get_object_or_404(own.filter(kind=CHANGE), pk=pk)
    changed, act = job.result.get("changed"), job.payload.get("act")
    context = {
        "job": job,
        "kind_label": kinds[job.kind].label,
        "told": DONE[act] % changed if changed is not None and act in DONE else "",
        "back": list_url(request),
    }
    return render_screen(request, "followers/change_job.html", context, fragment="progress")
