"""What every request leaves behind: one line in the log, one count, its id in the answer."""

import logging
import time

from haina.health import metrics
from haina.lib.logs import about_request
from haina.lib.requests import id_of

METHODS = {"GET", "HEAD", "POST"}  # anything else is the visitor's word

logger = logging.getLogger("haina.access")


class WatchMiddleware:
    """Gives the request its id, which everything that is logged meanwhile tells, and notes method,
    route, status and time. Neither paths nor queries: they can hold what somebody has typed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = id_of(request)
        began = time.perf_counter()
        with about_request(request.id):
            response = self.get_response(request)
            note(request, response, time.perf_counter() - began)
        response.headers["X-Request-ID"] = request.id
        return response


def note(request, response, seconds: float) -> None:
    match, account = request.resolver_match, getattr(request, "account", None)
    facts = {
        "method": request.method if request.method in METHODS else "other",
        "route": match.view_name if match else "",
        "status": response.status_code,
        "ms": round(1000 * seconds),
        "account": account.pk if account else None,
    }
    try:
        metrics.count(facts["method"], facts["route"], facts["status"], seconds)
    except Exception as error:  # noqa: BLE001 - a file that cannot grow; the act has been done
        logger.warning("a request was not counted: %s", type(error).__name__)
    logger.info("%(method)s %(route)s %(status)s %(ms)s ms", facts, extra={"facts": facts})
