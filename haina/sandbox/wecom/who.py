"""Which member of a corp opens pages in WeCom: kept in a cookie, by corp."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from haina.sandbox import holder
from haina.sandbox.wecom.corps import Corp, Member
from haina.sandbox.world import world

WHO = "sandbox-member"
NOBODY = "-"  # somebody of no corp
SHOWN = 100


def userid_of(request: HttpRequest, corp: Corp) -> str | None:
    """A member's, NOBODY, or None as long as none has been chosen."""
    corpid, _, userid = request.COOKIES.get(WHO, "").partition(":")
    if corpid != corp.corpid or not (userid == NOBODY or corp.member(userid)):
        return None
    return userid


def ask(request: HttpRequest, corp: Corp) -> HttpResponse:
    query = urlencode({"corp": corp.corpid, "next": request.get_full_path()})
    return redirect(f"/wecom/who?{query}")


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Put WeCom into somebody's hand, and go on where they were asked for."""
    asked = request.POST if request.method == "POST" else request.GET
    corp = world.corps.get(asked.get("corp", ""))
    if corp is None:
        return redirect("/corp")
    if request.method == "POST":
        response = redirect(holder.asked_for(request, otherwise="/corp"))
        return holder.remember(response, WHO, f"{corp.corpid}:{asked.get('userid', NOBODY)}")
    text = asked.get("q", "").strip()
    context = {"corp": corp, "next": asked.get("next", "/corp"), "q": text, "nobody": NOBODY}
    with world.lock:
        context["members"] = matching(corp, text)[:SHOWN]
    return render(request, "sandbox/wecom/who.html", context)


def matching(corp: Corp, text: str) -> list[Member]:
    """Those whose name, userid or phone holds the text."""
    return [
        each
        for each in corp.members.values()
        if text in each.name or text in each.userid or text in each.mobile
    ]
