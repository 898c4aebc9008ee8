"""What load balancers, alarms and Prometheus ask."""

from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from haina.accounts.access import PUBLIC, allow
from haina.health import metrics
from haina.health.doors import MEASURED
from haina.health.readiness import readiness


@allow(PUBLIC)
@require_safe
def healthz(request):
    """This process answers. It says nothing of what it needs."""
    return HttpResponse("ok\n", "text/plain")


@allow(PUBLIC)
@require_safe
def readyz(request):
    """What the installation needs, each with ok or failed; 503 if anything failed."""
    found = readiness(now=timezone.now())
    status = HTTPStatus.OK if all(found.values()) else HTTPStatus.SERVICE_UNAVAILABLE
    told = {name: "ok" if good else "failed" for name, good in found.items()}
    return JsonResponse(told, status=status)


@allow(MEASURED)
@require_safe
def metrics_page(request):
    return HttpResponse(metrics.page(now=timezone.now()), CONTENT_TYPE_LATEST)
