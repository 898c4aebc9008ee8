"""全部用户: the list, and what keeps an open one up to date."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from followers import names, services
from followers.filters import ON
from followers.forms import RemarkForm
from followers.listing import Listing, list_url, listing, search_url
from followers.models import EVERYBODY, Follower, Sync
from followers.names import Viewer
from followers.paging import page_of
from followers.tables import FollowerTable, lines
from followers.version import version_of
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.htmx import REFUSED_FORM, go, lead, posted, render_screen, wants_fragment
from haina.lib.pagination import PAGE_SIZES, chosen_size
from haina.lib.requests import number
from haina.lib.sealed import PLAIN, opened
from haina.wechat.errors import sentence
from haina.wechat.models import Connection


def viewer_of(request) -> Viewer:
    return Viewer(request.rights, request.scope)


@allow(Section.FOLLOWERS.view)
@require_GET
def follower_list(request):
    version = version_of(request.scope)  # before all that is read: what comes meanwhile is news
    shown, size = listed(request), chosen_size(request, PAGE_SIZES)
    marks = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = page_of(shown.followers, size=size, **marks)
    rows = lines(page.rows, shown.tags, viewer_of(request))
    context = beside(request, shown) | {
        "version": version,
        "page": page,
        "table": FollowerTable(rows, rights=request.rights),
        "size": size,
        "sizes": PAGE_SIZES,
        "in_blacklist": not page.rows and shown.is_in_blacklist and blacklist_url(request),
        "older": page.after and list_url(request, before=None, after=page.after),
        "newer": page.before and list_url(request, after=None, before=page.before),
    }
    return render_screen(request, "followers/list.html", context, fragment="answer")


def blacklist_url(request) -> str:
    """The same search in 黑名单."""
    return list_url(request, blocked=ON, after=None, before=None)


def beside(request, shown: Listing) -> dict:
    """What stands around the rows, and the list's own address."""
    back = list_url(request)
    return {
        "listing": shown,
        "groups": [(group, list_url(request, only=(), **group.query)) for group in shown.groups],
        "total": shown.tallies.get(EVERYBODY, 0),
        "back": back,
        "state": back.partition("?")[2],
        "start": list_url(request, after=None, before=None),
        "whole": list_url(request, only=()),
        "is_answer": wants_fragment(request),
    } | connection_state(request)


def around(request) -> dict:
    """What stands around the rows, where these stay as they are: a search is not carried out, so
    that nobody learns without its being counted how many it finds."""
    shown = listing(request.GET, viewer_of(request))
    return beside(request, shown) | {"is_search": PLAIN in shown.filter.asked}


def connection_state(request) -> dict:
    """Whether the account is connected, and how far the synchronisation is."""
    sync = Sync.objects.within(request.scope).first()
    fault = sync and sync.fault
    return {
        "connected": is_connected(request),
        "sync": sync,
        "sync_fault": sentence(fault) if fault else "",
    }


def is_connected(request) -> bool:
    return Connection.objects.within(request.scope).filter(connected_at__isnull=False).exists()


def listed(request) -> Listing:
    """What the address asks for; nobody, and why, where the search may not be carried out."""
    viewer = viewer_of(request)
    shown = listing(request.GET, viewer)
    text = opened(request.GET).get(PLAIN, "")
    by, now = request.actor, timezone.now()
    refusal = names.refusal(text, viewer, by=by, now=now) if text else ""
    return replace(shown, refusal=refusal)


@allow(Section.FOLLOWERS.view)
@require_POST
def follower_search(request):
    """Lead to the list as the form asks for it: no name and no phone stands in its address."""
    return lead(request, search_url(request), target="#followers")


@allow(Section.FOLLOWERS.view)
@require_GET
def follower_news(request):
    """Asked every two seconds by an open list: nothing while it is up to date. Then it reads itself
    anew, unless something is ticked: that stays, and a line says what is to be seen."""
    known, told = request.GET.get("version", ""), request.GET.get("told", "")
    version, ticked = version_of(request.scope), "pk" in request.GET
    if version == known or (ticked and version == told):
        return HttpResponse(status=204)
    if not ticked:
        return trigger_client_event(HttpResponse(status=204), "followers-changed")
    context = around(request)
    before = number(request.GET.get("total"), context["total"])
    came = context["total"] - before
    context |= {"version": version, "known": known, "known_total": before, "came": came}
    return render_screen(request, "followers/list.html", context, fragment="news")


@allow(Section.FOLLOWERS.manage)
@require_POST
def follower_sync(request):
    if is_connected(request):
        services.sync_soon(request.account, now=timezone.now())
    else:
        messages.warning(request, _("还没有接入公众号，无法同步。"))
    return go(request, list_url(request))


@allow(Section.FOLLOWERS.manage)
@require_POST
def follower_star(request, pk):
    """One click in a row; the row's star comes back, and what counts the stars."""
    followers = Follower.objects.within(request.scope).filter(pk=pk)
    follower = get_object_or_404(followers)
    change = services.starring("on" in request.POST)
    by, now = request.actor, timezone.now()
    services.change_all(request.account, followers, change, by=by, now=now)
    if not wants_fragment(request):
        return go(request, list_url(request))
    follower.refresh_from_db()
    (record,) = lines([follower], [], viewer_of(request))
    context = around(request) | {"record": record}
    return render_screen(request, "followers/list.html", context, fragment="starred")


@allow(Section.FOLLOWERS.manage)
@require_http_methods(["GET", "POST"])
def follower_remark(request, pk):
    """修改备注"""
    followers = Follower.objects.within(request.scope).select_related("account")
    follower = get_object_or_404(followers, pk=pk)
    form = RemarkForm(posted(request), initial={"remark": follower.remark})
    if request.method == "POST" and form.is_valid():
        text, now = form.cleaned_data["remark"], timezone.now()
        services.remark(follower, text, by=request.actor, now=now)
        return go(request, list_url(request))
    (named,) = names.named([follower], viewer_of(request)).values()
    context = {"form": form, "named": named, "back": list_url(request)}
    status = REFUSED_FORM if form.is_bound else 200
    return render_screen(request, "followers/remark.html", context, fragment="form", status=status)
