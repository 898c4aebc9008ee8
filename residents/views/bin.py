"""回收站: who was deleted in the last 30 days, and how they come back."""

import secrets
from collections.abc import Mapping

from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from communities.models import Community
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.jobs import queue
from haina.lib.htmx import REFUSED_FORM, go, lead, next_url, render_screen
from haina.lib.pagination import PAGE_SIZES, arrange
from haina.lib.requests import number
from haina.lib.sealed import PLAIN, opened
from haina.lib.text import tidy
from residents import privacy
from residents.bulk import HEAVY, MOST_AT_ONCE, RESTORE
from residents.filters import SEARCHES
from residents.models import RemovedResident, Resident
from residents.places import list_url, place_of, search_url
from residents.removal import NotAllCanReturn, Obstacle, Removal, restore
from residents.tables import RemovedTable, described

SHOWN_OBSTACLES = 50


@allow(Section.RESIDENTS.manage)
@require_GET
def resident_bin(request):
    place = place_of(request)
    if place is None:
        return go(request, list_url(request))
    unsearched = request.rights.hidden_fields & {"name", "phone"}
    query = tidy(opened(request.GET).get(PLAIN, "")) if unsearched in SEARCHES else ""
    removed = RemovedResident.objects.within(request.scope).filter(community=place.community)
    refusal = ""
    if query:
        removed = removed.matching(query, hidden=unsearched)
        refusal = too_many_searches(request, query, removed)
    if refusal:
        removed = removed.none()
    table = RemovedTable(removed.for_list(), rights=request.rights)
    arrange(table, request, sizes=PAGE_SIZES)
    context = {
        "place": place,
        "communities": Community.objects.within(request.scope).for_list(),
        "table": table,
        "query": query,
        "refusal": refusal,
        "searches": SEARCHES.get(unsearched),
        "here": bin_url(request),
        "back": list_url(request, only=(), community=place.community.pk),
    }
    return render_screen(request, "residents/bin.html", context, fragment="table")


@allow(Section.RESIDENTS.manage)
@require_POST
def bin_search(request):
    return lead(request, search_url(request, "residents:bin"), target="#removed")


def too_many_searches(request, query: str, found) -> str:
    """Why the answer may not be shown, if it is one search by phone too many."""
    now = timezone.now()
    try:
        privacy.note_phone_search(query, found, rights=request.rights, by=request.actor, now=now)
    except privacy.TooManySearches as refusal:
        return str(refusal)
    return ""


@allow(Section.RESIDENTS.manage)
@require_http_methods(["GET", "POST"])
def resident_restore(request):
    """Everybody of one removal (?act=), or those who are ticked in the bin. Its address stays in
    the browser when somebody cannot come back; whoever asks for that again gets the bin."""
    if request.method == "GET":
        return go(request, bin_url(request))
    removed = RemovedResident.objects.within(request.scope)
    if act := request.GET.get("act"):
        removed = removed.filter(act=act)
    else:
        removed = removed.filter(pk__in=[number(pk) for pk in request.POST.getlist("pk")])
    first = removed.select_related("community").order_by("pk").first()
    back = next_url(request, list_url(request))
    if first is None:
        messages.warning(request, _("没有可恢复的住户：已恢复，或已超过 30 天被清除。"))
        return go(request, back)
    pks = list(removed.filter(community=first.community).values_list("pk", flat=True))
    rest = "rest" in request.POST
    if act and len(pks) > MOST_AT_ONCE:
        return go_to_job(request, act, first.community_id, len(pks), rest=rest)
    try:
        now = timezone.now()
        count = restore(first.community, pks, by=request.actor, now=now, past_obstacles=rest)
    except NotAllCanReturn as refusal:
        return obstacles_screen(request, pks, refusal, back)
    messages.success(request, _("已恢复 %d 位住户。") % count)
    return go(request, back)


def obstacles_screen(request, pks, refusal: NotAllCanReturn, back: str):
    """Who cannot come back and why; the others can, if that is what is wanted."""
    count, shown = len(refusal.obstacles), refusal.obstacles[:SHOWN_OBSTACLES]
    others = Resident.objects.within(request.scope).for_list()
    others = others.in_bulk([obstacle.in_the_way for obstacle in shown])
    context = {
        "rows": [line_of(obstacle, others, rights=request.rights) for obstacle in shown],
        "more": count - len(shown),
        "count": count,
        "others": len(pks) - count,
        "pks": [] if "act" in request.GET else pks,
        "back": back,
    }
    template = "residents/not_restored.html"
    return render_screen(request, template, context, fragment="form", status=REFUSED_FORM)


def line_of(obstacle: Obstacle, others: Mapping[int, Resident], *, rights) -> dict:
    other = others.get(obstacle.in_the_way)
    return {
        "told": described(obstacle.resident, rights=rights),
        "why": obstacle.why,
        "other": other and other.pk,
        "other_told": other and described(other, rights=rights),
    }


def go_to_job(request, act: str, community: int, count: int, *, rest: bool):
    payload = {"act": act, "rest": rest, "community": community, "total": count}
    # Twice is no harm: the second finds nobody to restore.
    key = secrets.token_hex(8)
    job = queue.put(RESTORE, payload, by=request.actor, key=key, heavy=count > HEAVY)
    return go(request, reverse("residents:bulk_job", args=[request.account.slug, job.pk]))


def say_removed(request, removal: Removal) -> None:
    """The message has 撤销: where it posts to stands in its extra_tags."""
    if removal.count:
        told = _("已删除 %d 位住户，30 天内可以在回收站中恢复。") % removal.count
        messages.success(request, told, extra_tags=undo_url(request, removal.act))
    else:
        messages.warning(request, _("所选住户已被删除，没有改动。"))


def undo_url(request, act: str) -> str:
    query = {"act": act, "next": list_url(request)}
    return reverse("residents:restore", args=[request.account.slug], query=query)


def bin_url(request) -> str:
    return reverse("residents:bin", args=[request.account.slug])
