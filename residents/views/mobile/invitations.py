"""Owners invite their family and tenants; whoever opens the link is led to the form."""

from http import HTTPStatus
from urllib.parse import urlencode

import segno
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from followers.access import FOLLOWER
from haina.accounts.access import allow
from haina.accounts.audit import Actor
from haina.accounts.models import ServiceAccount
from haina.lib.htmx import posted
from residents.models import Invitation, Resident
from residents.verification import invitations
from residents.verification.forms import InviteForm
from residents.verification.invitations import NotInvited
from residents.views.mobile.apply import apply_form

PARAMETER = "t"  # of the address: the token


@allow(FOLLOWER)
@require_http_methods(["GET", "POST"])
def invite(request, pk):
    owner = own_as_owner(request, pk)
    identities = invitations.identities_for(owner)
    form = InviteForm(posted(request), identities=identities)
    if form.is_valid():
        return made(request, owner, form)
    return show(request, owner, form)


def made(request, owner: Resident, form: InviteForm):
    """The page that shows the link, which no other can: only its hash is kept. So this answers the
    POST by itself."""
    identity, by = form.cleaned_data["identity"], Actor.in_wechat("业主", request)
    try:
        token = invitations.invite(owner, identity, by=by, now=timezone.now())
    except NotInvited as refusal:
        form.add_error(None, str(refusal))
        return show(request, owner, form)
    address = request.build_absolute_uri(link_of(request.account, token))
    code = segno.make(address, error="m").png_data_uri(scale=8, border=4)
    context = {"owner": owner, "identity": Resident.Identity(identity).label}
    context |= {"address": address, "code": code, "life": Invitation.LIFE, "uses": Invitation.USES}
    return render(request, "mobile/invitation.html", context)


def link_of(account: ServiceAccount, token: str) -> str:
    """The token is in the query: logs have paths."""
    return f"{reverse('mine:invited', args=[account.slug])}?{urlencode({PARAMETER: token})}"


def show(request, owner: Resident, form: InviteForm):
    mine = Invitation.objects.belonging_to(request.follower).open_at(timezone.now())
    mine = mine.filter(resident=owner).order_by("-pk")
    context = {"owner": owner, "form": form, "invitations": mine}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "mobile/invite.html", context, status=status)


@allow(FOLLOWER)
@require_POST
def uninvite(request, pk, invitation):
    mine = Invitation.objects.belonging_to(request.follower).filter(resident=pk)
    found = get_object_or_404(mine, pk=invitation)
    by = Actor.in_wechat("业主", request)
    if invitations.end(found, by=by, now=timezone.now()):
        messages.success(request, _("邀请已结束，它的二维码和链接不能再使用。"))
    return redirect("mine:invite", request.account.slug, pk)


@allow(FOLLOWER)
@require_http_methods(["GET", "POST"])
def invited(request):
    token = request.GET.get(PARAMETER, "")
    found = invitations.found(token, request.account, now=timezone.now())
    if found is None:
        return render(request, "mobile/invitation_over.html", status=HTTPStatus.NOT_FOUND)
    return apply_form(request, found.resident.room, invitation=found)


def own_as_owner(request, pk: int) -> Resident:
    owners = Resident.objects.belonging_to(request.follower).owners()
    owners = owners.select_related("room", "community").defer("id_number")
    return get_object_or_404(owners, pk=pk)
