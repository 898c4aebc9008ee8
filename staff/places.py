"""The state of 员工信息, as its URL says it."""

from collections.abc import Sequence

from django.urls import reverse

from haina.lib.sealed import PLAIN, SEALED, seal

# What the list keeps in its URL, and every page that leads back to the list with it.
STATE = ("department", "community", "state", PLAIN, SEALED, "sort", "page", "plain")


def list_url(request, *, only: Sequence[str] = STATE, **changes) -> str:
    """The list in the state that this page was opened from, with some of it changed."""
    state = {key: request.GET[key] for key in only if request.GET.get(key)} | changes
    kept = {key: str(value) for key, value in state.items() if value}
    return reverse("staff:list", args=[request.account.slug], query=kept)


def search_url(request) -> str:
    """The list in the state that a form has posted, what is searched for sealed."""
    kept = {key: request.POST[key] for key in STATE if request.POST.get(key)}
    if searched := kept.pop(PLAIN, ""):
        kept[SEALED] = seal(searched)
    kept.pop("page", None)
    return reverse("staff:list", args=[request.account.slug], query=kept)
