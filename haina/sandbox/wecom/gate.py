"""What every call of WeCom's API passes: the method, the token, the address, the body."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from haina.sandbox import gate
from haina.sandbox.errors import Refused
from haina.sandbox.wecom import endpoints, errors, rights, tokens
from haina.sandbox.wecom.call import CORP, PROVIDER, Call
from haina.sandbox.wecom.corps import SUITE


@csrf_exempt
def api(request: HttpRequest) -> HttpResponse:
    """A call of WeCom's API, whichever it is."""
    address = request.META["REMOTE_ADDR"]
    return gate.answered(request, result_of, lambda refusal: errors.reply(refusal, address))


def result_of(request: HttpRequest, name: str) -> dict:
    endpoint = endpoints.TABLE.get(name)
    if endpoint is None:
        raise Refused(40058, "invalid Request Parameter: no such api")
    if request.method != endpoint.method:
        raise Refused(gate.WRONG_METHOD[endpoint.method])
    call = Call(
        request.GET.dict(),
        gate.body_of(request),
        request.META["REMOTE_ADDR"],
        request.build_absolute_uri("/").rstrip("/"),
        **bearer(request, endpoint.token),
    )
    return {"errcode": 0, "errmsg": "ok"} | (endpoint.run(call) or {})


def bearer(request: HttpRequest, wanted: str) -> dict:
    """Whose token it is, while it still may be used."""
    token = request.GET.get(wanted, "")
    if wanted == PROVIDER:
        return {"suite": tokens.suite_of(token)}
    if wanted != CORP:
        return {}
    corp, app = tokens.bearer_of(token)
    if not app.enabled:
        raise Refused(48004 if app.kind == SUITE else 50003)
    rights.check_address(app, request.META["REMOTE_ADDR"])
    return {"corp": corp, "app": app}
