"""What is shown when a request cannot be served. None of it tells a stranger what exists."""

from django.shortcuts import render


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", status=403)
