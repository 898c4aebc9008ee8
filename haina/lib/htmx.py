"""Decides, in one place, whether an answer is a whole page or the part that htmx asked for."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect, HttpResponseLocation

REFUSED_FORM = 422


def wants_fragment(request) -> bool:
    """False for boosted links and history restores: they need the page."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_screen(request, template: str, context: dict, *, fragment: str, status: int = 200):
    """The page, or only `template#fragment`, for the same URL."""
    if wants_fragment(request):
        template = f"{template}#{fragment}"
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def go(request, url: str) -> HttpResponse:
    """Send the browser on after a change, also when htmx posted the form."""
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


def lead(request, url: str, *, target: str) -> HttpResponse:
    """Answer a form that asks for another state of its page: htmx then gets just the part for the
    target, and the browser's address is the url in both cases."""
    if wants_fragment(request):
        return HttpResponseLocation(url, target=target)
    return HttpResponseRedirect(url)


def next_url(request, otherwise: str) -> str:
    """Where `next` says that the visitor came from, if that is one of our own pages."""
    url = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if ours else otherwise


def posted(request):
    """What a form is bound to: nothing while it is only asked for."""
    return request.POST if request.method == "POST" else None
