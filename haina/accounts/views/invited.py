"""What the link of an invitation opens: for whoever is a user, and for whoever becomes one."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from haina.accounts import invitations
from haina.accounts.access import PUBLIC, allow
from haina.accounts.audit import Actor
from haina.accounts.forms_administrators import JoinForm
from haina.accounts.navigation import first_page
from haina.accounts.services import AccountRefused
from haina.accounts.views.sign_in import let_in
from haina.lib.htmx import REFUSED_FORM, posted
from haina.lib.masking import mask_phone


@allow(PUBLIC)
@never_cache
@require_http_methods(["GET", "POST"])
def invited(request):
    invitation = invitations.found(request.GET.get("t", ""), now=timezone.now())
    if invitation is None:
        return over(request)
    try:
        if invitations.has_user(invitation):
            return of_a_user(request, invitation)
        return of_nobody_yet(request, invitation)
    except invitations.InvitationOver:
        return over(request)


def over(request):
    return render(request, "accounts/invitation_over.html", status=404)


def of_a_user(request, invitation):
    """Only who is signed in as the invited user can accept."""
    user = request.user
    is_them = user.is_authenticated and user.phone == invitation.phone
    context = about(invitation) | {"is_them": is_them, "here": request.get_full_path()}
    if request.method == "POST" and is_them:
        by = Actor.invited(user.name, invitation.account, request)
        try:
            invitations.accept(invitation, user, by=by, now=timezone.now())
        except AccountRefused as refusal:
            context["refusal"] = str(refusal)
        else:
            return redirect(first_page(invitation.account.slug))
    status = REFUSED_FORM if request.method == "POST" else 200
    return render(request, "accounts/invited.html", context, status=status)


def of_nobody_yet(request, invitation):
    form = JoinForm(posted(request))
    if form.is_bound and form.is_valid():
        user = joined(request, invitation, form)
        if user is not None:
            return let_in(request, user, first_page(invitation.account.slug))
    status = REFUSED_FORM if form.is_bound else 200
    context = about(invitation) | {"form": form}
    return render(request, "accounts/join.html", context, status=status)


def joined(request, invitation, form):
    name, password = form.cleaned_data["name"], form.cleaned_data["password"]
    by = Actor.invited(name, invitation.account, request)
    told = {"name": name, "password": password, "by": by, "now": timezone.now()}
    try:
        return invitations.accept_as_new(invitation, **told)
    except AccountRefused as refusal:
        form.add_error(None, str(refusal))
        return None


def about(invitation) -> dict:
    return {"invitation": invitation, "phone": mask_phone(invitation.phone)}
