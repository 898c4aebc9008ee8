"""The address to which WeChat posts. Answered at once: what a message leads to, happens later."""

import logging
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from haina.accounts.access import PUBLIC, allow
from haina.lib.requests import number
from haina.wechat import crypto, inbox

logger = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024


@csrf_exempt
@allow(PUBLIC)
@require_http_methods(["GET", "POST"])
def callback(request, door):
    connection = inbox.connection_behind(door)
    if connection is None:
        raise Http404
    return guarded(request, connection, lambda: answer(request, connection))


def guarded(request, of, answer):
    """The answer, or a refusal that says no more than it has to. Who posts in the clear is told so
    instead of being led on: a redirect would hide it."""
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return told("https only", HTTPStatus.FORBIDDEN)
    if number(request.META.get("CONTENT_LENGTH") or "0", MOST_BYTES + 1) > MOST_BYTES:
        return told("too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        return answer()
    except crypto.NotWeChat as refusal:
        logger.warning("refused at the door of %s: %s", of, refusal)
        return told("refused", HTTPStatus.FORBIDDEN)
    except crypto.Unreadable as refusal:
        logger.warning("refused at the door of %s: %s", of, refusal)
        return told("unreadable", HTTPStatus.BAD_REQUEST)


def answer(request, connection):
    now = timezone.now()
    crypto.verify(connection, request.GET, now=now)
    if request.method == "POST":
        message = crypto.opened(connection, request.body, request.GET, now=now)
        inbox.receive(connection, message, now=now)
        return told("success")
    if "echostr" not in request.GET:
        raise crypto.Unreadable("nothing to send back")
    inbox.mark_verified(connection, now=now)
    return told(request.GET["echostr"])


def told(text, status=HTTPStatus.OK):
    return HttpResponse(text, "text/plain; charset=utf-8", status)
