"""One's own applications: prove the phone, see what became of them, take them back."""

from http import HTTPStatus

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from followers.access import FOLLOWER
from haina.accounts.access import allow
from haina.accounts.audit import Actor
from haina.lib.htmx import posted
from residents.models import VerificationApplication
from residents.services import RoomGone
from residents.verification import applications, steps
from residents.verification.applications import NotSubmitted
from residents.verification.forms import CodeForm
from residents.views.mobile.apply import ask_for_code, refused

State = VerificationApplication.State


@allow(FOLLOWER)
@require_GET
def application(request, pk):
    found = own(request, pk)
    if found.state == State.DRAFT:
        return redirect("mine:code", request.account.slug, pk)
    return render(request, "mobile/application.html", {"application": found})


@allow(FOLLOWER)
@require_http_methods(["GET", "POST"])
def code(request, pk):
    found = own(request, pk)
    if found.state != State.DRAFT:
        return redirect("mine:application", request.account.slug, pk)
    form = CodeForm(posted(request))
    if form.is_valid():
        return prove(request, found, form)
    return show_code(request, found, form)


def prove(request, found: VerificationApplication, form: CodeForm):
    by, now = Actor.in_wechat("申请人", request), timezone.now()
    try:
        steps.prove(found, form.cleaned_data["code"], by=by, now=now)
    except steps.WrongCode as refusal:
        form.add_error("code", str(refusal))
        return show_code(request, found, form)
    except (NotSubmitted, RoomGone) as refusal:
        return refused(request, found.community, str(refusal))
    return redirect("mine:application", request.account.slug, found.pk)


def show_code(request, found: VerificationApplication, form: CodeForm):
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"application": found, "form": form}
    return render(request, "mobile/code.html", context, status=status)


@allow(FOLLOWER)
@require_POST
def code_again(request, pk):
    found = own(request, pk)
    if found.state != State.DRAFT:
        return redirect("mine:application", request.account.slug, pk)
    return ask_for_code(request, found, done=_("验证码已重新发送，之前的不再有效。"))


@allow(FOLLOWER)
@require_http_methods(["GET", "POST"])
def withdraw(request, pk):
    found = own(request, pk)
    if not found.is_pending:
        return redirect("mine:application", request.account.slug, pk)
    if request.method == "GET":
        return render(request, "mobile/withdraw.html", {"application": found})
    by = Actor.in_wechat("申请人", request)
    if not applications.withdraw(found, by=by, now=timezone.now()):
        messages.error(request, _("这份申请刚刚已被处理，没有撤回。"))
    return redirect("mine:application", request.account.slug, pk)


def own(request, pk: int) -> VerificationApplication:
    rows = VerificationApplication.objects.belonging_to(request.follower)
    return get_object_or_404(rows.select_related("community", "room", "follower__account"), pk=pk)
