"""The first page of an account: the first section that the administrator may view."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from haina.accounts.access import allow
from haina.accounts.navigation import console
from haina.accounts.permissions import ANY_ADMINISTRATOR


@allow(ANY_ADMINISTRATOR)
@require_GET
def first_section(request):
    for group in console(request)["navigation"]:
        return redirect(group["items"][0]["url"])
    return render(request, "accounts/no_section.html")
