"""open.weixin.qq.com/connect/oauth2/authorize: where a person lets an account know who they are."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from haina.sandbox import holder, oauth
from haina.sandbox.callbacks import loopback
from haina.sandbox.world import world

MISSING = {"scope": 10010, "redirect_uri": 10011, "appid": 10012, "state": 10013}
WRONG_DOMAIN, NO_SCOPE, WRONG_APPID = 10003, 10005, 10016
REASONS = {
    WRONG_DOMAIN: "redirect_uri 域名与后台配置不一致",
    NO_SCOPE: "该公众号没有这些 scope 的权限",
    WRONG_APPID: "AppID 参数错误",
    10010: "scope 不能为空",
    10011: "redirect_uri 不能为空",
    10012: "appid 不能为空",
    10013: "state 参数错误",
}
SCOPES = (oauth.BASE, oauth.USERINFO)
STATE = re.compile(r"[A-Za-z0-9]{1,128}")


@csrf_protect
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """snsapi_base leads back at once; snsapi_userinfo asks first. A refusal brings no code back."""
    asked = request.GET.dict()
    if fault := fault_of(asked):
        context = {"code": fault, "reason": REASONS[fault]}
        return render(request, "sandbox/refused.html", context, status=400)
    account = world.accounts[asked["appid"]]
    person = holder.person_of(request, account)
    if person is None:
        return holder.ask_who(request)
    if asked["scope"] == oauth.USERINFO and request.method == "GET":
        return render(request, "sandbox/consent.html", {"account": account, "person": person})
    if request.POST.get("answer") == "deny":
        return back(asked, {})
    with world.lock:
        snapshot = holder.on_snapshot_page(request)
        code = oauth.new_code(account, person, asked["scope"], snapshot=snapshot)
    return back(asked, {"code": code})


def fault_of(asked: dict) -> int | None:
    """The number on WeChat's error page."""
    for name, number in MISSING.items():
        if not asked.get(name):
            return number
    account = world.accounts.get(asked["appid"])
    if account is None:
        return WRONG_APPID
    if not account.verified or asked["scope"] not in SCOPES:
        return NO_SCOPE
    if not STATE.fullmatch(asked["state"]):
        return MISSING["state"]
    return None if loopback(asked["redirect_uri"]) else WRONG_DOMAIN


def back(asked: dict, more: dict) -> HttpResponse:
    address = urlsplit(asked["redirect_uri"])
    query = [*parse_qsl(address.query, keep_blank_values=True), *more.items()]
    query.append(("state", asked["state"]))
    return HttpResponseRedirect(urlunsplit(address._replace(query=urlencode(query))))
