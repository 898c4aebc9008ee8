"""故障: what is to go wrong, and what has been called and delivered lately."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from haina.sandbox import callbacks, endpoints, sms
from haina.sandbox.faults import EVERYWHERE, Fault
from haina.sandbox.wecom import endpoints as wecom
from haina.sandbox.world import world

LATEST = 40
# What can be chosen by name: the fields of the fault
KINDS = {
    "slow": ("变慢（3 秒）", {"slow": 3}),
    "late": ("很慢（15 秒）", {"slow": 15}),
    "drop": ("断开连接", {"drop": True}),
    "lost": ("做完才断开连接", {"lost": True}),
    "token": ("40001 access_token 无效", {"errcode": 40001}),
    "expired": ("42001 access_token 过期", {"errcode": 42001}),
    "limit": ("45009 达到每日上限", {"errcode": 45009}),
    "minute": ("45011 达到每分钟上限", {"errcode": 45011}),
    "busy": ("-1 系统繁忙", {"errcode": -1}),
    "address": ("40164 IP 不在白名单", {"errcode": 40164}),
    "right": ("48001 没有接口权限", {"errcode": 48001}),
    "unfollowed": ("43004 用户未关注", {"errcode": 43004}),
    "untrusted": ("60020 IP 不可信（企业微信）", {"errcode": 60020}),
    "forbidden": ("48002 没有接口权限（企业微信）", {"errcode": 48002}),
    "concurrent": ("45033 并发超过上限（企业微信）", {"errcode": 45033}),
    "full": ("45024 账号数超过上限（企业微信）", {"errcode": 45024}),
    "large": ("45029 结果太大（企业微信）", {"errcode": 45029}),
    "broken": ("HTTP 502", {"status": 502}),
}
TIMES = {"1": "一次", "5": "五次", "": "一直"}


@require_safe
def trouble(request: HttpRequest) -> HttpResponse:
    with world.lock:
        sending = callbacks.deliveries()
        context = {
            "tab": "trouble",
            "everywhere": EVERYWHERE,
            "endpoints": [*endpoints.TABLE, *wecom.TABLE, sms.NAME],
            "kinds": {name: label for name, (label, _how) in KINDS.items()}.items(),
            "times": TIMES.items(),
            "faults": world.faults.told(),
            "sending": sending,
            "held": len(sending.held),
            "callbacks": [each.told() for each in sending.all[-LATEST:]][::-1],
            "calls": list(world.journal.entries)[-LATEST:][::-1],
        }
    return render(request, "sandbox/trouble.html", context)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    kind, times = request.POST.get("kind"), request.POST.get("times", "1")
    endpoint = request.POST.get("endpoint", EVERYWHERE)
    if kind in KINDS and times in TIMES:
        with world.lock:
            how = KINDS[kind][1]
            world.faults.add(Fault(endpoint, times=int(times) if times else None, **how))
    return redirect("/trouble/")


@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("id", "")
    with world.lock:
        world.faults.remove(int(number) if number.isdecimal() else None)
    return redirect("/trouble/")


@require_POST
def deliver(request: HttpRequest) -> HttpResponse:
    """Each event once or twice; now, or held until they are let go in another order."""
    with world.lock:
        sending = callbacks.deliveries()
        sending.copies = 2 if "twice" in request.POST else 1
        if "hold" in request.POST:
            sending.hold = True
        elif sending.hold:
            sending.release(shuffle=True)
    return redirect("/trouble/")


urlpatterns = [
    path("", trouble),
    path("add", add),
    path("clear", clear),
    path("deliver", deliver),
]
