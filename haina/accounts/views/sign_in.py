"""Signing in and out, and the choice of account."""

import logging
import re
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib.auth import login, logout
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from haina.accounts import devices, halfway, second_factor, services
from haina.accounts.access import PUBLIC, SIGNED_IN, allow
from haina.accounts.forms import CodeForm, SignInForm
from haina.accounts.models import RESERVED_SLUGS
from haina.accounts.navigation import first_page, places_for
from haina.accounts.sessions import limit_to
from haina.accounts.step_up import TOO_MANY_CODES, WRONG_CODE
from haina.lib.htmx import posted
from haina.lib.requests import address_of

logger = logging.getLogger(__name__)
SLUG_FIRST = re.compile(r"/([a-z0-9-]{1,40})/")


@allow(PUBLIC)
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request):
    form = SignInForm(request.POST or None)
    status = 200
    if form.is_valid():
        user, status = try_to_sign_in(request, form)
        if user is not None:
            return enter(request, user, next_page(request))
    wanted = request.POST.get("next") or request.GET.get("next", "")
    context = {"form": form, "next": wanted, "scan_url": scan_url(wanted)}
    return render(request, "accounts/sign_in.html", context, status=status)


def scan_url(wanted: str) -> str:
    """微信扫码登录 to the account that the visitor wants, whether there is such a one or not."""
    slug = SLUG_FIRST.match(wanted)
    if slug is None or slug[1] in RESERVED_SLUGS:
        return reverse("scan-which")
    return f"{reverse('scan-sign-in', args=[slug[1]])}?{urlencode({'next': wanted})}"


def try_to_sign_in(request, form):
    try:
        user = services.sign_in(
            **form.cleaned_data,
            address=address_of(request),
            device=devices.device_of(request),
            now=timezone.now(),
        )
    except services.TooManyTries:
        note_refusal(request, "too many tries")
        form.add_error(None, _("登录尝试次数过多，请 30 分钟后再试。"))
        return None, 429
    if user is None:
        note_refusal(request, "wrong name or password")
        form.add_error(None, _("手机号、用户名或密码不正确，请检查后重试。"))
    return user, 200


def note_refusal(request, why: str, user=None) -> None:
    """In the log. What was typed for a name may be a phone, or a password in the wrong box."""
    whose = user.pk if user else "?"
    logger.warning("sign-in of user %s refused from %s: %s", whose, address_of(request), why)


def enter(request, user, wanted, only=""):
    """Sign in who has proven to be the user; with a second factor, ask for its code first. `only`:
    to this account and no other."""
    if user.factor:
        halfway.begin(request, user, wanted, only=only, now=timezone.now())
        return redirect("sign-in-code")
    return let_in(request, user, wanted, only)


def let_in(request, user, wanted, only=""):
    login(request, user)
    way = "scan" if only else "password"
    factors = f"{way} and code" if user.factor else way
    logger.info("user %s signed in from %s by %s", user.pk, address_of(request), factors)
    if only:
        limit_to(request, only)
    response = redirect(wanted)
    devices.mark(response, user)
    return response


@allow(PUBLIC)
@never_cache
@require_http_methods(["GET", "POST"])
def code(request):
    """The code of whoever has given the right password."""
    user = halfway.who_waits(request, now=timezone.now())
    if user is None:
        return redirect("sign-in")
    form, status = CodeForm(posted(request)), HTTPStatus.OK
    if form.is_valid():
        right, status = try_code(request, user, form)
        if right:
            return let_in(request, user, *halfway.end(request))
    return render(request, "accounts/code.html", {"form": form}, status=status)


def try_code(request, user, form):
    device, now = devices.device_of(request), timezone.now()
    try:
        right = second_factor.is_shown(user, form.cleaned_data["code"], device=device, now=now)
    except services.TooManyTries:
        note_refusal(request, "too many codes", user)
        form.add_error("code", TOO_MANY_CODES)
        return False, HTTPStatus.TOO_MANY_REQUESTS
    if not right:
        note_refusal(request, "wrong code", user)
        form.add_error("code", WRONG_CODE)
    return right, HTTPStatus.OK


def next_page(request):
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours and wanted.startswith("/") else reverse("home")


@allow(PUBLIC)
@require_GET
def csrf_token(request):
    """For a page that is older than the latest sign-in. Other origins cannot read the answer."""
    return HttpResponse(get_token(request), "text/plain")


@allow(PUBLIC)
@require_POST
def sign_out(request):
    """The browser is told to forget what it may have kept of the pages."""
    logger.info("user %s signed out", request.user.pk)
    logout(request)
    return HttpResponseRedirect(reverse("sign-in"), headers={"Clear-Site-Data": '"cache"'})


@allow(SIGNED_IN)
@require_GET
def home(request):
    """Straight into the only account; a choice where there are several."""
    places = [
        {"name": place.account.name, "url": first_page(place.account.slug)}
        for place in places_for(request)
    ]
    if len(places) == 1:
        return redirect(places[0]["url"])
    if not places and request.user.is_staff:
        return redirect("ops:index")
    return render(request, "accounts/choose_account.html", {"places": places})
