"""Where WeChat sends a visitor back to."""

from http import HTTPStatus

from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from haina.accounts.access import PUBLIC, allow
from haina.wechat import oauth
from haina.wechat.doors import find, told
from haina.wechat.errors import WeChatRefused


@allow(PUBLIC)
@require_GET
def come_back(request, account):
    connection = find(account)
    request.account = connection.account
    first = oauth.first_page(connection.account)
    try:
        return redirect(oauth.finish(request, connection))
    except oauth.StateRefused:
        return told(request, "mobile/expired.html", again=first)
    except oauth.ConsentRefused as refusal:
        known = bool(oauth.openid_of(request, connection.account))
        return told(request, "mobile/denied.html", again=refusal.path, known=known)
    except oauth.SnapshotVisitor:
        return told(request, "mobile/snapshot.html")
    except WeChatRefused:
        return told(request, "mobile/broken.html", HTTPStatus.BAD_GATEWAY, again=first)
