"""Whether this process can serve: asked by load balancers and by bin/run."""

from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from haina.accounts.access import PUBLIC, allow


@allow(PUBLIC)
@require_safe
def healthz(request):
    """200 when the database answers, else 503. Says nothing else, to anybody."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database unreachable\n", "text/plain", status=503)
    return HttpResponse("ok\n", "text/plain")
