"""WeChat's own addresses; the sandbox's own are below /sandbox/ and the phone is at the root."""

from pathlib import Path

from django.urls import include, path, re_path
from django.views.static import serve

from haina.sandbox import control, gate, office, phone, qrcodes, sms, trouble
from haina.sandbox.wecom import consent, install, pages, who
from haina.sandbox.wecom import control as wecom_control
from haina.sandbox.wecom import gate as wecom_gate

STATIC = Path(__file__).resolve().parent / "static"

urlpatterns = [
    path("cgi-bin/showqrcode", qrcodes.image),
    re_path("^(?:cgi-bin|sns)/", gate.api),
    re_path("^wecom/cgi-bin/", wecom_gate.api),
    path("connect/oauth2/authorize", consent.whichever),
    path("sandbox/wecom/", include(wecom_control)),
    path("sandbox/", include(control)),
    path("static/<path:path>", serve, {"document_root": STATIC}),
    path("office", include(office)),
    path("corp", include(pages)),
    path("wecom/who", who.choose),
    path("wecom/3rdapp/install", install.install),
    path("trouble/", include(trouble)),
    path("", sms.root),
    path("", include(phone)),
]
