"""The door of the pages inside WeChat, under /m/<account>/."""

from http import HTTPStatus

import segno
from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render

from haina.wechat import oauth
from haina.wechat.models import Connection
from haina.wechat.visitors import is_refused


class InWeChat:
    """Lets a browser session in that has an openid of the account, and sends any other one to
    WeChat for it. Sets request.account, request.openid and request.home_in_wechat, where pages of
    errors lead."""

    leads_to_pages_in_wechat = True

    def admit(self, request, kwargs):
        connection = find(kwargs.pop("account"))
        request.account = connection.account
        request.home_in_wechat = oauth.first_page(request.account)
        request.openid = oauth.openid_of(request, request.account)
        if not request.openid:
            return ask_who(request, connection)
        if is_refused(request.account, request.openid):
            return told(request, "mobile/refused.html")
        return None


IN_WECHAT = InWeChat()


def find(slug: str) -> Connection:
    connection = Connection.objects.select_related("account").filter(account__slug=slug).first()
    if connection is None:
        raise Http404
    return connection


def ask_who(request, connection):
    if settings.WECHAT_USER_AGENT not in request.headers.get("User-Agent", ""):
        return outside(request)
    path = request.get_full_path() if request.method == "GET" else ""
    return redirect(oauth.begin(request, connection, path))


def outside(request):
    """What to do in a browser that is not WeChat's: scan the address with it."""
    address = request.build_absolute_uri(oauth.safe(request.get_full_path(), request.account))
    code = segno.make(address, error="m").svg_data_uri(scale=6, border=3, light="#fff")
    return render(request, "mobile/outside.html", {"address": address, "code": code})


def told(request, template, status=HTTPStatus.FORBIDDEN, **context):
    return render(request, template, context, status=status)
