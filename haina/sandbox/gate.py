"""What every call passes: faults, the journal, the method, the token, the body."""

import json
import socket
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from haina.sandbox import endpoints, tokens
from haina.sandbox.call import Call
from haina.sandbox.errors import Refused
from haina.sandbox.faults import Fault
from haina.sandbox.journal import Entry, without_secrets
from haina.sandbox.world import world

WRONG_METHOD = {"GET": 43001, "POST": 43002}


@csrf_exempt
def api(request: HttpRequest) -> HttpResponse:
    """A call of WeChat's API, whichever it is."""
    return answered(request, result_of, lambda refusal: refusal.reply)


def answered(
    request: HttpRequest,
    run: Callable[[HttpRequest, str], dict],
    refused: Callable[[Refused], dict],
) -> HttpResponse:
    """What `run` makes of the call, unless a fault is in its way; with its line in the journal."""
    began, name = time.monotonic(), request.path.strip("/")
    with world.lock:
        fault = world.faults.take(name)
    reply = code = None
    try:
        if fault:
            reply = spoiled(request, fault)
        if reply is None:
            with world.lock:
                told = run(request, name)
            reply, code = in_json(told), told.get("errcode", 0)
    except Refused as refusal:
        reply, code = in_json(refused(refusal)), refusal.errcode
    if fault and fault.lost:
        hang_up(request)
    note(request, name, code, time.monotonic() - began)
    return reply


def spoiled(request: HttpRequest, fault: Fault) -> HttpResponse | None:
    """The wrong answer; None if it is the right one, merely late."""
    time.sleep(fault.slow)
    if fault.errcode is not None:
        raise Refused(fault.errcode, fault.errmsg)
    if fault.drop:
        hang_up(request)
        return HttpResponse()
    return HttpResponse("<html>502</html>", status=fault.status) if fault.status else None


def hang_up(request: HttpRequest) -> None:
    """Close the connection; what Django answers afterwards reaches nobody."""
    request.META["gunicorn.socket"].shutdown(socket.SHUT_RDWR)


def result_of(request: HttpRequest, name: str) -> dict:
    endpoint = endpoints.TABLE.get(name)
    if endpoint is None:
        raise Refused(40066)
    if request.method != endpoint.method:
        raise Refused(WRONG_METHOD[endpoint.method])
    query = request.GET.dict()
    account = tokens.owner_of(query.get("access_token", "")) if endpoint.token else None
    if account and not account.verified:
        raise Refused(48001)
    if account:
        tokens.check_address(account, request.META["REMOTE_ADDR"])
    base = request.build_absolute_uri("/").rstrip("/")
    call = Call(account, query, body_of(request), request.META["REMOTE_ADDR"], base)
    return endpoint.run(call) or {"errcode": 0, "errmsg": "ok"}


def body_of(request: HttpRequest) -> dict:
    if request.method == "GET":
        return {}
    try:
        body = json.loads(request.body)
    except ValueError:
        raise Refused(47001) from None
    if not isinstance(body, dict):
        raise Refused(47001)
    return body


def in_json(reply: dict) -> JsonResponse:
    return JsonResponse(reply, json_dumps_params={"ensure_ascii": False})


def note(request: HttpRequest, name: str, code: int | None, seconds: float) -> None:
    try:
        body = json.loads(request.body) if request.body else {}
    except ValueError:
        body = {}
    body = without_secrets(body) if isinstance(body, dict) else {}
    query = without_secrets(request.GET.dict())
    with world.lock:
        entry = Entry(world.now(), request.method, name, query, body, code, seconds * 1000)
        world.journal.add(entry)
