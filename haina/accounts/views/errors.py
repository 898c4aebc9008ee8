"""What is shown when a request cannot be served. None of it tells a stranger what exists."""

from django.shortcuts import render

from haina.lib.htmx import wants_fragment


def csrf_failure(request, reason=""):
    if wants_fragment(request):
        return render(request, "accounts/page_expired.html", status=403)
    door = getattr(request.resolver_match.func, "allows", None)
    if getattr(door, "leads_to_pages_in_wechat", False):
        _, m, slug, _ = request.path.split("/", 3)
        request.home_in_wechat = f"/{m}/{slug}/"
    return render(request, "403_csrf.html", status=403)
