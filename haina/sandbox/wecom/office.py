"""企业的设置: what is to be pasted into the product, and where WeCom posts what changes."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from haina.sandbox import phone, servers
from haina.sandbox.errors import Refused
from haina.sandbox.office import at_random
from haina.sandbox.wecom import changes, install, seeds, suites
from haina.sandbox.wecom.corps import BUILT, ROOT, App, Corp, Server, Suite
from haina.sandbox.world import world

LATEST = 20
SERVER = ("url", "token", "aes_key")


def corp_of(asked: Mapping[str, str]) -> Corp:
    """The one that is looked at: the first, unless another was chosen."""
    return world.corps.get(asked.get("corp", "")) or world.corps[seeds.CORPID]


def whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() else otherwise


def built(corp: Corp) -> App:
    """The self-built app."""
    return next(each for each in corp.apps.values() if each.kind == BUILT)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Secrets, trusted addresses, the cap, and what the app may see."""
    if request.method != "POST":
        return page(request, corp_of(request.GET))
    asked = request.POST
    with world.lock:
        corp, app = corp_of(asked), built(corp_of(asked))
        corp.cap = whole(asked.get("cap"), corp.cap)
        party = whole(asked.get("party"), ROOT)
        app.parties = [party if party in corp.departments else ROOT]
        trusted = asked.get("trusted_ips", "").replace("；", ";").split(";")
        addresses = [each.strip() for each in trusted if each.strip()] or None
        app.trusted_ips = corp.sync.trusted_ips = addresses
    return redirect(f"/corp/settings?corp={corp.corpid}&done=saved")


def page(request: HttpRequest, corp: Corp, **more) -> HttpResponse:
    with world.lock:
        context = {
            "tab": "corp",
            "corp": corp,
            "corps": world.corps.values(),
            "app": built(corp),
            "parties": [corp.departments[each] for each in install.tops(corp)],
            "suites": [about(each, corp) for each in world.suites.values()],
            "servers": [("通讯录同步", "", corp.server)],
            "messages": corp.messages[-LATEST:][::-1],
            "invited": [each["userid"] for each in corp.invited[-LATEST:][::-1]],
            "new": at_random(),
            **phone.told(request),
        }
    context["servers"] += [
        (each.name, each.suite_id, each.server) for each in world.suites.values()
    ]
    status = 422 if more else 200
    return render(request, "sandbox/wecom/settings.html", {**context, **more}, status=status)


def about(suite: Suite, corp: Corp) -> dict:
    grant = suite.grant_of(corp.corpid)
    return {"suite": suite, "app": corp.apps[grant.agentid] if grant else None}


@require_POST
def server(request: HttpRequest) -> HttpResponse:
    """接收事件服务器, of 通讯录同步 or of a suite: taken once it has opened the echo."""
    corp = corp_of(request.POST)
    holder = world.suites.get(request.POST.get("suite_id", "")) or corp
    given = Server(**{name: request.POST.get(name, "").strip() for name in SERVER})
    try:
        changes.configure(holder, given)
    except servers.NotAccepted as error:
        return page(request, corp, error=str(error))
    suites.push_all()
    return redirect(f"/corp/settings?corp={corp.corpid}&done=saved")


@require_POST
def suite(request: HttpRequest) -> HttpResponse:
    """The administrator installs, cuts down or removes a suite; or a ticket is pushed by hand."""
    corp, asked = corp_of(request.POST), request.POST
    chosen = world.suites.get(asked.get("suite_id", ""))
    party = whole(asked.get("party"), ROOT)
    parties = [party if party in corp.departments else ROOT]
    try:
        with world.lock:
            if chosen:
                act(asked.get("act", ""), chosen, corp, parties)
    except Refused:
        return page(request, corp, error="企业没有安装这个应用")
    return redirect(f"/corp/settings?corp={corp.corpid}&done=saved")


def act(name: str, chosen: Suite, corp: Corp, parties: list[int]) -> None:
    if name == "ticket":
        suites.push_ticket(chosen)
    if name == "install":
        suites.create_auth(chosen, suites.install(chosen, corp, parties))
    if name == "change":
        suites.change_auth(chosen, corp, parties)
    if name == "cancel":
        suites.cancel_auth(chosen, corp)
