"""The doors of the pages inside WeChat: for followers, and for administrators known there."""

from django.http import Http404

from followers.models import Colleague, Follower
from haina.accounts.audit import Actor
from haina.accounts.models import Administrator
from haina.accounts.permissions import Right, Rights
from haina.accounts.scope import Scope
from haina.wechat.doors import IN_WECHAT, told


class OfFollowers:
    """Lets in who follows the account and is not blocked. Sets request.account, request.openid and
    request.follower."""

    leads_to_pages_in_wechat = True

    def admit(self, request, kwargs):
        if answer := IN_WECHAT.admit(request, kwargs):
            return answer
        ours = Follower.objects.within(Scope.whole(request.account)).select_related("account")
        request.follower = ours.filter(openid=request.openid, subscribed=True).first()
        if request.follower is None:
            return told(request, "mobile/follow_first.html")
        return None


FOLLOWER = OfFollowers()


class OfColleagues:
    """Lets in the active administrator who is this follower, with the right: asked anew with every
    request, as in the console. Sets what the console's door sets. For others nothing is here."""

    leads_to_pages_in_wechat = True

    def __init__(self, right: Right) -> None:
        self.right = right

    def admit(self, request, kwargs):
        if answer := FOLLOWER.admit(request, kwargs):
            return answer
        known = Colleague.objects.within(Scope.whole(request.account))
        active = (
            Administrator.objects.active()
            .select_related("account", "user")
            .filter(colleague__in=known)
        )
        administrator = active.filter(colleague__follower=request.follower).first()
        if administrator is None:
            raise Http404
        request.administrator = administrator
        request.rights = Rights.of(administrator)
        request.scope = Scope.of(administrator)
        request.actor = Actor.of(administrator, request)
        if not request.rights.cover(self.right):
            return told(request, "mobile/no_right.html")
        return None
