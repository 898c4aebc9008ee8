"""Applying: choose the 小区, then each level by name down to a room, then fill in the form. Only
names of the structure are shown, never who lives there."""

from http import HTTPStatus

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from communities.models import BuildingNode, Community
from followers.access import FOLLOWER
from haina.accounts.access import allow
from haina.accounts.audit import Actor
from haina.accounts.scope import Scope
from haina.lib.htmx import posted
from haina.lib.requests import number
from haina.lib.text import tidy
from haina.sms.errors import NotSent
from residents.models import Invitation, Rules, VerificationApplication
from residents.services import RoomGone
from residents.verification import applications, invitations, limits, steps
from residents.verification.applications import CLAIMED, AlreadyPending, Asked, NotSubmitted
from residents.verification.forms import ApplyForm

SHORT, MOST = 12, 300  # a list that needs no search; and how many places are shown at once


@allow(FOLLOWER)
@require_GET
def consent(request):
    return render(request, "mobile/consent.html")


@allow(FOLLOWER)
@require_GET
def choose_community(request):
    communities = Community.objects.within(Scope.whole(request.account)).for_list()
    text = tidy(request.GET.get("q", ""))
    found = list(communities.matching(text)[: MOST + 1])
    if len(found) == 1 and not text:
        return redirect("mine:apply_in", request.account.slug, found[0].pk)
    context = {"communities": found[:MOST], **search_of(text, found)}
    return render(request, "mobile/choose_community.html", context)


@allow(FOLLOWER)
@require_GET
def choose_room(request, community):
    node = chosen_node(request, community)
    if not node.may_have_children:
        return redirect("mine:apply_for", request.account.slug, community, node.pk)
    text = tidy(request.GET.get("q", ""))
    nodes = BuildingNode.objects.within(Scope.whole(request.account))
    found = nodes.inside(node).exclude(pk=node.pk).named(text) if text else nodes.below(node)
    found = list(found[: MOST + 1])
    way = nodes.above(node)
    context = {"node": node, "way": way, "nodes": found[:MOST], **search_of(text, found)}
    return render(request, "mobile/choose_room.html", context)


def chosen_node(request, community: int) -> BuildingNode:
    """The one of ?node=, at first the root."""
    nodes = BuildingNode.objects.within(Scope.whole(request.account)).select_related("community")
    asked = request.GET.get("node", "")
    which = {"pk": number(asked)} if asked else {"parent": None}
    return get_object_or_404(nodes, community=community, **which)


def search_of(text: str, found: list) -> dict:
    return {"text": text, "searches": bool(text) or len(found) > SHORT, "cut": len(found) > MOST}


@allow(FOLLOWER)
@require_http_methods(["GET", "POST"])
def apply_for(request, community, room):
    nodes = BuildingNode.objects.within(Scope.whole(request.account)).rooms()
    room = nodes.select_related("community").filter(community=community, pk=room).first()
    if room is None:  # such as on a poster that is older than a change of the buildings
        return render(request, "mobile/room_gone.html", status=HTTPStatus.NOT_FOUND)
    return apply_form(request, room, invitation_of(before(request), room))


def apply_form(request, room: BuildingNode, invitation: Invitation | None = None):
    """The form for a room (with its community), asked for and handed in at the same address. By an
    invitation the identity is given."""
    asked = Asked(room, invitation)
    form = form_for(request, asked)
    try:
        if form.is_valid():
            return hand_in(request, asked, form)
        applications.refuse_what_is_there(request.follower, room)
    except AlreadyPending as refusal:
        messages.warning(request, str(refusal))
        return redirect(what_waits(request, room))
    except (NotSubmitted, RoomGone) as refusal:
        return refused(request, room.community, str(refusal))
    except limits.TooManyTries:
        form.add_error(None, too_many_tries(room.community))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "room": room, "invitation": invitation}
    return render(request, "mobile/apply.html", context, status=status)


def what_waits(request, room: BuildingNode) -> str:
    """The page of one's own application for a room, where it can be withdrawn."""
    own = VerificationApplication.objects.belonging_to(request.follower)
    pending = own.pending().filter(room=room).first()
    if pending is None:  # decided on in this moment
        return reverse("mine:home", args=[request.account.slug])
    return reverse("mine:application", args=[request.account.slug, pending.pk])


def form_for(request, asked: Asked) -> ApplyForm:
    rules = Rules.objects.within(Scope.whole(request.account)).of(asked.community)
    identity = asked.invitation.identity if asked.invitation else ""
    told = {"rules": rules, "today": timezone.localdate(), "identity": identity}
    return ApplyForm(posted(request), initial=said_before(request), **told)


def said_before(request) -> dict:
    """What the application of ?from= said, for whoever corrects their own."""
    own = before(request)
    return {name: getattr(own, name) for name in CLAIMED} if own else {}


def before(request) -> VerificationApplication | None:
    own = VerificationApplication.objects.belonging_to(request.follower)
    return own.filter(pk=number(request.GET.get("from"), 0)).first()


def invitation_of(own: VerificationApplication | None, room: BuildingNode) -> Invitation | None:
    """By which the visitor had come for this room, while that holds."""
    if own is None or own.invitation_id is None or own.room_id != room.pk:
        return None
    beside = invitations.standing(timezone.now()).select_related("resident__room")
    return beside.filter(pk=own.invitation_id).first()


def hand_in(request, asked: Asked, form: ApplyForm):
    by, now = Actor.in_wechat("申请人", request), timezone.now()
    application = steps.hand_in(request.follower, asked, form.claimed, by=by, now=now)
    if application.state == VerificationApplication.State.DRAFT:
        return ask_for_code(request, application)
    return redirect("mine:application", request.account.slug, application.pk)


def ask_for_code(request, application: VerificationApplication, *, done: str = ""):
    """Send one, and on to the page that takes it, which says `done` first."""
    by = Actor.in_wechat("申请人", request)
    try:
        steps.send_code(application, by=by, now=timezone.now())
    except NotSent as refusal:
        messages.error(request, str(refusal))
    else:
        if done:
            messages.success(request, done)
    return redirect("mine:code", request.account.slug, application.pk)


def refused(request, community: Community, why: str):
    """Nothing to fill in here; where to go instead."""
    context = {"why": why, "community": community}
    return render(request, "mobile/not_now.html", context, status=HTTPStatus.CONFLICT)


def too_many_tries(community: Community) -> str:
    told = _("今天已尝试%(tries)s次，请明天再试，或联系物业管理处%(phone)s。")
    phone = f" {community.phone}" if community.phone else ""
    return told % {"tries": limits.TRIES, "phone": phone}
