"""微信扫码登录 on the phone: an administrator says whether the browser is theirs."""

from http import HTTPStatus

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from followers.access import OfColleagues
from haina.accounts import scan
from haina.accounts.access import allow
from haina.accounts.permissions import ANY_ADMINISTRATOR

COLLEAGUES = OfColleagues(ANY_ADMINISTRATOR)


@allow(COLLEAGUES)
@require_http_methods(["GET", "POST"])
def sign_in(request):
    """What is over is told like what never was."""
    now = timezone.now()
    found = scan.find(request.GET.get("t", ""), request.account, now=now)
    if found is None:
        return over(request)
    if request.method == "GET":
        return render(request, "mobile/sign_in.html", {"scan": found})
    confirms = request.POST.get("act") == "confirm"
    answer = scan.confirm if confirms else scan.cancel
    try:
        answer(found, request.administrator, by=request.actor, now=now)
    except scan.Over:
        return over(request)
    return render(request, "mobile/signed_in.html", {"confirmed": confirms})


def over(request):
    return render(request, "mobile/scan_over.html", status=HTTPStatus.NOT_FOUND)
