"""关联企业: how the account's staff get to WeCom, by 自建应用 or by our suite."""

import secrets

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from haina.accounts.access import allow
from haina.accounts.permissions import Section
from haina.lib.encryption import keyed_hash
from haina.lib.htmx import REFUSED_FORM, go, posted, render_screen
from haina.wechat.corp import errors, services, suite
from haina.wechat.corp.forms import CorpForm
from haina.wechat.errors import UNREACHABLE, WeChatRefused
from haina.wechat.models import Corp

BEGUN = "corp_installs"  # in the session: of each state that was given out, the account and its end
MOST_BEGUN, LASTS_SECONDS = 5, 30 * 60
MANAGE = Section.STAFF.manage.everywhere


@allow(MANAGE)
@require_http_methods(["GET", "POST"])
def corp(request):
    """What was entered of 自建应用; or how a suite is connected."""
    found = entered_of(request)
    form = CorpForm(posted(request), corp=found)
    if form.is_bound and form.is_valid() and saved(form, request):
        messages.success(request, _("已保存。请完成下面的步骤，然后检测连接。"))
        return redirect("staff:corp", request.account.slug)
    if form.is_bound:
        form.ask_again()
    status = REFUSED_FORM if form.is_bound else 200
    return screen(request, found, form, status=status)


def saved(form: CorpForm, request) -> bool:
    try:
        services.enter(request.account, form.cleaned_data, by=request.actor, now=timezone.now())
    except services.Refused as refusal:
        form.add_error("corp_id", str(refusal))
        return False
    return True


@allow(MANAGE)
@require_POST
def corp_check(request):
    """Ask WeCom, and show the page with what it said."""
    if found := entered_of(request):
        before = found.connected_at
        services.check(found, by=request.actor, now=timezone.now())
        if not before and Corp.objects.within(request.scope).exists():
            messages.success(request, _("关联成功。员工信息将与企业微信同步，写入前会先请您确认。"))
    return redirect("staff:corp", request.account.slug)


@allow(MANAGE)
@require_GET
def corp_change(request):
    """我要更换关联企业: what to do; it is ops who cancels."""
    context = {"corp": Corp.objects.within(request.scope).first()}
    return render_screen(request, "staff/corp_change.html", context, fragment="form")


@allow(MANAGE)
@require_POST
def corp_install(request):
    """To WeCom's page on which the corp's administrator lets our suite in."""
    if not suite.is_set_up():
        messages.error(request, _("没有配置第三方应用，请用自建应用关联。"))
        return go(request, corp_url(request))
    back = request.build_absolute_uri(reverse("staff:corp_installed", args=[request.account.slug]))
    state = secrets.token_hex(32)
    try:
        url = suite.install_page(back, state)
    except WeChatRefused as refusal:
        messages.error(request, str(refusal))
        return go(request, corp_url(request))
    remember(request, state)
    if request.htmx:
        return go(request, url)
    # No redirect: our forms may lead to ourselves only (form-action).
    return render(request, "staff/corp_leave.html", {"url": url})


@allow(MANAGE)
@require_GET
def corp_installed(request):
    """Back from WeCom, which has put a code into the address."""
    code = request.GET.get("auth_code", "")
    try:
        if not taken(request, request.GET.get("state", "")):
            raise StateRefused
        if not code:
            raise NothingGranted
        granted = suite.authorised(code)
        by, now = request.actor, timezone.now()
        services.connect_suite(request.account, granted, by=by, now=now)
    except (StateRefused, NothingGranted, WeChatRefused, services.Refused) as refusal:
        context = {"refusal": refusal, "offers_suite": suite.is_set_up()}
        return render(request, "staff/corp_refused.html", context, status=REFUSED_FORM)
    messages.success(request, _("关联成功。员工信息将与企业微信同步，写入前会先请您确认。"))
    return redirect(corp_url(request))


class StateRefused(Exception):
    def __str__(self):
        return _("这次授权已失效：它不是从这个浏览器开始的，或已使用过，或已超过30分钟。")


class NothingGranted(Exception):
    def __str__(self):
        return _("企业微信没有返回授权码，授权没有完成。")


def remember(request, state: str) -> None:
    """The session keeps digests only, of the latest few."""
    begun = dict(list(request.session.get(BEGUN, {}).items())[1 - MOST_BEGUN :])
    until = timezone.now().timestamp() + LASTS_SECONDS
    request.session[BEGUN] = begun | {digest_of(state): [request.account.pk, until]}


def taken(request, state: str) -> bool:
    """Was it given out to this session, for this account, and not used yet? It is used up then."""
    begun = dict(request.session.get(BEGUN, {}))
    account, until = begun.get(digest_of(state), (None, 0))
    if account != request.account.pk:
        return False
    del begun[digest_of(state)]
    request.session[BEGUN] = begun
    return timezone.now().timestamp() < until


def digest_of(state: str) -> str:
    return keyed_hash(state).hex()


def entered_of(request) -> Corp | None:
    return Corp.entered.within(request.scope).first()


def corp_url(request) -> str:
    return reverse("staff:corp", args=[request.account.slug])


def screen(request, found: Corp | None, form: CorpForm, *, status: int = 200):
    context = {
        "form": form,
        "corp": found,
        "by_suite": bool(found) and found.way == Corp.Way.SUITE,
        "offers_suite": suite.is_set_up(),
        "address": found and address_of(request, found),
        "fault": found and found.fault and errors.sentence(found.fault, found.fault_detail),
        "warns": bool(found) and found.fault in errors.WARNINGS,
        "code": found.fault if found and found.fault and found.fault > UNREACHABLE else None,
    }
    return render_screen(request, "staff/corp.html", context, fragment="page", status=status)


def address_of(request, found: Corp) -> str:
    """What is pasted into WeCom's console as URL."""
    return request.build_absolute_uri(reverse("wechat:wecom_contacts", args=[found.door]))
