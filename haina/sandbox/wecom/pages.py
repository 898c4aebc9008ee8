"""企业: the contacts of a corp as its administrator sees them, and changes them there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from haina.sandbox import phone
from haina.sandbox.errors import Refused
from haina.sandbox.wecom import console, office
from haina.sandbox.wecom.corps import ROOT, Corp, Department, Member
from haina.sandbox.wecom.who import matching
from haina.sandbox.world import world

SHOWN = 100
REASONS = {
    40003: "账号只能由字母、数字和 _-@. 组成，并以字母或数字开头",
    45024: "成员数已达上限",
    60001: "部门名称须为 1 至 64 个字",
    60002: "部门层级太深",
    60003: "部门不存在",
    60004: "上级部门不存在",
    60005: "部门下还有成员，不能删除",
    60006: "部门下还有子部门，不能删除",
    60007: "根部门不能删除",
    60008: "上级部门下已有同名部门",
    60009: r'部门名称不能含有 \:*?"<>|',
    60010: "不能移到自己或自己的下级",
    60102: "账号已存在",
    60103: "手机号不正确",
    60104: "手机号已被其他成员使用",
    60111: "成员不存在",
    60112: "姓名须为 1 至 64 个字",
    60123: "部门不存在",
    60124: "请选择上级部门",
    60127: "请选择部门",
    60129: "请填写手机号",
    301005: "不能删除企业创建者",
}


@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    with world.lock:
        return shown(request, office.corp_of(request.GET))


def shown(request: HttpRequest, corp: Corp, error: str = "") -> HttpResponse:
    """One department with what is in it, or whoever the search finds."""
    asked = request.GET if request.method == "GET" else request.POST
    number = office.whole(asked.get("at"), ROOT)
    department = corp.departments.get(number) or corp.departments[ROOT]
    text = asked.get("q", "").strip()
    inside = list(corp.inside.get(department.id, {}).values())
    found = matching(corp, text) if text else inside
    context = {
        "tab": "corp",
        "corp": corp,
        "corps": world.corps.values(),
        "department": department,
        "path": [corp.departments[each] for each in corp.above(department.id)][::-1],
        "below": [(corp.departments[each], headcount(corp, each)) for each in department.children],
        "all_departments": [(each, "　" * depth) for each, depth in outline(corp)],
        "members": [(each, placed(corp, each)) for each in found[:SHOWN]],
        "found": len(found),
        "q": text,
        "error": error,
        **phone.told(request),
    }
    status = 422 if error else 200
    return render(request, "sandbox/wecom/contacts.html", context, status=status)


def placed(corp: Corp, member: Member) -> list[Department]:
    return [corp.departments[each] for each in member.departments]


def headcount(corp: Corp, department: int) -> int:
    """How many are in it and below, each counted once."""
    return len({key for each in corp.below(department) for key in corp.inside.get(each.id, ())})


def outline(corp: Corp) -> list[tuple]:
    """All departments with how deep they are, from the top down."""
    return [(each, sum(1 for _ in corp.above(each.id)) - 1) for each in corp.below(ROOT)]


@require_POST
def change(request: HttpRequest, act: str) -> HttpResponse:
    """Do it as the console does; what is not allowed is told and changes nothing."""
    with world.lock:
        corp = office.corp_of(request.POST)
        try:
            console.ACTS[act](corp, given(request))
        except Refused as refusal:
            reason = REASONS.get(refusal.errcode, "没有成功")
            return shown(request, corp, f"{reason}（{refusal.errcode}）")
    return back_to_it(request)


def back_to_it(request: HttpRequest) -> HttpResponse:
    asked = {name: request.POST.get(name, "") for name in ("corp", "at", "q")}
    return redirect(f"/corp?{urlencode({**asked, 'done': 'changed'})}")


def given(request: HttpRequest) -> dict:
    """The fields of a form, as the API would be given them."""
    names = ("userid", "name", "mobile", "gender")
    fields: dict = {name: request.POST[name].strip() for name in names if name in request.POST}
    fields |= {
        name: office.whole(request.POST[name], 0)
        for name in ("id", "parentid")
        if name in request.POST
    }
    chosen = request.POST.getlist("department")
    chosen += request.POST.get("departments", "").replace("，", ",").split(",")
    if "department" in request.POST or "departments" in request.POST:
        fields["department"] = [office.whole(each.strip(), 0) for each in chosen if each.strip()]
    return fields


@require_POST
def activate(request: HttpRequest) -> HttpResponse:
    with world.lock:
        corp = office.corp_of(request.POST)
        if member := corp.member(request.POST.get("userid")):
            member.activated = not member.activated
    return back_to_it(request)


urlpatterns = [
    path("", contacts),
    path("/activate", activate),
    path("/settings", office.settings),
    path("/settings/server", office.server),
    path("/settings/suite", office.suite),
    *[path(f"/{act}", change, {"act": act}) for act in console.ACTS],
]
