"""What is shown when a request cannot be served. None of it tells a stranger what exists."""

from django.shortcuts import render

from haina.lib.htmx import wants_fragment


def csrf_failure(request, reason=""):
    if wants_fragment(request):
        return render(request, "accounts/page_expired.html", status=403)
    return render(request, "403_csrf.html", status=403)
