"""open.weixin.qq.com/connect/oauth2/authorize, of a corp or of an official account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from haina.sandbox import consent
from haina.sandbox.callbacks import loopback
from haina.sandbox.wecom import oauth, who
from haina.sandbox.wecom.corps import Corp
from haina.sandbox.world import world

WRONG_DOMAIN, WRONG_STATE, WRONG_SCOPE, WRONG_AGENT = 50001, 84025, 10005, 40056
REASONS = {
    WRONG_DOMAIN: "redirect_uri 与应用的可信域名不一致",
    WRONG_STATE: "state 参数错误",
    WRONG_SCOPE: "scope 参数错误",
    WRONG_AGENT: "agentid 参数错误",
}
SCOPES = (oauth.BASE, oauth.PRIVATE)


def whichever(request: HttpRequest) -> HttpResponse:
    """The address is the same; what was given as appid tells whose it is."""
    corp = world.corps.get(request.GET.get("appid", ""))
    return authorize(request, corp) if corp else consent.authorize(request)


@csrf_protect
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest, corp: Corp) -> HttpResponse:
    """snsapi_base leads back at once; snsapi_privateinfo asks first."""
    asked = {"state": "", **request.GET.dict()}
    if fault := fault_of(corp, asked):
        context = {"code": fault, "reason": REASONS[fault]}
        return render(request, "sandbox/refused.html", context, status=400)
    userid = who.userid_of(request, corp)
    if userid is None:
        return who.ask(request, corp)
    if asked["scope"] == oauth.PRIVATE and request.method == "GET":
        context = {"corp": corp, "member": corp.member(userid)}
        return render(request, "sandbox/wecom/consent.html", context)
    if request.POST.get("answer") == "deny":
        return consent.back(asked, {})
    with world.lock:
        code = oauth.new_code(corp, userid, asked["scope"])
    return consent.back(asked, {"code": code})


def fault_of(corp: Corp, asked: dict) -> int | None:
    """The number on WeCom's error page."""
    if not loopback(asked.get("redirect_uri", "")):
        return WRONG_DOMAIN
    if asked["state"] and not consent.STATE.fullmatch(asked["state"]):
        return WRONG_STATE
    if asked.get("scope") not in SCOPES:
        return WRONG_SCOPE
    agents = {str(each) for each in corp.apps}
    needed = asked["scope"] == oauth.PRIVATE or "agentid" in asked
    return WRONG_AGENT if needed and asked.get("agentid") not in agents else None
