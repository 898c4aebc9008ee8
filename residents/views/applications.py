"""认证审核: the list of applications, and one beside the record on file."""

from dataclasses import replace
from urllib.parse import urlsplit

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from followers.names import Viewer, named
from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.accounts.scope import Scope
from haina.lib.ages import age
from haina.lib.htmx import REFUSED_FORM, lead, render_screen, wants_fragment
from haina.lib.pagination import PAGE_SIZES, arrange
from haina.lib.sealed import PLAIN, opened
from haina.sms.models import Message
from haina.sms.services import is_set_up
from haina.wechat.models import Connection, Template
from residents import privacy
from residents.filters import compares
from residents.models import VerificationApplication
from residents.tables import ApplicationTable, described
from residents.verification import acceptance, beside
from residents.verification.forms import RejectForm
from residents.verification.notices import notice_line
from residents.verification.reviewing import (
    Queue,
    applications_url,
    communities_of,
    level_choices,
    queue_in,
    searched_url,
)
from residents.verification.waiting import turnaround


@allow(Section.RESIDENTS.view)
@require_GET
def application_list(request):
    queue, now = listed(request), timezone.now()
    table = ApplicationTable(queue.applications, rights=request.rights, now=now)
    arrange(table, request, sizes=PAGE_SIZES)
    context = {
        "queue": queue,
        "table": table,
        "state": state_of(request),
        "here": applications_url(request, only=()),
        "back": applications_url(request),
        "levels": levels_of(request, queue),
        "waits": waits(request, now),
        "is_answer": wants_fragment(request),
    }
    if not wants_fragment(request):
        context["communities"] = communities_of(request.scope)
        context["proves_phones"] = is_set_up(request.account, Message.Purpose.CODE)
        context["tells_applicants"] = tells_applicants(request.scope)
        home = reverse("mine:home", args=[request.account.slug])
        context["entrance"] = request.build_absolute_uri(home)
    template = "residents/applications/list.html"
    return render_screen(request, template, context, fragment="answer")


def tells_applicants(scope: Scope) -> bool:
    """Is there a template message for decisions, or no WeChat to send it with yet?"""
    templates = Template.objects.within(scope).filter(purpose=Template.Purpose.DECISION)
    return templates.exists() or not Connection.objects.within(scope).exists()


@allow(Section.RESIDENTS.view)
@require_POST
def application_search(request):
    return lead(request, searched_url(request), target="#applications")


def listed(request) -> Queue:
    """What the address asks for; nothing, and why, once too much was searched by phone."""
    queue = queue_in(request.GET, scope=request.scope, rights=request.rights)
    told = {"rights": request.rights, "by": request.actor, "now": timezone.now()}
    try:
        text = opened(request.GET).get(PLAIN, "")
        privacy.note_phone_search(text, queue.applications, **told)
    except privacy.TooManySearches as refusal:
        return replace(queue, refusal=str(refusal))
    return queue


def state_of(request) -> str:
    """What follows the list in the addresses of pages that lead back to it."""
    return urlsplit(applications_url(request)).query


def levels_of(request, queue: Queue) -> list:
    if queue.place is None or "address" in request.rights.hidden_fields:
        return []
    return level_choices(queue.place)


def waits(request, now) -> dict:
    """How long reviewing takes, in words."""
    taken = turnaround(request.scope, now=now)
    return {
        "pending": taken.pending,
        "median": age(taken.median) if taken.median is not None else "",
        "oldest": age(now - taken.oldest) if taken.oldest else "",
    }


@allow(Section.RESIDENTS.view)
@require_GET
def application_show(request, pk):
    return application_screen(request, found(request, pk))


def found(request, pk) -> VerificationApplication:
    applications = VerificationApplication.objects.within(request.scope).submitted()
    beside_it = ("community", "room", "follower", "resident", "invitation__resident__room")
    return get_object_or_404(applications.select_related(*beside_it), pk=pk)


def application_screen(request, application, *, form=None, refusal="", told=""):
    """`told` is what became of the one before, `form` a refusal that was refused itself."""
    rights = request.rights
    planned = acceptance.plan(application) if application.is_pending else None
    record = planned.resident if planned else None
    context = {
        "application": application,
        "compares": compares(rights),
        "planned": planned,
        "record": record if compares(rights) else None,
        "lines": beside.lines(application, record, rights=rights),
        "evidence": beside.evidence(application, rights=rights),
        "overwrites": beside.overwrites(planned, rights=rights) if planned else [],
        "decider": beside.decider(application),
        "room_is_gone": room_is_gone(application),
        "follower_name": follower_name(request, application.follower),
        "notice": notice_line(application),
        "inviter": inviter(application, rights),
        "earlier": lines_of(request, beside.earlier(application, request.scope, rights)),
        "waited": age(timezone.now() - application.submitted_at),
        "form": form or RejectForm(),
        "refusal": refusal,
        "told": told,
        "state": state_of(request),
        "back": applications_url(request),
    }
    status = REFUSED_FORM if refusal or (form and form.errors) else 200
    template = "residents/applications/show.html"
    return render_screen(request, template, context, fragment="form", status=status)


def room_is_gone(application) -> bool:
    """Deleted, or no room any more since a level was added."""
    room = application.room
    return room is None or room.level != application.community.depth


def follower_name(request, follower) -> str:
    """For whom the followers' own page would open."""
    if not request.rights.cover(Section.FOLLOWERS.view):
        return ""
    viewer = Viewer(request.rights, request.scope)
    return named([follower], viewer)[follower.pk].name


def inviter(application, rights) -> str:
    invitation = application.invitation
    return described(invitation.resident, rights=rights) if invitation else ""


def lines_of(request, applications) -> list[dict]:
    return [
        {"application": each, "told": described(each, rights=request.rights)}
        for each in applications
    ]
