"""What every request gets before anything else looks at it."""

import re
import secrets
import uuid
from http import HTTPStatus
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import Http404, HttpResponseBadRequest
from django.template.loader import render_to_string

WITH_PORT = re.compile(r"^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$")
NEVER_STORE = "no-store, private"
MOST_DIGITS = 18  # what a bigint holds
AS_A_UUID = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
ONCE = re.compile(r"[0-9a-f]{16}")


class RequestMiddleware:
    """Refuses NUL in an address, forbids storing the answer, and gives a refused method a page:
    Django's own is blank."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            page = render_to_string("400.html")
            return HttpResponseBadRequest(page, headers={"Cache-Control": NEVER_STORE})
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", NEVER_STORE)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response.content = render_to_string("405.html")
            response.headers["Content-Length"] = str(len(response.content))
        return response


def address_of(request) -> str:
    """The visitor's IP address; X-Forwarded-For counts only as far as we run the proxies."""
    proxies = settings.TRUSTED_PROXIES
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies and len(forwarded) >= proxies and (address := readable(forwarded[-proxies])):
        return address
    return readable(request.META.get("REMOTE_ADDR", ""))


def readable(text: str) -> str:
    """The address without a port, or "" if it is none: a Unix socket has no address."""
    text = WITH_PORT.sub(r"\1\2", text.strip()).split("%")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def id_of(request) -> str:
    """32 hexadecimal digits: those that our proxy has given the request, else new ones."""
    given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXIES else ""
    return given.replace("-", "").lower() if AS_A_UUID.fullmatch(given) else uuid.uuid4().hex


def neighbourhood_of(address: str) -> str:
    """What one visitor holds: an IPv4 address, or the /64 of an IPv6 one."""
    if ":" not in address:
        return address
    return str(ip_network(f"{address}/64", strict=False))


def number(text: str | None, otherwise: int | None = None) -> int:
    """The number, such as a pk, that an address names. For what cannot be one the answer is
    `otherwise`, and 404 if nothing else will do."""
    if text and text.isdecimal() and len(text) <= MOST_DIGITS:
        return int(text)
    if otherwise is None:
        raise Http404
    return otherwise


def once_of(request) -> str:
    """What makes a form that is sent twice one act: the form's own if it came back as it was
    made, else a new one."""
    posted = request.POST.get("once", "")
    return posted if ONCE.fullmatch(posted) else secrets.token_hex(8)
