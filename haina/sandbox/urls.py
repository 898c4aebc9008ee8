"""WeChat's own addresses; the sandbox's own are below /sandbox/ and the phone is at the root."""

from django.urls import include, path, re_path

from haina.sandbox import consent, gate, phone, qrcodes

urlpatterns = [
    path("cgi-bin/showqrcode", qrcodes.image),
    re_path("^(?:cgi-bin|sns)/", gate.api),
    path("connect/oauth2/authorize", consent.authorize),
    path("sandbox/", include("haina.sandbox.control")),
    path("", include(phone)),
]
