"""The first page of an account: the overview, for whoever holds any right."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from haina.accounts.access import allow
from haina.accounts.permissions import ANY_ADMINISTRATOR, ANY_SECTION


@allow(ANY_ADMINISTRATOR)
@require_GET
def console(request):
    if request.rights.cover(ANY_SECTION):
        return redirect("overview:overview", account=request.account.slug)
    return render(request, "accounts/no_section.html")
