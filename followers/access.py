"""The doors of the pages inside WeChat: for followers, and for administrators known there."""

from dataclasses import dataclass

from django.http import Http404
from django.utils import timezone

from followers import arrivals
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
        request.follower = known(request) or newly_known(request)
        if request.follower is None:
            return told(request, "mobile/follow_first.html")
        return None


def known(request) -> Follower | None:
    ours = Follower.objects.within(Scope.whole(request.account)).select_related("account")
    return ours.filter(openid=request.openid, subscribed=True).first()


def newly_known(request) -> Follower | None:
    """Who followed a moment ago must not be told to follow."""
    came = arrivals.has_come(request.account, request.openid, now=timezone.now())
    return known(request) if came else None


FOLLOWER = OfFollowers()


@dataclass(frozen=True)
class OfColleagues:
    """Lets in the active administrator who is this follower, with the right: asked anew with every
    request, as in the console. Sets what the console's door sets. For others nothing is here."""

    right: Right

    leads_to_pages_in_wechat = True

    def admit(self, request, kwargs):
        if answer := FOLLOWER.admit(request, kwargs):
            return answer
        administrator = colleague_of(request)
        if administrator is None:
            raise Http404
        request.administrator = administrator
        request.rights = Rights.of(administrator)
        request.scope = Scope.of(administrator)
        request.actor = Actor.of(administrator, request)
        if not request.rights.cover(self.right):
            return told(request, "mobile/no_right.html")
        return None


def colleague_of(request) -> Administrator | None:
    """The active administrator who visits as a follower."""
    colleagues = Colleague.objects.within(Scope.whole(request.account))
    active = (
        Administrator.objects.active()
        .select_related("account", "user")
        .filter(colleague__in=colleagues)
    )
    return active.filter(colleague__follower=request.follower).first()
