"""What a follower finds in WeChat, under /m/<account>/."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from followers.models import Follower
from haina.accounts.access import allow
from haina.accounts.scope import Scope
from haina.wechat import oauth
from haina.wechat.doors import IN_WECHAT
from haina.wechat.models import Connection


@allow(IN_WECHAT)
@require_GET
def home(request):
    ours = Follower.objects.within(Scope.whole(request.account))
    follower = ours.filter(openid=request.openid, subscribed=True).first()
    return render(request, "mobile/home.html", {"follower": follower})


@allow(IN_WECHAT)
@require_GET
def profile(request):
    """On to WeChat's question; a link, since a form may lead to no other host."""
    connections = Connection.objects.within(Scope.whole(request.account)).select_related("account")
    connection = get_object_or_404(connections)
    first = oauth.first_page(request.account)
    return redirect(oauth.begin(request, connection, first, asks_profile=True))
