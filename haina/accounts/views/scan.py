"""微信扫码登录 in the browser that is to be signed in."""

import re
from http import HTTPStatus
from urllib.parse import urlencode

import segno
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from haina.accounts import halfway, scan
from haina.accounts.access import PUBLIC, allow
from haina.accounts.forms import WhichAccountForm
from haina.accounts.navigation import first_page
from haina.accounts.views.sign_in import enter, next_page
from haina.lib.htmx import wants_fragment

PARAMETER = "t"
SLUG = re.compile(r"[a-z0-9-]{1,40}")  # of accounts
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
STOP = 286  # htmx asks no more


@allow(PUBLIC)
@require_GET
def which_account(request):
    """For whoever comes from no page of an account."""
    form = WhichAccountForm(request.GET if "account" in request.GET else None)
    if form.is_valid():
        return redirect("scan-sign-in", form.cleaned_data["account"])
    return render(request, "accounts/which_account.html", {"form": form})


@allow(PUBLIC)
@never_cache
@require_http_methods(["GET", "POST"])
def scan_sign_in(request, account):
    """GET shows a new code. POST asks whether a phone has answered: every other second, or by the
    button of a page without scripts, which shows its code again."""
    if not SLUG.fullmatch(account):
        raise Http404
    if request.method == "GET":
        return show_new(request, account)
    try:
        administrator = scan.claim(request, now=timezone.now())
    except scan.Over:
        return over(request, account)
    if administrator is None:
        return waiting(request, account)
    wanted, only = scan.end(request), administrator.account.slug
    return moved(request, enter(request, administrator.user, wanted, only))


def show_new(request, slug: str):
    wanted = next_page(request) if "next" in request.GET else first_page(slug)
    try:
        token = scan.begin(request, slug, wanted, now=timezone.now())
    except scan.TooManyCodes:
        return screen(request, slug, status=HTTPStatus.TOO_MANY_REQUESTS, refused=True)
    return screen(request, slug, token)


def waiting(request, slug: str):
    if wants_fragment(request):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    token = request.POST.get(PARAMETER, "")
    if not TOKEN.fullmatch(token):
        return over(request, slug)
    return screen(request, slug, token, asked=True)


def over(request, slug: str):
    """Says neither whether there is such an account nor who answered."""
    if wants_fragment(request) and has_gone_on(request):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    status = STOP if wants_fragment(request) else HTTPStatus.OK
    return screen(request, slug, status=status, over=True)


def has_gone_on(request) -> bool:
    """The page asked once more while the browser was on its way to the next one."""
    on_the_way = halfway.who_waits(request, now=timezone.now())
    return request.user.is_authenticated or on_the_way is not None


def screen(request, slug: str, token: str = "", *, status=HTTPStatus.OK, **told):
    context = {"slug": slug, "token": token, "code": token and code_of(request, slug, token)}
    template = "accounts/scan.html" + ("#answer" if wants_fragment(request) else "")
    return render(request, template, context | told, status=status)


def code_of(request, slug: str, token: str) -> str:
    """The page on the phone. The token is in its query: logs have paths."""
    path = f"{reverse('mobile:sign_in', args=[slug])}?{urlencode({PARAMETER: token})}"
    address = request.build_absolute_uri(path)
    return segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="#fff")


def moved(request, response):
    """A redirect that htmx carries out itself, with the cookies of a sign-in."""
    if not request.htmx:
        return response
    moved = HttpResponseClientRedirect(response.url)
    moved.cookies = response.cookies
    return moved
