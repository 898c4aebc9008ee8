"""open.work.weixin.qq.com/3rdapp/install: where a corp's administrator lets a suite in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from haina.sandbox import consent
from haina.sandbox.callbacks import loopback
from haina.sandbox.errors import Refused
from haina.sandbox.wecom import suites
from haina.sandbox.wecom.corps import ROOT, Corp, Suite
from haina.sandbox.wecom.errors import MESSAGES
from haina.sandbox.world import world


@csrf_protect
@require_http_methods(["GET", "POST"])
def install(request: HttpRequest) -> HttpResponse:
    """The auth_code is brought back to redirect_uri; a refusal brings nothing back."""
    asked = {"state": "", "redirect_uri": "", **request.GET.dict()}
    try:
        with world.lock:
            suite, session = admitted(asked)
    except Refused as refusal:
        reason = refusal.given or MESSAGES[refusal.errcode]
        context = {"code": refusal.errcode, "reason": reason}
        return render(request, "sandbox/refused.html", context, status=400)
    corp = world.corps.get(request.POST.get("corp", ""))
    if corp is None:
        test = session["auth_type"] == suites.TEST
        context = {"suite": suite, "corps": choices(), "test": test}
        return render(request, "sandbox/wecom/install.html", context)
    if request.POST.get("answer") != "approve":
        return render(request, "sandbox/wecom/declined.html", {"suite": suite, "corp": corp})
    with world.lock:
        grant = suites.install(suite, corp, [scope_of(corp, request)], asked["state"])
        suite.pre_auth_codes.pop(asked["pre_auth_code"], None)
    return consent.back(asked, {"auth_code": grant.auth_code, "expires_in": suites.AUTH_SECONDS})


def admitted(asked: dict) -> tuple[Suite, dict]:
    """The suite whose pre_auth_code it is, and what was set for that."""
    suite = world.suites.get(asked.get("suite_id", ""))
    if suite is None:
        raise Refused(40083)
    session = suites.session(suite, asked.get("pre_auth_code"))
    if not loopback(asked["redirect_uri"]):
        raise Refused(50001, "redirect_uri 与套件的授权完成回调域名不一致")
    return suite, session


def choices() -> list[dict]:
    """Each corp with what its administrator may let the suite see: all, or one part."""
    return [
        {"corp": corp, "parties": [corp.departments[each] for each in tops(corp)]}
        for corp in world.corps.values()
    ]


def tops(corp: Corp) -> list[int]:
    return [ROOT, *corp.departments[ROOT].children]


def scope_of(corp: Corp, request: HttpRequest) -> int:
    chosen = request.POST.get(f"party-{corp.corpid}", str(ROOT))
    allowed = {str(each): each for each in tops(corp)}
    return allowed.get(chosen, ROOT)
