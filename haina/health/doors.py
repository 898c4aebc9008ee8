"""The door of /metrics: whoever has the token. For everybody else there is nothing there."""

from django.conf import settings
from django.http import Http404
from django.utils.crypto import constant_time_compare


class Measured:
    def admit(self, request, kwargs):
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        known = settings.METRICS_TOKEN and constant_time_compare(token, settings.METRICS_TOKEN)
        if not known or scheme.lower() != "bearer":
            raise Http404


MEASURED = Measured()
