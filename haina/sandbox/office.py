"""公众平台: what the owner of the account sees: its secrets, 服务器配置, templates."""

import secrets
import string

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from haina.sandbox import holder, servers
from haina.sandbox.phone import told
from haina.sandbox.world import SDK_APP_ID, SECRET_ID, SECRET_KEY, SIGN_NAME, SMS_TEMPLATES

SMS = {
    "SecretId": SECRET_ID,
    "SecretKey": SECRET_KEY,
    "SDKAppID": SDK_APP_ID,
    "签名内容": SIGN_NAME,
}


@require_http_methods(["GET", "HEAD", "POST"])
def office(request: HttpRequest) -> HttpResponse:
    account = holder.account_in_hand()
    context = {"account": account, "server": account.server, "tab": "office"}
    context |= {"sms": SMS.items(), "sms_templates": SMS_TEMPLATES.items()}
    context |= {"modes": servers.MODES.items(), "new": at_random(), **told(request)}
    if request.method != "POST":
        return render(request, "sandbox/office.html", context)

    given = {name: request.POST.get(name, "").strip() for name in ("url", "token", "aes_key")}
    server = servers.Server(**given, mode=request.POST.get("mode", "safe"))
    try:
        servers.configure(account, server)
    except servers.NotAccepted as error:
        context |= {"server": server, "error": str(error)}
        return render(request, "sandbox/office.html", context, status=422)
    return redirect("/office?done=saved")


def at_random() -> dict[str, str]:
    """What 随机生成 would fill in."""
    letters = string.ascii_letters + string.digits
    lengths = {"token": 16, "aes_key": 43}
    return {name: "".join(secrets.choice(letters) for _ in range(n)) for name, n in lengths.items()}


urlpatterns = [path("", office)]
