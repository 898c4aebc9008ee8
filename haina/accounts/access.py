"""The door: every view says what it needs, and the middleware lets nobody else in.

Outside the account the answer is 404, inside it without the right it is 403. A view that says
nothing is refused for everybody.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from haina.accounts.audit import Actor
from haina.accounts.models import Administrator
from haina.accounts.permissions import Right, Rights
from haina.accounts.scope import Scope
from haina.accounts.sessions import is_by_scan, opens
from haina.lib.htmx import wants_fragment


def allow(need):
    """Say what a view needs: a Right in the console, or another door such as PUBLIC or OPS."""

    def mark(view):
        view.allows = need
        return view

    return mark


class Public:
    def admit(self, request, kwargs):
        return None


class SignedIn:
    def admit(self, request, kwargs):
        return None if request.user.is_authenticated else ask_to_sign_in(request)


class Ops:
    """Whoever runs the installation. For everybody else there is nothing here."""

    def admit(self, request, kwargs):
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if not request.user.is_staff:
            raise Http404
        if settings.OPS_SECOND_FACTOR and not request.user.factor:
            return ask_to_set_up(request)
        return None


PUBLIC, SIGNED_IN, OPS = Public(), SignedIn(), Ops()


class DoorMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        need = getattr(view, "allows", None)
        if need is None:
            raise PermissionDenied("this view does not say who may open it")
        if isinstance(need, Right):
            return enter_console(request, kwargs.pop("account"), need)
        return need.admit(request, kwargs)


def enter_console(request, slug, right):
    if not request.user.is_authenticated or not opens(request, slug):
        return ask_to_sign_in(request)

    administrator = get_object_or_404(
        Administrator.objects.active().select_related("account", "user"),
        user=request.user,
        account__slug=slug,
    )
    if request.user.password_is_given and not is_by_scan(request):
        return ask_for_password(request)
    if administrator.account.second_factor_required and not request.user.factor:
        return ask_to_set_up(request)
    request.administrator = administrator
    request.account = administrator.account
    request.rights = Rights.of(administrator)
    request.scope = Scope.of(administrator)
    request.actor = Actor.of(administrator, request)
    if not request.rights.cover(right) or (right.whole and request.scope.is_limited):
        raise PermissionDenied
    return None


def ask_to_sign_in(request):
    """Back to the page afterwards. What htmx asked for from within a page, which may hold what
    somebody has typed, is answered with a notice for that page; a new page is a refresh."""
    if wants_fragment(request):
        return render(request, "accounts/signed_out.html", status=401)
    if request.htmx:
        return HttpResponseClientRefresh()
    path = request.get_full_path() if request.method == "GET" else reverse("home")
    return redirect_to_login(path, reverse(settings.LOGIN_URL))


def ask_to_set_up(request):
    """The account, or the installation of its ops, wants a second factor before anything else."""
    set_up = reverse("security-set-up")
    if wants_fragment(request):
        return render(request, "accounts/set_up_first.html", status=403)
    return go_first(request, set_up)


def ask_for_password(request):
    """Of one's own, instead of the one that somebody else knows."""
    return go_first(request, reverse("security-password"))


def go_first(request, url: str):
    """To a page that leads back here."""
    if request.htmx:
        return HttpResponseClientRedirect(url)
    wanted = request.get_full_path() if request.method == "GET" else reverse("home")
    return redirect(f"{url}?{urlencode({'required': 1, 'next': wanted})}")
