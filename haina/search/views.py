"""One search over everything that the viewer may see. What is typed is posted, and sealed where it
stands in an address."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from haina.accounts.access import allow
from haina.accounts.permissions import ANY_ADMINISTRATOR
from haina.lib.htmx import render_screen
from haina.lib.sealed import PLAIN, SEALED, opened, seal
from haina.search.asked import LONGEST, Asked, Found
from haina.search.people import employees, residents
from haina.search.places import communities, rooms

KINDS = (communities, rooms, residents, employees)
MOST, MOST_WHILE_TYPING = 20, 5


@allow(ANY_ADMINISTRATOR)
@require_GET
def search(request):
    text = opened(request.GET).get(PLAIN, "")
    asked = Asked.of(request, text, now=timezone.now(), most=MOST)
    context = {"asked": asked, "found": found(asked)}
    return render(request, "search/show.html", context)


@allow(ANY_ADMINISTRATOR)
@require_POST
def ask(request):
    """Lead to the page of what is found."""
    text = request.POST.get(PLAIN, "").strip()[:LONGEST]
    query = {SEALED: seal(text)} if text else None
    return redirect(reverse("search:show", args=[request.account.slug], query=query))


@allow(ANY_ADMINISTRATOR)
@require_POST
def hits(request):
    """The first of each kind, while somebody types."""
    text = request.POST.get(PLAIN, "")
    how = {"now": timezone.now(), "most": MOST_WHILE_TYPING, "while_typing": True}
    asked = Asked.of(request, text, **how)
    context = {"asked": asked, "found": found(asked), "sealed": seal(asked.text)}
    return render(request, "search/hits.html", context)


@allow(ANY_ADMINISTRATOR)
@require_GET
def keys(request):
    return render_screen(request, "search/keys.html", {}, fragment="form")


def found(asked: Asked) -> list[Found]:
    """By kind, with one query each; kinds of which there is nothing to say are left out."""
    if not asked.is_enough:
        return []
    answers = [kind(asked) for kind in KINDS]
    return [answer for answer in answers if answer and (answer.hits or answer.note)]
