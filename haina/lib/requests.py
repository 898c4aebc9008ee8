"""What every request gets before anything else looks at it."""

import uuid

from django.conf import settings
from django.http import HttpResponseBadRequest

NEVER_STORE = "no-store, private"


class RequestMiddleware:
    """Gives the request an id, refuses NUL in its address, and forbids storing the answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest()
        request.id = uuid.uuid4().hex
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", NEVER_STORE)
        return response


def address_of(request) -> str:
    """The visitor's IP address; X-Forwarded-For counts only as far as we run the proxies."""
    proxies = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(forwarded) >= proxies and forwarded[-proxies]:
        return forwarded[-proxies]
    return request.META.get("REMOTE_ADDR", "")
