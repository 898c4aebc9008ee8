"""What a follower may do in WeChat, under /m/<account>/, whoever they are."""

from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from haina.accounts.access import allow
from haina.accounts.scope import Scope
from haina.wechat import oauth
from haina.wechat.doors import IN_WECHAT
from haina.wechat.models import Connection


@allow(IN_WECHAT)
@require_GET
def profile(request):
    """On to WeChat's question; a link, since a form may lead to no other host."""
    connections = Connection.objects.within(Scope.whole(request.account)).select_related("account")
    connection = get_object_or_404(connections)
    first = oauth.first_page(request.account)
    return redirect(oauth.begin(request, connection, first, asks_profile=True))
